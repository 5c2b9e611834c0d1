import { assertEquals } from "@std/assert";
import {
  deliverResult,
  type TextSink,
  writeResult,
  writeText,
} from "../../lib/platform/output.ts";

/** Takes a few bytes at a time and fails once it has taken `capacity`. */
class Sink implements TextSink {
  text = "";
  readonly #capacity: number;
  readonly #error: Error;

  constructor(capacity = Infinity, error = new Error("The disk is full")) {
    this.#capacity = capacity;
    this.#error = error;
  }

  writeSync(bytes: Uint8Array): number {
    if (this.text.length >= this.#capacity) throw this.#error;
    const taken = bytes.subarray(0, 3);
    this.text += new TextDecoder().decode(taken);
    return taken.length;
  }
}

Deno.test("writeResult() writes all of it, however little is taken at a time", () => {
  const stdout = new Sink();
  const stderr = new Sink();
  assertEquals(writeResult("A long result\n", 4, { stdout, stderr }), 4);
  assertEquals([stdout.text, stderr.text], ["A long result\n", ""]);
});

Deno.test("writeResult() says on standard error what was not written, and fails", () => {
  const stderr = new Sink();
  const stdout = new Sink(6);
  assertEquals(writeResult("A long result\n", 0, { stdout, stderr }), 1);
  assertEquals(
    stderr.text,
    "error: Cannot write the result to standard output: The disk is full\n",
  );
});

Deno.test("writeResult() fails where nothing is taken instead of trying for ever", () => {
  const stderr = new Sink();
  const stdout: TextSink = { writeSync: () => 0 };
  assertEquals(writeResult("A result\n", 0, { stdout, stderr }), 1);
  writeText(stdout, "A line\n");
});

Deno.test("writeResult() leaves the exit code alone where a reader has seen enough", () => {
  const stderr = new Sink();
  const stdout = new Sink(6, new Deno.errors.BrokenPipe("Broken pipe"));
  assertEquals(writeResult("A long result\n", 0, { stdout, stderr }), 0);
  assertEquals(stderr.text, "");
});

Deno.test("deliverResult() tells a reader who has gone from a result that cannot be written", () => {
  const stderr = new Sink();
  const brokenPipe = new Deno.errors.BrokenPipe("Broken pipe");
  const outcomes = [new Sink(), new Sink(0, brokenPipe), new Sink(0)].map(
    (stdout) => deliverResult("A part\n", { stdout, stderr }),
  );
  assertEquals(outcomes, ["written", "unread", "failed"]);
});
