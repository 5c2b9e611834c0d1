import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  type AskedServer,
  askHoldings,
  askPatiently,
  PrimaryAbsentError,
} from "../../../lib/live/run/primary_holdings.ts";
import type { Stats } from "../../../lib/live/primary/stats.ts";
import { granted } from "../../permissions.ts";
import { type Behaviour, Peer, say } from "../peer.ts";
import { TestPrimary } from "../primary/line_client.ts";
import { statsWith } from "./stats_with.ts";

const ignore = !granted({ net: ["127.0.0.1"] });
const never = new AbortController().signal;
const AA = "00000000000000aa";
const BB = "00000000000000bb";
const SERVERS: AskedServer[] = [
  { name: "LikesServer3", sessionText: AA },
  { name: "LikesServer4", sessionText: BB },
];

Deno.test({
  name:
    "askHoldings() learns what is held of these servers' sessions, and nothing of others",
  ignore: ignore || !granted({ read: ["/tmp"], write: ["/tmp"] }),
  async fn() {
    await using primary = await TestPrimary.start();
    using client = await primary.connect();
    await client.send(
      `LikesServer3 5\nLikesServer3 7 ${AA}#1=7\nLikesServer3 9 ${BB}#1\n` +
        `LikesServer4 1 ${AA}#1=1\nLikesServer5 2\n`,
    );
    await client.lines(5);
    const port = primary.running.port;
    const stats = await askHoldings(SERVERS, { port });
    assertEquals(stats?.servers, [
      {
        name: "LikesServer3",
        unmarked: 5,
        sessions: [{ session: AA, seq: 1, total: 7 }],
      },
      { name: "LikesServer4", unmarked: 0, sessions: [] },
    ]);
    assertEquals([stats?.total, stats?.reports], [24, 5]);
  },
});

/** Answers each query of a primary that holds what it is told. */
function answering(answers: (query: string) => string | undefined): Behaviour {
  return async (connection, text) => {
    for (let queries = text;;) {
      for (const query of queries.split("\n").slice(0, -1)) {
        const answer = answers(query);
        if (answer !== undefined) await say(connection, `${answer}\n`);
      }
      const bytes = new Uint8Array(4096);
      const count = await connection.read(bytes);
      if (count === null) return;
      queries = new TextDecoder().decode(bytes.subarray(0, count));
    }
  };
}

Deno.test({
  name: "askHoldings() reads what a primary says, in however many pieces",
  ignore,
  async fn() {
    const { servers: _, ...counters } = statsWith({ total: 7 });
    const text = `${JSON.stringify(counters)}\nVALUE LikesServer3 7\n`;
    await using peer = new Peer(async (connection) => {
      for (const char of text) await say(connection, char);
    });
    const stats = await askHoldings(SERVERS.slice(0, 1), peer);
    assertEquals(stats?.total, 7);
    assertEquals(stats?.servers, [
      { name: "LikesServer3", unmarked: 7, sessions: [] },
    ]);
  },
});

Deno.test({
  name: "askHoldings() asks an older primary for everything",
  ignore,
  async fn() {
    const expected = statsWith({ total: 7 });
    await using peer = new Peer(
      answering((query) =>
        query === "STATS" ? JSON.stringify(expected) : "NAK not two words"
      ),
    );
    assertEquals(await askHoldings(SERVERS, peer), expected);
  },
});

const ORIGINALS: Record<string, (peer: () => Peer) => Behaviour> = {
  "a bare ACK and a close": (peer) => async (connection) => {
    await say(connection, "ACK");
    peer().hangUp(connection);
  },
  "a bare ACK and no close": () => (connection) => say(connection, "ACK"),
  "a close without a reply": (peer) => (connection) =>
    peer().hangUp(connection),
};

for (const [what, behaviour] of Object.entries(ORIGINALS)) {
  Deno.test({
    name: `askHoldings() knows a primary of the original kind by ${what}`,
    ignore,
    async fn() {
      await using peer: Peer = new Peer(behaviour(() => peer));
      const options = { port: peer.port, timeoutMs: 200 };
      assertEquals(await askHoldings(SERVERS, options), null);
      assertEquals(peer.received, ["COUNTERS\n"]);
    },
  });
}

const FOREIGN: Record<string, [behaviour: Behaviour, says: string]> = {
  "HTTP": [
    (c) => say(c, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"),
    'it answers "HTTP/1.1 400 Bad Request"',
  ],
  "an echo": [(c, text) => say(c, text), 'it answers "COUNTERS"'],
  "SSH": [(c) => say(c, "SSH-2.0-\x1b[2J\r\n"), 'it answers "SSH-2.0-'],
  "JSON": [(c) => say(c, "{}\n"), 'it answers "{}"'],
  "an ACK for everything": [(c) => say(c, "ACK\n"), 'it answers "ACK"'],
  "a refusal of everything": [
    answering(() => "NAK no"),
    'it answers "NAK no"',
  ],
  "values that are none": [
    answering((query) =>
      query === "COUNTERS" ? JSON.stringify(statsWith()) : "TOTAL 5"
    ),
    "it answers ",
  ],
};

for (const [what, [behaviour, says]] of Object.entries(FOREIGN)) {
  Deno.test({
    name: `askPatiently() takes ${what} for no primary, at once`,
    ignore,
    async fn() {
      await using peer = new Peer(behaviour);
      const error = await assertRejects(
        () => askPatiently(peer.port, SERVERS, { signal: never }),
        PrimaryAbsentError,
        `Cannot start: no primary answers on 127.0.0.1:${peer.port}: ${says}`,
      );
      assert(/^[ -~…]*$/.test(error.message));
      assertEquals(peer.received.length, 1);
    },
  });
}

const MUTE: Record<string, [behaviour: Behaviour, says: string]> = {
  "silence": [() => {}, "it takes connections and answers nothing"],
  "a beginning": [(c) => say(c, '{"total":'), 'it answers "{\\"total\\":"'],
};

for (const [what, [behaviour, says]] of Object.entries(MUTE)) {
  Deno.test({
    name: `askPatiently() asks again after ${what}, and gives up in the end`,
    ignore,
    async fn() {
      await using peer = new Peer(behaviour);
      const patience = { signal: never, patienceMs: 1_000 };
      await assertRejects(
        () => askPatiently(peer.port, SERVERS, patience),
        PrimaryAbsentError,
        says,
      );
      assert(peer.received.length >= 2);
    },
  });
}

Deno.test({
  name:
    "askPatiently() waits for a primary that is slow, busy or reset its connection",
  ignore,
  async fn() {
    const { servers: _, ...counters } = statsWith({ total: 7 });
    const line = JSON.stringify(counters);
    let asked = 0;
    await using peer = new Peer(async (connection, text) => {
      asked++;
      if (asked === 1) return; // Silence: it stands still.
      if (asked === 2) return await say(connection, "NAK busy\n");
      await answering((query) =>
        query === "COUNTERS" ? line : `VALUE ${query.split(" ")[1]} 0`
      )(connection, text);
    });
    // No deadline of the test's own: it takes as long as it takes.
    const patience = { signal: never, patienceMs: 60_000 };
    const stats: Stats | null = await askPatiently(
      peer.port,
      SERVERS,
      patience,
    );
    assertEquals(stats?.total, 7);
    assertEquals(asked, 3);
  },
});

Deno.test({
  name: "askPatiently() says that nothing accepts a connection",
  ignore,
  async fn() {
    const peer = new Peer(() => {});
    const { port } = peer;
    await peer[Symbol.asyncDispose]();
    const impatient = { signal: AbortSignal.abort() };
    const error = await assertRejects(
      () => askPatiently(port, SERVERS, impatient),
      PrimaryAbsentError,
      "nothing accepts a connection",
    );
    assertEquals(error.isAccepting, false);
  },
});
