import { assertEquals, assertThrows } from "@std/assert";
import {
  parseStats,
  parseStatsCounters,
  type Stats,
} from "../../../lib/live/primary/stats.ts";

const STATS: Stats = {
  total: 33,
  uptimeSeconds: 1.25,
  durability: "write",
  reports: 5,
  acks: 3,
  duplicates: 1,
  rejected: { "likes out of range 0..42": 1 },
  gaps: 1,
  full: 0,
  closing: 0,
  busy: 0,
  cutOff: 0,
  connectionsOpen: 1,
  connectionsTotal: 4,
  bytesReceived: 200,
  bytesSent: 60,
  journalBytes: 300,
  resumedReports: 0,
  servers: [{
    name: "LikesServer3",
    unmarked: 14,
    sessions: [{ session: "00000000deadbeef", seq: 2, total: 19 }],
  }],
};

Deno.test("parseStats() reads what a primary holds, parseStatsCounters() what it has done", () => {
  assertEquals(parseStats(JSON.stringify(STATS)), STATS);
  const { servers: _, ...counters } = STATS;
  assertEquals(parseStatsCounters(JSON.stringify(counters)), counters);
  assertThrows(() => parseStats(JSON.stringify(counters)), SyntaxError);
});

const REPLICA: Stats["replica"] = {
  name: "primary1",
  epoch: 2 ** 53 - 1,
  incarnation: "00000000deadbeef",
  version: 12,
  digest: "0123456789abcdef",
  mergedLikes: -3,
  entriesMerged: 2,
  entriesRefused: 0,
  exchangesBegun: 1,
  exchangesCompleted: 1,
  exchangesFailed: 0,
  exchangesAnswered: 2,
  exchangesRefused: 0,
  gossipMessagesSent: 3,
  gossipMessagesReceived: 3,
  gossipBytesSent: 300,
  gossipBytesReceived: 310,
};

Deno.test("parseStats() reads what a replica holds", () => {
  const incarnation = "00000000deadbeef";
  const stats: Stats = {
    ...STATS,
    replica: REPLICA,
    servers: [{
      name: "LikesServer3",
      unmarked: 14,
      components: [{ incarnation, seq: 2, total: 14 }],
      sessions: [],
    }],
  };
  assertEquals(parseStats(JSON.stringify(stats)), stats);
});

Deno.test("parseStats() refuses what no replica answers", () => {
  for (const name of Object.keys(REPLICA)) {
    const replica = { ...REPLICA, [name]: null };
    const line = JSON.stringify({ ...STATS, replica });
    assertThrows(() => parseStats(line), SyntaxError, "replica");
  }
  const server = STATS.servers[0];
  for (const components of [{}, [{ session: "0", seq: 1, total: 1 }], [3]]) {
    const line = JSON.stringify({
      ...STATS,
      servers: [{ ...server, components }],
    });
    assertThrows(() => parseStats(line), SyntaxError, "a server");
  }
});

Deno.test("parseStats() passes over what it does not know", () => {
  const newer = { ...STATS, weather: "fine" };
  assertEquals(parseStats(JSON.stringify(newer)).total, 33);
});

Deno.test("parseStats() refuses what no primary answers, and says what is wrong", () => {
  const odd: [Record<string, unknown>, string][] = [
    [{ total: -1 }, "total"],
    [{ total: 1.5 }, "total"],
    [{ acks: "3" }, "acks"],
    [{ uptimeSeconds: null }, "uptimeSeconds"],
    [{ durability: 1 }, "durability"],
    [{ rejected: { odd: "many" } }, "rejected"],
    [{ rejected: [] }, "rejected"],
    [{ servers: {} }, "servers"],
    [{ servers: [{ name: "LikesServer3", unmarked: 1 }] }, "a server"],
    ...["Mallory", "LikesServer03", "LikesServer1234567890"].map((name) =>
      [
        { servers: [{ name, unmarked: 1, sessions: [] }] },
        "a server",
      ] as [Record<string, unknown>, string]
    ),
    [{
      servers: [{
        name: "LikesServer3",
        unmarked: 1,
        sessions: [{ session: "DEADBEEF", seq: 1, total: 1 }],
      }],
    }, "a server"],
  ];
  for (const [change, what] of odd) {
    const line = JSON.stringify({ ...STATS, ...change });
    assertThrows(() => parseStats(line), SyntaxError, what);
  }
  for (const line of ["ACK", "null", "[]", "", "{}", "NAK closing"]) {
    assertThrows(() => parseStats(line), SyntaxError);
  }
});
