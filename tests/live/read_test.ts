import { assertEquals, assertStringIncludes } from "@std/assert";
import { type ReadShell, runRead } from "../../lib/live/read.ts";
import { granted } from "../permissions.ts";

const ignore = !granted({ net: ["127.0.0.1"] });

class Recorder implements ReadShell {
  readonly printed: string[] = [];
  readonly notes: string[] = [];
  readonly #end = new AbortController();
  readonly signal = this.#end.signal;
  readonly #untilPrinted: number;

  /** Ends the watch when so many lines are printed. */
  constructor(untilPrinted = Infinity) {
    this.#untilPrinted = untilPrinted;
  }

  print = (line: string): void => {
    this.printed.push(line);
    if (this.printed.length >= this.#untilPrinted) this.#end.abort();
  };

  note = (line: string): void => {
    this.notes.push(line);
  };
}

/** Answers one connection after another, then closes. An answer of null closes without one. */
async function answer(
  listener: Deno.TcpListener,
  answers: (string | null)[],
): Promise<void> {
  for (const text of answers) {
    using connection = await listener.accept();
    await connection.read(new Uint8Array(16));
    if (text !== null) await connection.write(new TextEncoder().encode(text));
  }
  listener.close();
}

function listen(port = 0): [Deno.TcpListener, number] {
  const listener = Deno.listen({ hostname: "127.0.0.1", port });
  return [listener, listener.addr.port];
}

Deno.test({
  name: "runRead() prints the total and ends with 0",
  ignore,
  async fn() {
    const [listener, port] = listen();
    const answering = answer(listener, ["TOTAL 1412\n"]);
    const shell = new Recorder();
    assertEquals(await runRead({ port, watch: false }, shell), 0);
    assertEquals(shell.printed, ["1412"]);
    assertEquals(shell.notes, []);
    await answering;
  },
});

Deno.test({
  name: "runRead() with watch prints every change and nothing else",
  ignore,
  async fn() {
    const [listener, port] = listen();
    const answering = answer(listener, [
      "TOTAL 0\n",
      "TOTAL 0\n",
      "TOTAL 7\n",
    ]);
    const shell = new Recorder(2);
    assertEquals(await runRead({ port, watch: true }, shell), 0);
    assertEquals(shell.printed, ["0", "7"]);
    await answering;
  },
});

Deno.test({
  name: "runRead() with watch outlives an answer that fails",
  ignore,
  async fn() {
    const [listener, port] = listen();
    const answering = answer(listener, ["TOTAL 3\n", null, null, "TOTAL 5\n"]);
    const shell = new Recorder(2);
    assertEquals(await runRead({ port, watch: true }, shell), 0);
    assertEquals(shell.printed, ["3", "5"]);
    assertEquals(shell.notes.length, 1, shell.notes.join("\n"));
    await answering;
  },
});

Deno.test({
  name: "runRead() ends with 4 where nothing listens",
  ignore,
  async fn() {
    const [listener, port] = listen();
    listener.close();
    const shell = new Recorder();
    assertEquals(await runRead({ port, watch: true }, shell), 4);
    assertEquals(shell.printed, []);
    assertStringIncludes(shell.notes.join(), `127.0.0.1:${port}`);
  },
});

Deno.test({
  name: "runRead() ends with 1 at a primary that answers no READ",
  ignore,
  async fn() {
    const [listener, port] = listen();
    const answering = answer(listener, ["ACK"]);
    const shell = new Recorder();
    assertEquals(await runRead({ port, watch: false }, shell), 1);
    assertEquals(shell.printed, []);
    await answering;
  },
});
