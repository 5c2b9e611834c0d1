import { assert, assertEquals } from "@std/assert";
import {
  type Answer,
  ReportConnection,
} from "../../../lib/live/worker/report_connection.ts";
import { granted } from "../../permissions.ts";
import { type Behaviour, Peer, say } from "../peer.ts";

const ignore = !granted({ net: ["127.0.0.1"] });
const REPORT = new TextEncoder().encode("LikesServer3 14\n");

async function answerOf(
  behave: Behaviour,
  reports = 1,
): Promise<{ answers: Answer[]; received: string[] }> {
  await using peer = new Peer(behave);
  const connection = new ReportConnection(peer.port, false);
  const answers: Answer[] = [];
  for (let i = 0; i < reports; i++) {
    answers.push(await connection.exchange(REPORT));
  }
  return { answers, received: peer.received };
}

Deno.test({
  name: "exchange() takes an ACK with its LF from a connection that stays open",
  ignore,
  async fn() {
    const { answers, received } = await answerOf((c) => say(c, "ACK\n"));
    assertEquals(answers, [{ kind: "answer", text: "ACK" }]);
    assertEquals(received, ["LikesServer3 14\n"]);
  },
});

Deno.test({
  name:
    "exchange() takes an ACK without LF at the end of the stream, as the original primary sends it",
  ignore,
  async fn() {
    const { answers } = await answerOf(async (connection) => {
      await say(connection, "ACK");
      await connection.closeWrite();
    });
    assertEquals(answers, [{ kind: "answer", text: "ACK" }]);
  },
});

Deno.test({
  name: "exchange() takes an ACK without LF on a connection that stays open",
  ignore,
  async fn() {
    const { answers } = await answerOf((c) => say(c, "ACK"));
    assertEquals(answers, [{ kind: "answer", text: "ACK" }]);
  },
});

Deno.test({
  name: "exchange() puts an answer together that comes in pieces",
  ignore,
  async fn() {
    const { answers } = await answerOf(async (connection) => {
      connection.setNoDelay(true);
      for (const letter of "NAK gap 7\n") await say(connection, letter);
    });
    assertEquals(answers, [{ kind: "answer", text: "NAK gap 7" }]);
  },
});

Deno.test({
  name: "exchange() says that a report was not sent if nobody listens",
  ignore,
  async fn() {
    const peer = new Peer(() => {});
    const { port } = peer;
    await peer[Symbol.asyncDispose]();
    const [answer] = [await new ReportConnection(port, false).exchange(REPORT)];
    assertEquals(answer.kind, "unreachable");
  },
});

Deno.test({
  name: "exchange() says that a report may have been sent if no answer comes",
  ignore,
  async fn() {
    await using closing: Peer = new Peer((connection) => {
      closing.hangUp(connection);
    });
    const connection = new ReportConnection(closing.port, false);
    assertEquals((await connection.exchange(REPORT)).kind, "lost");
  },
});

Deno.test({
  name: "exchange() cuts off an answer that never ends",
  ignore,
  async fn() {
    const { answers } = await answerOf(async (connection) => {
      while (true) await say(connection, "x".repeat(100));
    });
    assertEquals(answers, [{
      kind: "lost",
      reason: "Answer longer than 256 bytes",
    }]);
  },
});

Deno.test({
  name: "exchange() opens a connection for each report, or holds one open",
  ignore,
  async fn() {
    const { received } = await answerOf((c) => say(c, "ACK\n"), 3);
    assertEquals(received.length, 3);

    await using peer = new Peer(async (connection) => {
      await say(connection, "ACK\n");
      const bytes = new Uint8Array(1024);
      while (await connection.read(bytes) !== null) {
        await say(connection, "ACK\n");
      }
    });
    const connection = new ReportConnection(peer.port, true);
    for (let i = 0; i < 3; i++) {
      assertEquals(await connection.exchange(REPORT), {
        kind: "answer",
        text: "ACK",
      });
    }
    assertEquals(peer.received.length, 1);
    connection.abandon();
  },
});

Deno.test({
  name:
    "exchange() does not use a connection again on which more came than one answer",
  ignore,
  async fn() {
    await using peer = new Peer((c) => say(c, "ACK\nNAK busy\n"));
    const connection = new ReportConnection(peer.port, true);
    for (let i = 0; i < 2; i++) {
      assertEquals(await connection.exchange(REPORT), {
        kind: "answer",
        text: "ACK",
      });
    }
    assertEquals(peer.received.length, 2);
    connection.abandon();
  },
});

Deno.test({
  name: "abandon() ends the wait and closes the connection",
  ignore,
  async fn() {
    const heard = Promise.withResolvers<void>();
    const hungUp = Promise.withResolvers<number | null>();
    await using peer = new Peer(async (connection) => {
      heard.resolve();
      hungUp.resolve(await connection.read(new Uint8Array(1)));
    });
    const connection = new ReportConnection(peer.port, true);
    const exchange = connection.exchange(REPORT);
    await heard.promise;
    connection.abandon();
    assert((await exchange).kind !== "answer");
    assertEquals(await hungUp.promise, null);
  },
});
