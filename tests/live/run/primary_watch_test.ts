import { assertEquals, assertRejects } from "@std/assert";
import {
  CountedBetween,
  PrimaryAbsentError,
  statsOf,
} from "../../../lib/live/run/primary_watch.ts";
import { encodeStats, type Stats } from "../../../lib/live/primary/stats.ts";
import { granted } from "../../permissions.ts";
import { Peer, say } from "../peer.ts";

const ignore = !granted({ net: ["127.0.0.1"] });
const never = new AbortController().signal;

function stats(changes: Partial<Stats>): Stats {
  return {
    total: 0,
    uptimeSeconds: 100,
    durability: "write",
    reports: 0,
    acks: 0,
    duplicates: 0,
    rejected: {},
    gaps: 0,
    full: 0,
    closing: 0,
    busy: 0,
    cutOff: 0,
    connectionsOpen: 1,
    connectionsTotal: 1,
    bytesReceived: 0,
    bytesSent: 0,
    journalBytes: 0,
    resumedReports: 0,
    servers: [],
    ...changes,
  };
}

function unmarked(likes: number): Stats["servers"] {
  return [{ name: "LikesServer3", unmarked: likes, sessions: [] }];
}

Deno.test("CountedBetween takes differences, so that an earlier run does not count", () => {
  const counted = new CountedBetween(
    stats({ reports: 10, duplicates: 1, servers: unmarked(100) }),
    stats({ reports: 15, duplicates: 3, servers: unmarked(142) }),
    20,
  );
  assertEquals(counted.unmarked("LikesServer3"), 42);
  assertEquals(counted.unmarked("LikesServer4"), 0);
  assertEquals(counted.reports, 5);
  assertEquals(counted.duplicates, 2);
});

Deno.test("CountedBetween finds a session among those of its likes server", () => {
  const sessions = [
    { session: "00000000000000aa", seq: 9, total: 200 },
    { session: "00000000000000bb", seq: 3, total: 42 },
  ];
  const servers = [{ name: "LikesServer3", unmarked: 7, sessions }];
  const counted = new CountedBetween(stats({}), stats({ servers }), 20);
  assertEquals(counted.ofSession("LikesServer3", "00000000000000bb"), 42);
  assertEquals(counted.ofSession("LikesServer3", "00000000000000cc"), 0);
  assertEquals(counted.ofSession("LikesServer4", "00000000000000bb"), 0);
});

Deno.test("CountedBetween knows a primary that went on from its log from one that came back empty", () => {
  const before = stats({ servers: unmarked(100), reports: 10 });
  const resumed = stats({
    uptimeSeconds: 5,
    resumedReports: 12,
    servers: unmarked(142),
  });
  assertEquals(
    new CountedBetween(before, resumed, 20).unmarked("LikesServer3"),
    42,
  );
  const empty = stats({ uptimeSeconds: 5, servers: unmarked(30) });
  const counted = new CountedBetween(before, empty, 20);
  assertEquals(counted.unmarked("LikesServer3"), 30);
  assertEquals(counted.reports, undefined);
  assertEquals(counted.duplicates, undefined);
});

Deno.test({
  name:
    "statsOf() reads what the primary holds, in however many pieces it comes",
  ignore,
  async fn() {
    const expected = stats({ total: 7, servers: unmarked(7) });
    await using peer = new Peer(async (connection) => {
      const text = `${encodeStats(expected)}\n`;
      await say(connection, text.slice(0, 50));
      await say(connection, text.slice(50));
    });
    assertEquals(await statsOf(peer.port, never), expected);
    assertEquals(peer.received, ["STATS\n"]);
  },
});

Deno.test({
  name:
    "statsOf() knows a primary of the original kind by its answer, or by none",
  ignore,
  async fn() {
    await using acks: Peer = new Peer(async (connection) => {
      await say(connection, "ACK");
      acks.hangUp(connection);
    });
    assertEquals(await statsOf(acks.port, never), null);
    await using closes: Peer = new Peer((c) => closes.hangUp(c));
    assertEquals(await statsOf(closes.port, never), null);
    await using odd = new Peer((c) => say(c, "{}\n"));
    assertEquals(await statsOf(odd.port, never), null);
  },
});

Deno.test({
  name:
    "statsOf() tells a primary that is absent from one that does not answer",
  ignore,
  async fn() {
    const peer = new Peer(() => {});
    const { port } = peer;
    await peer[Symbol.asyncDispose]();
    const impatient = AbortSignal.abort();
    await assertRejects(() => statsOf(port, impatient), PrimaryAbsentError);
  },
});
