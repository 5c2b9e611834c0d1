import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { readLines } from "../../lib/platform/lines.ts";

Deno.test("readLines() finds the same lines wherever the stream is cut", async () => {
  await fc.assert(fc.asyncProperty(
    fc.array(
      fc.string({ unit: "grapheme" }).map((s) => s.replaceAll("\n", "")),
    ),
    fc.array(fc.integer({ min: 1, max: 7 })),
    async (lines, cuts) => {
      const bytes = new TextEncoder().encode(lines.join("\n"));
      const pieces: Uint8Array[] = [];
      let rest = bytes;
      while (rest.length > 0) {
        const size = cuts[pieces.length % (cuts.length || 1)] ?? rest.length;
        pieces.push(rest.subarray(0, size));
        rest = rest.subarray(size);
      }
      const found: string[] = [];
      await readLines(ReadableStream.from(pieces), (line) => found.push(line));
      // An empty last line is the end of the one before.
      const expected = lines.at(-1) === "" ? lines.slice(0, -1) : lines;
      assertEquals(found, expected);
    },
  ));
});
