import { assertEquals } from "@std/assert";
import {
  type ByteSink,
  Output,
  type OutputOptions,
  WriteQueue,
} from "../../lib/platform/output.ts";

/** Takes a few bytes at a time and fails once it has taken `capacity`. */
class Sink implements ByteSink {
  text = "";
  readonly #capacity: number;
  readonly #error: Error;

  constructor(capacity = Infinity, error = new Error("The disk is full")) {
    this.#capacity = capacity;
    this.#error = error;
  }

  write(bytes: Uint8Array): Promise<number> {
    if (this.text.length >= this.#capacity) return Promise.reject(this.#error);
    const taken = bytes.subarray(0, 3);
    this.text += new TextDecoder().decode(taken);
    return Promise.resolve(taken.length);
  }
}

/** Takes nothing until it is told to. */
class StoppedSink extends Sink {
  readonly #going = Promise.withResolvers<void>();

  go(): void {
    this.#going.resolve();
  }

  override async write(bytes: Uint8Array): Promise<number> {
    await this.#going.promise;
    return await super.write(bytes);
  }
}

const brokenPipe = new Deno.errors.BrokenPipe("Broken pipe");

/** An output that tells why it failed. */
function outputTo(
  sink: ByteSink,
  options: OutputOptions = {},
): { output: Output; failures: unknown[] } {
  const failures: unknown[] = [];
  const output = new Output(sink, {
    onFailure: (error) => failures.push(error),
    ...options,
  });
  return { output, failures };
}

Deno.test("Output.deliver() writes all of it, however little is taken at a time", async () => {
  const sink = new Sink();
  const { output, failures } = outputTo(sink);
  assertEquals(await output.deliver("A long result\n"), "written");
  assertEquals([sink.text, failures], ["A long result\n", []]);
  assertEquals(output.areResultsWhole, true);
});

Deno.test("Output.deliver() tells why a result was not written, and that it is not whole", async () => {
  const error = new Error("The disk is full");
  const { output, failures } = outputTo(new Sink(6, error));
  output.deliver("A long result\n");
  assertEquals(await output.deliver("Another\n"), "failed");
  assertEquals(failures, [error]);
  await output.settled();
  assertEquals(output.areResultsWhole, false);
});

Deno.test("Output.deliver() fails where nothing is taken instead of trying for ever", async () => {
  const { output } = outputTo({ write: () => Promise.resolve(0) });
  output.print("A line\n");
  assertEquals(await output.deliver("A result\n"), "failed");
});

Deno.test("Output.deliver() takes a reader that has gone for one that has seen enough", async () => {
  const { output, failures } = outputTo(new Sink(6, brokenPipe));
  assertEquals(await output.deliver("A long result\n"), "unread");
  output.print("A line\n");
  assertEquals(await output.deliver("Another\n"), "unread");
  await output.settled();
  assertEquals([failures, output.areResultsWhole], [[], true]);
});

Deno.test("Output.print() keeps what fits, then counts lines until its reader has caught up", async () => {
  const sink = new StoppedSink();
  const { output } = outputTo(sink, { queue: new WriteQueue(12) });
  output.print("one\n");
  output.print("two\n");
  output.print("a longer one\n");
  output.print("3\n");
  output.print("4\n5\n");
  sink.go();
  await output.idle();
  output.print("six\n");
  await output.idle();
  assertEquals(
    sink.text,
    "one\ntwo\n… 4 lines not shown: nobody read them\nsix\n",
  );
});

Deno.test("Output.deliver() has room where notes have none, after the count of those that are missing", async () => {
  const sink = new StoppedSink();
  const { output } = outputTo(sink, { queue: new WriteQueue(0) });
  output.print("one\n");
  const delivered = output.deliver("A result\n");
  output.print("two\n");
  sink.go();
  assertEquals(await delivered, "written");
  await output.idle();
  assertEquals(
    sink.text,
    "… 1 line not shown: nobody read them\nA result\n… 1 line not shown: nobody read them\n",
  );
});

Deno.test("Output.draw() leaves a picture out while anything else waits", async () => {
  const sink = new StoppedSink();
  const { output } = outputTo(sink);
  output.draw("[=  ]");
  output.draw("[== ]");
  sink.go();
  await output.idle();
  output.draw("[===]");
  await output.idle();
  assertEquals(sink.text, "[=  ][===]");
});

Deno.test("Output.print() goes on after a failure, which is told once", async () => {
  let isFull = true;
  const sink = new Sink();
  const { output, failures } = outputTo({
    write: (bytes) =>
      isFull ? Promise.reject(new Error("Full")) : sink.write(bytes),
  });
  for (const text of ["one\n", "two\n"]) {
    output.print(text);
    await output.idle();
  }
  isFull = false;
  output.print("three\n");
  await output.idle();
  assertEquals([sink.text, failures.length], ["three\n", 1]);
});

Deno.test("WriteQueue keeps the order of the texts of all streams that share it", async () => {
  const order: string[] = [];
  const queue = new WriteQueue();
  const [one, other] = [Promise.resolve(), new Promise((r) => setTimeout(r))]
    .map((before, i) =>
      new Output({
        async write(bytes) {
          await before;
          order.push(`${i} ${new TextDecoder().decode(bytes)}`);
          return bytes.length;
        },
      }, { queue })
    );
  other?.print("a");
  one?.print("b");
  one?.print("c");
  await other?.deliver("d");
  assertEquals(order, ["1 a", "0 bc", "1 d"]);
});
