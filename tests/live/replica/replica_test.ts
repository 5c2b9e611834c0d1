import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { PULL, PUSH, PUSH_PULL } from "../../../lib/protocol/sync.ts";
import { type Fate, ReplicaNode } from "./replica_world.ts";

const A = "00000000deadbeef";
const HEADER = "SYNC primary1 push 1 77 0 0 0";

function pair(): [ReplicaNode, ReplicaNode] {
  return [new ReplicaNode({ number: 0 }), new ReplicaNode({ number: 1 })];
}

Deno.test("Replica merges what a peer tells, journalled before the reply", async () => {
  const [first, second] = pair();
  assertEquals(first.report("LikesServer0 14"), "ACK");
  assertEquals(first.report(`LikesServer1 5 ${A}#1`), "ACK");
  assertEquals(second.report(`LikesServer2 7 ${A}#3=20`), "ACK");
  assert(await first.exchange(second));
  assertEquals(second.log, [
    `LikesServer2 7 ${A}#3=20 Total 20`,
    `MERGED LikesServer0 14 ${first.log[0]?.slice(12)}@1~14 Total 34`,
    `MERGED LikesServer1 5 ${A}#1~5 Total 39`,
  ]);
  assertEquals(first.state, second.state);
  assertEquals(first.replica.digest.value(), second.replica.digest.value());
  const { counters } = second.replica;
  assertEquals([counters.entriesMerged, counters.mergedLikes], [2, 19]);
});

Deno.test("Replica merges whatever the reads are that bring a message", async () => {
  for (const atOnce of [1, 7, 300]) {
    const [first, second] = pair();
    for (let i = 0; i < 20; i++) first.report(`LikesServer${i} 14`);
    assert(await first.exchange(second, "whole", atOnce));
    assertEquals(first.state, second.state);
  }
});

Deno.test("Replica takes more than a message carries in several, and no component of its own", async () => {
  const [first, second] = pair();
  const sessions = 25_000;
  for (let i = 0; i < sessions; i++) {
    const session = i.toString(16).padStart(16, "0");
    first.report(`LikesServer${i % 9999} 2 ${session}#1=2`);
  }
  first.report("LikesServer5 1");
  assert(await second.exchange(first));
  assertEquals(second.state, first.state);
  assertEquals(second.replica.counters.gossipMessagesReceived, 3);
  assert(await second.exchange(first));
  assertEquals(first.replica.counters.entriesMerged, 0);
});

Deno.test("Replica sends nobody what came from there", async () => {
  const [first, second] = pair();
  for (let i = 0; i < 100; i++) first.report(`LikesServer${i} 2 ${A}#1=2`);
  assert(await first.exchange(second));
  assertEquals(first.replica.counters.gossipMessagesReceived, 1);
  const { gossipBytesReceived } = first.replica.counters;
  assert(gossipBytesReceived < 100, `${gossipBytesReceived} bytes`);
});

Deno.test("Replica lets the event loop turn while it merges", async () => {
  const [first, second] = pair();
  for (let i = 0; i < 5000; i++) {
    first.report(`LikesServer${i} 2 ${A}#1=2`);
  }
  let isDone = false;
  let turns = 0;
  const exchange = first.exchange(second).finally(() => isDone = true);
  while (!isDone) {
    await new Promise((resolve) => setTimeout(resolve));
    turns++;
    // What has been merged so far is whole, in the log and to be read.
    const { total } = second.rules.ledger;
    assertEquals(second.log.length, total / 2);
  }
  assert(await exchange);
  assert(turns >= 3, `${turns} turns`);
});

Deno.test("Replica refuses nonsense, logs it and merges nothing", async () => {
  const entry = `LikesServer3 14 ${A}#7=98`;
  const cases: [request: string, answer: string | RegExp][] = [
    ["SYNC nonsense\n", "NAK exchange not in the form of SYNC\n"],
    [
      `SYNCED primary1 pull 1 77 0 0 0 1 1 0\n${entry}\n`,
      "NAK reply without a request\n",
    ],
    [`${HEADER} 1 1 0 0\n${entry}\n`, /^NAK exchange not in the form/],
    [`${HEADER} 1 1 0\n${entry} \n`, /^NAK .*plain number/],
    [`${HEADER} 2 2 0\n${entry}\nREAD\n`, /^NAK name not LikesServer/],
    [
      `${HEADER} 1 2 0\n${entry}\n${entry}\n`,
      "NAK entries beyond the position\n",
    ],
    [
      `${HEADER} 1000000 1000000 0\n${`${entry}\n`.repeat(20_000)}`,
      "NAK more than 10000 entries in a message\n",
    ],
    ["SYNC primary0 push 1 77 0 0 0 0 0 0\n", "NAK replica not a peer\n"],
    ["SYNC primary2 push 1 77 0 0 0 0 0 0\n", "NAK replica not a peer\n"],
    ["SYNC LikesServer1 push 1 77 0 0 0 0 0 0\n", /^NAK exchange not in the/],
    ["SYNC primary1 push 1 0 0 0 0 0 0 0\n", /^NAK number and epoch/],
  ];
  for (const [request, answer] of cases) {
    const node = new ReplicaNode();
    const said = await node.answer(request);
    if (typeof answer === "string") assertEquals(said, answer);
    else assertMatch(said, answer);
    assertEquals(node.state, []);
    assertEquals(node.log.length, 1);
    assertMatch(node.log[0] ?? "", /^REJECTED /);
    assertEquals(node.replica.counters.exchangesRefused, 1);
    assertEquals(node.report("LikesServer0 14"), "ACK");
  }
});

Deno.test("Replica refuses a position beyond its feed, and who is refused begins anew", async () => {
  const [first, second] = [0, 1].map((number) => new ReplicaNode({ number }));
  const epochs = [first, second].map((node) => node!.replica.parts.epoch);
  first!.report(`LikesServer3 14 ${A}#1=14`);
  assert(await second!.exchange(first!));
  assertEquals(second!.state, first!.state);
  first!.report(`LikesServer4 5 ${A}#1=5`);
  // Somebody tells the second that it has more than the first will ever have.
  const [mine, yours] = epochs;
  const lie = `SYNC primary0 push 9 ${mine} ${yours} 0 0 999 0 0\n`;
  assertMatch(await second!.answer(lie), /^SYNCED primary1 push 9 \d+ \d+ 999/);
  assertEquals(await second!.exchange(first!), false);
  assertMatch(
    first!.log.at(-1) ?? "",
    /^REJECTED .* position beyond the feed$/,
  );
  assert(await second!.exchange(first!));
  assertEquals(second!.state, first!.state);
  const request = second!.replica.request(0)!.header;
  assertEquals(request.got, first!.rules.feeds.last(0));
});

Deno.test("Replica skips an entry that no draws can add up to, and counts it", async () => {
  const node = new ReplicaNode();
  const entries = [
    `LikesServer3 14 ${A}#7=98`,
    `LikesServer3 14 ${A}#7=9999`, // More than 42 a draw.
    `LikesServer4 43 ${A}#7=98`,
    `LikesServer10000 1 ${A}#1=1`,
    `LikesServer5 14 ${A}#0=14`,
    `LikesServer6 14 ${A}#2=13`, // Less than the last report's likes.
    `LikesServer7 14 ${A}@1~9007199254740992`,
    `LikesServer8 1 ${A}#1~1`,
  ];
  const message = `${HEADER} 8 8 0\n${entries.join("\n")}\n`;
  assertMatch(
    await node.answer(message),
    /^SYNCED primary0 push 1 .* 0 0 0 0\n$/,
  );
  assertEquals(node.state, [
    `LikesServer3 ${A}# 7,98`,
    `LikesServer8 ${A}# 1,1`,
  ]);
  assertEquals(node.replica.counters.entriesRefused, 6);
});

Deno.test("Replica skips entries beyond the largest total", async () => {
  const node = new ReplicaNode();
  const most = 2 ** 53 - 1;
  const entries = [
    `LikesServer0 0 ${A}@2147483647~${most - 10}`,
    `LikesServer1 11 ${A}#1=11`,
    `LikesServer2 10 ${A}#1=10`,
  ];
  await node.answer(`${HEADER} 3 3 0\n${entries.join("\n")}\n`);
  assertEquals(node.rules.ledger.total, most);
  assertEquals(node.replica.counters.entriesRefused, 1);
  assertEquals(
    node.report("LikesServer0 1"),
    `NAK primary total would pass ${most}`,
  );
});

Deno.test("Replica takes no component of its own incarnation from others", async () => {
  const node = new ReplicaNode();
  node.report("LikesServer0 14");
  const own = node.log[0]?.slice("INCARNATION ".length);
  const message = `${HEADER} 1 1 0\nLikesServer0 1 ${own}@9~9\n`;
  assertMatch(await node.answer(message), /^SYNCED /);
  assertEquals(node.state, [`LikesServer0 ${own}@ 1,14`]);
});

Deno.test("Replica keeps components and sessions of the same key apart", async () => {
  const [first, second] = pair();
  await first.answer(
    `${HEADER} 2 2 0\nLikesServer0 5 ${A}@3~9\nLikesServer0 4 ${A}#1=4\n`,
  );
  assertEquals(first.state, [
    `LikesServer0 ${A}# 1,4`,
    `LikesServer0 ${A}@ 3,9`,
  ]);
  assertEquals(first.report(`LikesServer0 5 ${A}#2=9`), "ACK");
  // Not back to who told it: that is the number of another replica here.
  const third = new ReplicaNode({ number: 1 });
  assert(await third.exchange(first));
  assert(await second.exchange(first));
  assertEquals(third.state, first.state);
});

Deno.test("Replica answers NAK full where a message cannot be logged or held, and takes it later", async () => {
  const [first, second] = pair();
  for (let i = 0; i < 30; i++) first.report(`LikesServer${i} 2 ${A}#1=2`);
  second.file.diskBytes = 500;
  assert(!await first.exchange(second));
  assertEquals(second.state, []);
  second.file.diskBytes = Infinity;
  assert(await first.exchange(second));
  assertEquals(second.state, first.state);

  const small = new ReplicaNode({ number: 1, sessionsMax: 10 });
  small.report(`LikesServer29 1 ${A}#1=1`);
  assert(!await first.exchange(small));
  // What it has place for is there; of a session that it has, all is.
  assertEquals(small.entries().get(`LikesServer29 ${A}#`), [1, 2]);
  assertEquals(small.entries().size, 10);
});

Deno.test("Replica tells others nothing that is not in its log", async () => {
  const node = new ReplicaNode({ durability: "none" });
  node.report("LikesServer0 14");
  assertEquals(node.file.bytes.length, 0);
  assertMatch(
    await node.answer("SYNC primary1 pull 1 77 0 0 0 0 0 0\n"),
    /^SYNCED/,
  );
  assertEquals(node.log.length, 2);
  node.report("LikesServer0 15");
  node.file.diskBytes = node.file.bytes.length;
  assertEquals(
    await node.answer("SYNC primary1 pull 2 77 0 0 0 0 0 0\n"),
    "NAK full\n",
  );
  assertEquals(node.replica.request(1), undefined);
  node.file.diskBytes = Infinity;
  node.commits.close();
});

Deno.test("Replica that stops refuses exchanges", async () => {
  const node = new ReplicaNode();
  node.isClosing = true;
  assertEquals(await node.answer(`${HEADER} 0 0 0\n`), "NAK closing\n");
});

Deno.test("Replica answers a bounded number of requests at once", async () => {
  const node = new ReplicaNode({ replicas: 3 });
  const waiting = Array.from({ length: 16 }, async () => {
    // One entry is announced, and has not come yet.
    return await node.answer(`${HEADER} 1 1 0\nLikesServer0 1 ${A}#1=1\n`, 40);
  });
  const other = node.answer("SYNC primary2 push 1 77 0 0 0 0 0 0\n");
  assertEquals(await node.answer(`${HEADER} 0 0 0\n`), "NAK busy\n");
  assertMatch(await other, /^SYNCED/);
  for (const answer of await Promise.all(waiting)) {
    assertMatch(answer, /^SYNCED/);
  }
  assertMatch(await node.answer(`${HEADER} 0 0 0\n`), /^SYNCED/);
});

Deno.test("Replica answers 64 requests at once in all, whoever sends them", async () => {
  const node = new ReplicaNode({ replicas: 8 });
  const entry = `LikesServer0 1 ${A}#1=1\n`;
  const waiting = Array.from({ length: 64 }, async (_, i) => {
    const header = `SYNC primary${1 + i % 6} push 1 77 0 0 0 1 1 0\n`;
    // One entry is announced, and has not come yet.
    return await node.answer(header + entry, 40);
  });
  const request = "SYNC primary7 push 1 77 0 0 0 0 0 0\n";
  assertEquals(await node.answer(request), "NAK busy\n");
  for (const answer of await Promise.all(waiting)) {
    assertMatch(answer, /^SYNCED/);
  }
  assertMatch(await node.answer(request), /^SYNCED/);
});

/** A draw of a session. */
interface Draw {
  readonly seq: number;
  readonly likes: number;
  readonly total: number;
}

/** What happens to replicas of a random test. */
type Event =
  | {
    kind: "crdt";
    at: number;
    session: number;
    likes: number;
    isRepeat: boolean;
  }
  | { kind: "dedup"; at: number; session: number; likes: number }
  | { kind: "plain"; at: number; server: number; likes: number }
  | { kind: "exchange"; at: number; with: number; fate: Fate }
  | { kind: "kill"; at: number; isTorn: boolean; isForgotten: boolean }
  | { kind: "disk"; at: number; isFull: boolean };

const REPLICAS = 3;
const at = fc.nat(REPLICAS - 1);
const likes = fc.nat(42);
const session = fc.nat(2);

const exchange = fc.record({
  kind: fc.constant("exchange" as const),
  at,
  with: at,
  fate: fc.constantFrom<Fate>(
    "whole",
    "whole",
    "whole",
    "request lost",
    "request torn",
    "reply lost",
    "reply torn",
  ),
});
const events: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("crdt" as const),
      at,
      session,
      likes,
      isRepeat: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("dedup" as const),
      at,
      session,
      likes,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("plain" as const),
      at,
      server: session,
      likes,
    }),
  },
  { weight: 5, arbitrary: exchange },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("kill" as const),
      at,
      isTorn: fc.boolean(),
      isForgotten: fc.nat(9).map((n) => n === 0),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("disk" as const),
      at,
      isFull: fc.boolean(),
    }),
  },
);

Deno.test("Replicas that are killed, cut and full end equal and lose nothing that was acknowledged", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(events, { maxLength: 80, size: "max" }),
      fc.constantFrom("none" as const, "write" as const),
      fc.constantFrom(PUSH, PULL, PUSH_PULL),
      async (story, durability, style) => {
        const options = { replicas: REPLICAS, durability, style };
        const nodes = Array.from(
          { length: REPLICAS },
          (_, number) => new ReplicaNode({ ...options, number }),
        );
        /** The seq and total that each marked session was acknowledged. */
        const acked = new Map<string, [seq: number, total: number]>();
        /** Likes without a mark that were acknowledged, by likes server. */
        const plain = new Map<number, number>();
        const drawn = new Map<number, Draw>();
        let isExact = true;
        for (const event of story) {
          const node = nodes[event.at] as ReplicaNode;
          switch (event.kind) {
            case "crdt": {
              const last = drawn.get(event.session);
              const draw = last !== undefined && event.isRepeat
                ? last
                : nextDraw(last, event.likes);
              drawn.set(event.session, draw);
              const key = `000000000000000${event.session}#`;
              const mark = `${key}${draw.seq}=${draw.total}`;
              const reply = node.report(`LikesServer1 ${draw.likes} ${mark}`);
              if (reply === "ACK") {
                acked.set(`LikesServer1 ${key}`, [draw.seq, draw.total]);
              }
              break;
            }
            case "dedup": {
              const key = `000000000000001${event.session}#`;
              const name = `LikesServer2 ${key}`;
              const [seq, total] = acked.get(name) ?? [0, 0];
              const reply = node.report(
                `LikesServer2 ${event.likes} ${key}${seq + 1}`,
              );
              if (reply === "ACK") {
                acked.set(name, [seq + 1, total + event.likes]);
              } else assertMatch(reply, /^NAK (gap|full)/);
              break;
            }
            case "plain": {
              const { server, likes } = event;
              const reply = node.report(`LikesServer${server} ${likes}`);
              if (reply === "ACK") {
                plain.set(server, (plain.get(server) ?? 0) + likes);
              }
              break;
            }
            case "exchange":
              if (event.with !== event.at) {
                await node.exchange(
                  nodes[event.with] as ReplicaNode,
                  event.fate,
                  100,
                );
              }
              break;
            case "kill": {
              const { told } = node;
              let log = event.isForgotten ? new Uint8Array(0) : node.file.bytes;
              if (event.isTorn && log.length > 0) {
                log = Uint8Array.from([...log, ...log.subarray(0, 40)]);
              }
              if (event.isForgotten || durability === "none") isExact = false;
              node.file.diskBytes = Infinity;
              node.commits.close();
              const next = new ReplicaNode(
                { ...options, number: event.at },
                log,
              );
              nodes[event.at] = next;
              if (event.isForgotten) break;
              for (const [name, seq] of told) {
                assert((next.entries().get(name)?.[0] ?? 0) >= seq, name);
              }
              break;
            }
            case "disk":
              node.file.diskBytes = event.isFull
                ? node.file.bytes.length
                : Infinity;
          }
        }
        for (const node of nodes) node.file.diskBytes = Infinity;
        for (let round = 1; round < REPLICAS; round++) {
          for (const node of nodes) {
            for (const peer of nodes) {
              if (node !== peer) assert(await node.exchange(peer));
            }
          }
        }
        const [first, ...others] = nodes.map(({ state }) => state);
        for (const other of others) assertEquals(other, first);
        const digests = nodes.map(({ replica }) => replica.digest.value());
        assertEquals(new Set(digests).size, 1);
        const entries = (nodes[0] as ReplicaNode).entries();
        for (const [name, [seq, total]] of isExact ? acked : []) {
          assertEquals(entries.get(name), [seq, total], name);
        }
        for (const server of [0, 1, 2]) {
          const likes = (nodes[0] as ReplicaNode).rules.unmarkedOf(server);
          const counted = plain.get(server) ?? 0;
          if (isExact) assertEquals(likes, counted);
          else assert(likes <= counted);
        }
        for (const node of nodes) node.commits.close();
      },
    ),
    { numRuns: 150 },
  );
});

function nextDraw(last: Draw | undefined, likes: number): Draw {
  const { seq, total } = last ?? { seq: 0, total: 0 };
  return { seq: seq + 1, likes, total: total + likes };
}
