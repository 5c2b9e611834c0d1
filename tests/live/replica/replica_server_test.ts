import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { parseStatsCounters } from "../../../lib/live/primary/stats.ts";
import type { ReplicaOptions } from "../../../lib/options/primary_options.ts";
import { PUSH_PULL } from "../../../lib/protocol/sync.ts";
import { servePrimary } from "../../../primary.ts";
import { granted } from "../../permissions.ts";
import { brokenDisk } from "../primary/broken_disk.ts";
import { type LineClient, TestPrimary } from "../primary/line_client.ts";

const ignore = !granted({
  net: ["127.0.0.1"],
  read: ["/tmp"],
  write: ["/tmp"],
});

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore, fn });
}

const A = "00000000deadbeef";
const HEADER = "SYNC primary1 push 1 77 0 0 0";
const QUICKLY = { kind: "constant", ticks: 20 } as const;

function replicaOf(options: Partial<ReplicaOptions> = {}): ReplicaOptions {
  return {
    number: 0,
    peers: [1],
    gossip: null,
    style: PUSH_PULL,
    seed: 1,
    ...options,
  };
}

test("servePrimary() with replicas: reports, exchanges and queries share a connection, in order", async () => {
  await using primary = await TestPrimary.start({ replica: replicaOf() });
  using client = await primary.connect();
  await client.send(
    `LikesServer0 14\n${HEADER} 1 1 0\nLikesServer1 5 ${A}#1=5\nREAD\nLikesServer0 1\n`,
  );
  const [ack, reply, total, last] = await client.lines(4);
  assertEquals([ack, total, last], ["ACK", "TOTAL 19", "ACK"]);
  assertMatch(reply ?? "", /^SYNCED primary0 push 1 \d+ 77 1 0 0 0 0$/);
});

test("servePrimary() with replicas: a repair raises what is held, is journalled and told to others", async () => {
  await using primary = await TestPrimary.start({ replica: replicaOf() });
  using client = await primary.connect();
  const lines = [
    `LikesServer1 5 ${A}#1=5`,
    `REPAIR LikesServer1 ${A}#3=40`,
    `REPAIR LikesServer1 ${A}#2=20`,
    "READ LikesServer1",
    `REPAIR LikesServer2 ${A}#1=43`,
    "REPAIR LikesServer1",
    `LikesServer1 2 ${A}#4=42`,
    "SYNC primary1 pull 1 77 0 0 0 0 0 0",
  ];
  await client.send(`${lines.join("\n")}\n`);
  const answers = await client.lines(9);
  assertEquals(answers.slice(0, 4), [
    "ACK",
    "ACK",
    "ACK",
    `VALUE LikesServer1 40 ${A}#3=40`,
  ]);
  assertMatch(answers[4] ?? "", /^NAK total/);
  assertMatch(answers[5] ?? "", /^NAK repair not in the form/);
  assertEquals(answers[6], "ACK");
  assertEquals(answers[8], `LikesServer1 2 ${A}#4=42`);
  const log = Deno.readTextFileSync(`${primary.folder}/PrimaryLikesLog0`);
  assertMatch(log, new RegExp(`MERGED LikesServer1 - ${A}#3=40 Total 40\n`));
  assertMatch(log, /REJECTED "REPAIR LikesServer2 .* total/);
  const { replica } = parseStatsCounters(await client.ask("COUNTERS"));
  assertEquals([replica?.entriesMerged, replica?.mergedLikes], [1, 35]);
});

test("servePrimary() alone knows no repairs", async () => {
  await using primary = await TestPrimary.start();
  using client = await primary.connect();
  assertMatch(await client.ask(`REPAIR LikesServer1 ${A}#3=40`), /^NAK/);
  assertEquals(await client.ask("READ"), "TOTAL 0");
});

test("servePrimary() with replicas: a request that is not whole in time is cut off and changes nothing", async () => {
  await using primary = await TestPrimary.start({
    replica: replicaOf(),
    lineTimeoutMs: 50,
  });
  using client = await primary.connect();
  await client.send(`${HEADER} 2 2 0\nLikesServer1 5 ${A}#1=5\n`);
  assertEquals(await client.end(), "");
  assertEquals(await primary.total(), 0);
});

test("servePrimary() with replicas: an exchange that ends early gives its place up", async () => {
  await using primary = await TestPrimary.start({ replica: replicaOf() });
  for (let i = 0; i < 40; i++) {
    using client = await primary.connect();
    await client.send(`${HEADER} 2 2 0\nLikesServer1 5 ${A}#1=5\n`);
    await client.closeWrite();
    assertEquals(await client.end(), "");
  }
  using client = await primary.connect();
  assertMatch(await client.ask(`${HEADER} 0 0 0`), /^SYNCED/);
});

test("servePrimary() with replicas: exchanges tell two what each of them was told, and are counted", async () => {
  await using asked = await TestPrimary.start({
    replica: replicaOf({ number: 1, peers: [1] }),
  });
  using there = await asked.connect();
  assertEquals(await there.ask("LikesServer1 5"), "ACK");
  await using asking = await TestPrimary.start({
    replica: replicaOf({ peers: [asked.running.port], gossip: QUICKLY }),
  });
  using here = await asking.connect();
  assertEquals(await here.ask("LikesServer0 14"), "ACK");
  for (const client of [here, there]) {
    while (await client.ask("READ") !== "TOTAL 19");
  }
  const counts = async (client: LineClient) =>
    parseStatsCounters(await client.ask("COUNTERS")).replica;
  const [own, other] = [await counts(here), await counts(there)];
  assertEquals([own?.exchangesFailed, other?.exchangesBegun], [0, 0]);
  assert(own!.exchangesBegun >= own!.exchangesCompleted);
  assert(own!.exchangesCompleted > 0);
});

test("servePrimary() with replicas: stops while exchanges with a silent peer go on", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const primary = await TestPrimary.start({
    replica: replicaOf({ peers: [listener.addr.port], gossip: QUICKLY }),
  });
  try {
    // Each is accepted, and never answered.
    const open = [await listener.accept(), await listener.accept()];
    await primary.stop();
    await primary.running.finished;
    for (const connection of open) connection.close();
  } finally {
    await primary[Symbol.asyncDispose]();
  }
});

test("servePrimary() with replicas: at most 16 exchanges wait for a silent peer", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using primary = await TestPrimary.start({
    replica: replicaOf({ peers: [listener.addr.port], gossip: QUICKLY }),
  });
  const open: Deno.TcpConn[] = [];
  const accepting = (async () => {
    for await (const connection of listener) open.push(connection);
  })();
  using client = await primary.connect();
  for (let failed = 0; failed < 3 || open.length < 16;) {
    const { replica } = parseStatsCounters(await client.ask("COUNTERS"));
    failed = replica?.exchangesFailed ?? 0;
    assertEquals(replica?.exchangesCompleted, 0);
  }
  assertEquals(open.length, 16);
  listener.close();
  await accepting;
  for (const connection of open) connection.close();
});

test("servePrimary() with replicas: a peer that answers nonsense costs an exchange", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using primary = await TestPrimary.start({
    replica: replicaOf({ peers: [listener.addr.port], gossip: QUICKLY }),
  });
  const entry = `LikesServer1 5 ${A}#1=5`;
  const nonsense = [
    "ACK\n",
    "NAK busy\n",
    "SYNC primary1 push-pull 1 77 0 0 0 0 0 0\n",
    `SYNCED primary1 push-pull 99 77 0 0 0 1 1 0\n${entry}\n`,
    `SYNCED primary0 push-pull 5 77 0 0 0 1 1 0\n${entry}\n`,
    `SYNCED primary1 pull 6 77 0 0 0 1 1 0\n${entry}\n`,
    `SYNCED primary1 push-pull 7 77 0 0 0 2 2 0\n${entry}\n`,
    "x".repeat(10_000),
  ];
  for (const text of nonsense) {
    using peer = await listener.accept();
    await peer.write(new TextEncoder().encode(text));
  }
  using client = await primary.connect();
  for (;;) {
    const { replica } = parseStatsCounters(await client.ask("COUNTERS"));
    if ((replica?.exchangesFailed ?? 0) < nonsense.length) continue;
    assertEquals(replica?.exchangesCompleted, 0);
    break;
  }
  assertEquals(await client.ask("READ"), "TOTAL 0");
});

test("servePrimary() with replicas and durability fsync answers no exchange and no repair before the disk has what was merged", async () => {
  const lines = [
    `${HEADER} 1 1 0\nLikesServer1 5 ${A}#1=5\n`,
    `REPAIR LikesServer1 ${A}#1=5\n`,
  ];
  for (const line of lines) {
    await using primary = await TestPrimary.start({
      replica: replicaOf(),
      durability: "fsync",
    });
    using client = await primary.connect();
    using disk = brokenDisk();
    disk.fail();
    await client.send(line);
    await client.closeWrite();
    assertEquals(await client.end(), "");
    await assertRejects(() => primary.running.finished, Error, "os error 5");
  }
});

test("servePrimary() with replicas and durability fsync tells no peer what the disk does not have yet", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using primary = await TestPrimary.start({
    replica: replicaOf({ peers: [listener.addr.port], gossip: QUICKLY }),
    durability: "fsync",
  });
  using client = await primary.connect();
  using disk = brokenDisk();
  await client.send("LikesServer3 14\n");
  await disk.begun;
  const told: Promise<string>[] = [];
  for (let exchange = 0; exchange < 10; exchange++) {
    const { readable } = await listener.accept();
    told.push(new Response(readable).text().catch(() => ""));
  }
  disk.fail();
  await assertRejects(() => primary.running.finished, Error, "os error 5");
  const requests = (await Promise.all(told)).join("");
  assertEquals(requests.includes("LikesServer3"), false, requests);
});

test("servePrimary() refuses replicas that cannot be", async () => {
  const odd: [Partial<ReplicaOptions>, RegExp][] = [
    [{ peers: [] }, /1 replicas: allowed are 2 to 32/],
    [{ peers: Array(32).fill(1) }, /33 replicas/],
    [{ number: 2 }, /replica 2 with 1 peers: allowed are .* 0 to 1/],
    [{ number: -1 }, /replica -1/],
    [{ number: 0.5 }, /replica 0\.5/],
  ];
  for (const [options, message] of odd) {
    const replica = replicaOf(options);
    const error = await assertRejects(
      () => servePrimary({ port: 0, logDir: "/tmp/none", replica }),
      RangeError,
    );
    assertMatch(error.message, message);
  }
});
