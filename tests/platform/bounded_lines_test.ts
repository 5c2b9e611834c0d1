import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import {
  readBoundedLines,
  readLines,
} from "../../lib/platform/bounded_lines.ts";
import { bytesOf, streamFrom, streamOf } from "./byte_stream.ts";
import { printable } from "../../lib/platform/printable.ts";

/** What is made of a stream that comes in pieces. */
async function linesOf(
  pieces: Parameters<typeof streamOf>[0],
  charsMax = 10,
) {
  const found: string[] = [];
  await readBoundedLines(streamOf(pieces), charsMax, {
    onLine: (line) => found.push(line),
    onTooLong: (beginning) => found.push(`too long: ${beginning}`),
  });
  return found;
}

Deno.test("readBoundedLines() reads lines however they come in pieces", async () => {
  assertEquals(await linesOf(["a\nbc", "d", "e\n\nf\n"]), [
    ...["a", "bcde", "", "f"],
  ]);
  assertEquals(await linesOf(["a", "\nb", "\n", "\n"]), ["a", "b", ""]);
  assertEquals(await linesOf(["last"]), ["last"]);
  assertEquals(await linesOf([]), []);
});

Deno.test("readBoundedLines() takes a line as long as allowed, and tells once of a longer one", async () => {
  assertEquals(await linesOf(["0123456789\n"]), ["0123456789"]);
  assertEquals(
    await linesOf(["01234", "56789", "x", "more", "more\nnext\n"]),
    ["too long: 0123456789x", "next"],
  );
  assertEquals(await linesOf(["0123456789x"]), ["too long: 0123456789x"]);
});

Deno.test("readBoundedLines() reads characters that are cut in two", async () => {
  const bytes = bytesOf("ü€\n");
  const pieces = Array.from(bytes, (byte) => Uint8Array.of(byte));
  assertEquals(await linesOf(pieces), ["ü€"]);
});

Deno.test("readBoundedLines() tells of half a character at the end", async () => {
  assertEquals(await linesOf([Uint8Array.of(0x61, 0xe2, 0x82)]), ["a\ufffd"]);
});

Deno.test("readBoundedLines() takes the failure of a stream for its end", async () => {
  const found: string[] = [];
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    type: "bytes",
    start(controller) {
      controller.enqueue(bytesOf("a\nb"));
    },
    pull(controller) {
      controller.error(new Error("Broken pipe"));
    },
  });
  await readBoundedLines(stream, 10, {
    onLine: (line) => found.push(line),
    onTooLong: () => found.push("too long"),
  });
  assertEquals(found, ["a", "b"]);
});

Deno.test("readBoundedLines() waits at the gate", async () => {
  const found: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  let asked = 0;
  const reading = readBoundedLines(streamOf(["a\n", "b\n"]), 10, {
    onLine: (line) => found.push(line),
    onTooLong: () => {},
    gate: () => {
      found.push("gate");
      return asked++ === 0 ? promise : undefined;
    },
  });
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals(found, ["a", "gate"]);
  resolve();
  await reading;
  assertEquals(found, ["a", "gate", "b", "gate"]);
});

Deno.test("printable() leaves nothing that a terminal would obey, and other languages alone", () => {
  assertEquals(
    printable("\x1b[31m\x00\x7f\x9b\u202e\ud800 grün 日本 🎉\t."),
    "\\u001b[31m\\u0000\\u007f\\u009b\\u202e\\ud800 grün 日本 🎉 .",
  );
  assertEquals(printable("abcdef", 3), "abc…");
});

Deno.test("readBoundedLines() lets everything else have its turn in a stream that always has more", async () => {
  let isOver = false;
  const timer = setTimeout(() => isOver = true, 0);
  const line = bytesOf("x\n");
  let lines = 0;
  const endless = streamFrom(() =>
    !isOver && lines < 1000 ? line.slice() : undefined
  );
  await readBoundedLines(endless, 10, {
    onLine() {
      lines++;
      const startMs = performance.now();
      while (performance.now() - startMs < 1);
    },
    onTooLong() {},
  });
  clearTimeout(timer);
  assert(isOver, `${lines} lines were read in one turn`);
});

Deno.test("readLines() finds the same lines wherever the stream is cut", async () => {
  await fc.assert(fc.asyncProperty(
    fc.array(
      fc.string({ unit: "grapheme" }).map((s) => s.replaceAll("\n", "")),
    ),
    fc.array(fc.integer({ min: 1, max: 7 })),
    async (lines, cuts) => {
      let rest = bytesOf(lines.join("\n"));
      const pieces: Uint8Array<ArrayBuffer>[] = [];
      while (rest.length > 0) {
        const size = cuts[pieces.length % (cuts.length || 1)] ?? rest.length;
        pieces.push(rest.slice(0, size));
        rest = rest.subarray(size);
      }
      const found: string[] = [];
      await readLines(streamOf(pieces), (line) => found.push(line));
      // An empty last line is the end of the one before.
      const expected = lines.at(-1) === "" ? lines.slice(0, -1) : lines;
      assertEquals(found, expected);
    },
  ));
});

Deno.test("readLines() ends with an error at a line that is too long, before its end is there", async () => {
  const found: string[] = [];
  const pieces = ["0123456789\n01234", "56789x", "y\nnext\n"];
  await assertRejects(
    () => readLines(streamOf(pieces), (line) => found.push(line), 10),
    RangeError,
    "a line of more than 10 characters, which begins with 0123456789x",
  );
  assertEquals(found, ["0123456789"]);
});
