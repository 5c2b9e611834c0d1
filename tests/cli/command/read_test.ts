import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { endOf, startMain } from "../main_process.ts";
import { granted } from "../../permissions.ts";

const ignore = !granted({ net: ["127.0.0.1"], run: [Deno.execPath()] });

/** Starts `read` as the task does. */
function read(
  ports: number | number[],
  ...flags: string[]
): Deno.ChildProcess {
  const words = [ports].flat().map((port) => `--port=${port}`);
  return startMain(["read", ...flags, ...words], ["--allow-net=127.0.0.1"]);
}

function listen(): [Deno.TcpListener, number] {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return [listener, listener.addr.port];
}

/**
 * Answers one question on each of the connections that follow; null closes the
 * connection without an answer.
 */
async function answer(
  listener: Deno.TcpListener,
  ...answers: (string | null)[]
): Promise<void> {
  for (const text of answers) {
    using connection = await listener.accept();
    await connection.read(new Uint8Array(16));
    if (text !== null) await connection.write(new TextEncoder().encode(text));
  }
}

Deno.test({
  name: "runRead() prints the total and ends with 0",
  ignore,
  async fn() {
    const [listener, port] = listen();
    const reader = read(port);
    await answer(listener, "TOTAL 1412\n");
    assertEquals(await endOf(reader), {
      code: 0,
      stdout: "1412\n",
      stderr: "",
    });
    listener.close();
  },
});

for (const signal of ["SIGINT", "SIGHUP"] as const) {
  Deno.test({
    name:
      `runRead() with watch prints every change, over an outage, until ${signal}`,
    ignore,
    async fn() {
      const [listener, port] = listen();
      const reader = read(port, "--watch");
      const [zero, five] = ["TOTAL 0\n", "TOTAL 5\n"];
      await answer(listener, zero, zero, null, null, five, five);
      reader.kill(signal);
      const { code, stdout, stderr } = await endOf(reader);
      assertEquals(stdout, "0\n5\n");
      assertEquals(stderr.match(/error: /g)?.length, 1, stderr);
      assertEquals(code, 0);
      listener.close();
    },
  });
}

Deno.test({
  name: "runRead() with watch ends with 0 when its reader has gone",
  ignore,
  async fn() {
    const [listener, port] = listen();
    const reader = read(port, "--watch");
    const stdout = reader.stdout.getReader();
    await answer(listener, "TOTAL 0\n");
    const first = await stdout.read();
    assertEquals(new TextDecoder().decode(first.value), "0\n");
    await stdout.cancel();
    await answer(listener, "TOTAL 5\n");
    // Nothing is asked after that: no connection comes before the end.
    const further = listener.accept().then((connection) => {
      connection.close();
      reader.kill("SIGKILL");
    }, () => {});
    const { code } = await reader.status;
    listener.close();
    await further;
    assertEquals(code, 0);
    assertEquals(await new Response(reader.stderr).text(), "");
  },
});

Deno.test({
  name: "runRead() ends with 4 where nothing listens",
  ignore,
  async fn() {
    const [listener, port] = listen();
    listener.close();
    const { code, stdout, stderr } = await endOf(read(port));
    assertEquals(code, 4);
    assertEquals(stdout, "");
    assertStringIncludes(stderr, `127.0.0.1:${port}`);
  },
});

Deno.test({
  name:
    "runRead() ends with 1 at a primary of the original kind, and with 4 at another server",
  ignore,
  async fn() {
    const [listener, port] = listen();
    const answers: [answer: string | null, code: number, told: string][] = [
      ["ACK", 1, "it is of the original kind"],
      [null, 1, "it is of the original kind"],
      ["HTTP/1.1 400 Bad Request\r\n\r\n", 4, 'it answers "HTTP/1.1 400'],
    ];
    for (const [text, expected, told] of answers) {
      const reader = read(port);
      await answer(listener, text);
      const { code, stdout, stderr } = await endOf(reader);
      assertEquals([code, stdout], [expected, ""]);
      assertStringIncludes(stderr, told);
    }
    listener.close();
  },
});

Deno.test({
  name: "runRead() ends with 4 at a server whose answer has no end",
  ignore,
  async fn() {
    const [listener, port] = listen();
    const reader = read(port);
    using connection = await listener.accept();
    listener.close();
    const piece = new TextEncoder().encode("x".repeat(65_536));
    await assertRejects(async () => {
      while (true) await connection.write(piece);
    });
    const { code, stdout, stderr } = await endOf(reader);
    assertEquals([code, stdout], [4, ""]);
    assertStringIncludes(stderr, 'it answers "xxx');
  },
});

Deno.test({
  name: "runRead() does not wait for a silent primary when a signal comes",
  ignore,
  async fn() {
    const [listener, port] = listen();
    const reader = read(port);
    const connection = await listener.accept();
    // It has asked, and waits.
    await connection.read(new Uint8Array(16));
    reader.kill("SIGINT");
    assertEquals(await endOf(reader), { code: 130, stdout: "", stderr: "" });
    connection.close();
    listener.close();
  },
});

Deno.test({
  name:
    "runRead() with several ports prints a column for each, a dash for one that does not answer, and ends with 4 then",
  ignore,
  async fn() {
    const [one, onePort] = listen();
    const [other, otherPort] = listen();
    const both = read([onePort, otherPort]);
    await Promise.all([
      answer(one, "TOTAL 1412\n"),
      answer(other, "TOTAL 98\n"),
    ]);
    const column = (text: unknown) => String(text).padStart(9);
    const heading = `${column(onePort)}${column(otherPort)}\n`;
    assertEquals(await endOf(both), {
      code: 0,
      stdout: `${heading}${column(1412)}${column(98)}\n`,
      stderr: "",
    });
    other.close();
    const half = read([onePort, otherPort]);
    await answer(one, "TOTAL 1412\n");
    const { code, stdout, stderr } = await endOf(half);
    assertEquals(code, 4);
    assertEquals(stdout, `${heading}${column(1412)}${column("–")}\n`);
    assertStringIncludes(stderr, `127.0.0.1:${otherPort}`);
    one.close();
  },
});

Deno.test({
  name:
    "runRead() with several ports and watch prints a line when any of them changes",
  ignore,
  async fn() {
    const [one, onePort] = listen();
    const [other, otherPort] = listen();
    const reader = read([onePort, otherPort], "--watch");
    const answers = [
      answer(one, "TOTAL 5\n", "TOTAL 5\n", "TOTAL 5\n", "TOTAL 9\n"),
      answer(other, "TOTAL 5\n", "TOTAL 5\n", "TOTAL 7\n", "TOTAL 7\n"),
    ];
    await Promise.all(answers);
    // The line of these answers is printed when the next question comes.
    (await one.accept()).close();
    reader.kill("SIGINT");
    const { code, stdout } = await endOf(reader);
    assertEquals(
      stdout.split("\n").slice(1, 4).map((line) => line.trim().split(/ +/)),
      [["5", "5"], ["5", "7"], ["9", "7"]],
    );
    assertEquals(code, 0);
    one.close();
    other.close();
  },
});

Deno.test({
  name: "runRead() with name asks for one likes server",
  ignore,
  async fn() {
    const [listener, port] = listen();
    const reader = read(port, "--name=LikesServer3");
    const connection = await listener.accept();
    const question = new Uint8Array(64);
    const length = await connection.read(question) ?? 0;
    assertEquals(
      new TextDecoder().decode(question.subarray(0, length)),
      "READ LikesServer3\n",
    );
    await connection.write(
      new TextEncoder().encode("VALUE LikesServer3 98 0123456789abcdef#7=98\n"),
    );
    connection.close();
    assertEquals(await endOf(reader), { code: 0, stdout: "98\n", stderr: "" });
    listener.close();
  },
});
