import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { servePrimary } from "../../../primary.ts";
import {
  parseStats,
  parseStatsCounters,
} from "../../../lib/live/primary/stats.ts";
import { StartError } from "../../../lib/platform/start_error.ts";
import { granted } from "../../permissions.ts";
import { brokenDisk } from "./broken_disk.ts";
import { type LineClient, TestPrimary } from "./line_client.ts";

const ignore = !granted({
  net: ["127.0.0.1"],
  read: ["/tmp"],
  write: ["/tmp"],
});

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore, fn });
}

const A = "00000000deadbeef";

/** A full disk: no file takes a byte until this is disposed of. */
function fullDisk(): Disposable {
  const { writeSync } = Deno.FsFile.prototype;
  Deno.FsFile.prototype.writeSync = () => {
    throw new Error("No space left on device (os error 28)");
  };
  return {
    [Symbol.dispose]() {
      Deno.FsFile.prototype.writeSync = writeSync;
    },
  };
}

/** Sends reports and reads no reply, until the primary has enough. */
async function shoutInto(client: LineClient): Promise<void> {
  const bytes = new TextEncoder().encode("LikesServer0 1\n".repeat(10_000));
  try {
    for (;;) await client.send(bytes);
  } catch { /* It has had enough. */ }
}

test("servePrimary() counts, acknowledges and journals reports of all three kinds", async () => {
  await using primary = await TestPrimary.start();
  using client = await primary.connect();
  assertEquals(await client.ask("LikesServer0 14"), "ACK");
  assertEquals(await client.ask(`LikesServer1 5 ${A}#1`), "ACK");
  assertEquals(await client.ask(`LikesServer2 7 ${A}#3=20`), "ACK");
  assertEquals(await client.ask(`LikesServer2 7 ${A}#3=20`), "ACK");
  assertEquals(await client.ask(`LikesServer1 5 ${A}#3`), "NAK gap 2");
  assertEquals(
    await client.ask("LikesServer0 43"),
    "NAK likes out of range 0..42",
  );
  assertEquals(await client.ask("READ"), "TOTAL 39");
  assertEquals(primary.journal(), [
    "LikesServer0 14 Total 14",
    `LikesServer1 5 ${A}#1 Total 19`,
    `LikesServer2 7 ${A}#3=20 Total 39`,
    `DUPLICATE LikesServer2 7 ${A}#3=20 Total 39`,
    'REJECTED "LikesServer0 43" likes out of range 0..42',
  ]);
});

test("servePrimary() answers STATS with what it holds and has done", async () => {
  await using primary = await TestPrimary.start();
  using client = await primary.connect();
  await client.send(
    `LikesServer3 14\nLikesServer3 0 ${A}#1=0\nLikesServer3 0 ${A}#1=0\nodd\nLikesServer3 1 ${A}#2\n`,
  );
  await client.send("STATS\n");
  await client.lines(5);
  const stats = parseStats(await client.line());
  assertEquals(stats.total, 14);
  assertEquals(stats.servers, [{
    name: "LikesServer3",
    unmarked: 14,
    sessions: [{ session: A, seq: 1, total: 0 }],
  }]);
  assertEquals(
    [stats.reports, stats.acks, stats.duplicates, stats.gaps],
    [5, 3, 1, 0],
  );
  assertEquals(stats.rejected, {
    "not two or three words with one space between": 1,
    "no total in a session that has totals": 1,
  });
  assertEquals([stats.connectionsOpen, stats.connectionsTotal], [1, 1]);
  assertEquals(stats.durability, "write");
  assertEquals(stats.journalBytes, Deno.statSync(primary.log).size);
});

test("servePrimary() answers READ with one likes server, or with one session of it", async () => {
  await using primary = await TestPrimary.start();
  using client = await primary.connect();
  const B = "0000000000000001";
  await client.send(
    `LikesServer3 14\nLikesServer3 5 ${A}#1\nLikesServer3 9 ${B}#1=9\nLikesServer4 1\n`,
  );
  await client.lines(4);
  const answers: [query: string, answer: string][] = [
    ["READ", "TOTAL 29"],
    ["READ LikesServer3", `VALUE LikesServer3 28 ${A}#1=5 ${B}#1=9`],
    ["READ LikesServer4", "VALUE LikesServer4 1"],
    ["READ LikesServer9999", "VALUE LikesServer9999 0"],
    [`READ LikesServer3 ${A}`, `VALUE LikesServer3 19 ${A}#1=5`],
    [`READ LikesServer3 ${"f".repeat(16)}`, "VALUE LikesServer3 14"],
    [`READ LikesServer5 ${A}`, "VALUE LikesServer5 0"],
  ];
  for (const [query, answer] of answers) {
    assertEquals(await client.ask(query), answer);
  }
  // Pipelined, in order, between reports.
  await client.send(answers.map(([query]) => `${query}\nodd\n`).join(""));
  for (const [, answer] of answers) {
    assertEquals(await client.line(), answer);
    assertMatch(await client.line(), /^NAK not two/);
  }
  const counters = JSON.parse(await client.ask("COUNTERS"));
  assertEquals([counters.total, counters.servers], [29, undefined]);
});

/** Reports of so many sessions of one like each, from likes servers 0 to 2. */
function sessionReports(count: number): string {
  return Array.from({ length: count }, (_, i) => {
    const session = i.toString(16).padStart(16, "0");
    return `LikesServer${i % 3} 1 ${session}#1=1\n`;
  }).join("");
}

test("servePrimary() answers many clients that ask for many sessions at once", async () => {
  await using primary = await TestPrimary.start();
  using client = await primary.connect();
  await client.send(sessionReports(2000));
  await client.lines(2000);
  await Promise.all(Array.from({ length: 10 }, async () => {
    using asker = await primary.connect();
    await asker.send("STATS\nREAD LikesServer1\nREAD\nLikesServer9 0\n");
    const stats = parseStats(await asker.line());
    assertEquals(stats.total, 2000);
    assertEquals(stats.servers.slice(0, 3).map((s) => s.sessions.length), [
      667,
      667,
      666,
    ]);
    const value = (await asker.line()).split(" ");
    assertEquals(value.slice(0, 3), ["VALUE", "LikesServer1", "667"]);
    assertEquals(new Set(value.slice(3)).size, 667);
    assertEquals(await asker.lines(2), ["TOTAL 2000", "ACK"]);
  }));
});

test("servePrimary() serves others while clients do not read large answers, and cuts those off", async () => {
  await using primary = await TestPrimary.start({ replyTimeoutMs: 2000 });
  using client = await primary.connect();
  const sending = client.send(sessionReports(150_000));
  await client.lines(150_000);
  await sending;
  // More than the sockets hold on their way.
  const deaf = await Promise.all(
    Array.from({ length: 5 }, () => primary.connect()),
  );
  for (const one of deaf) await one.send("STATS\n".repeat(5));
  assertEquals(await client.ask("LikesServer3 14"), "ACK");
  while (parseStatsCounters(await client.ask("COUNTERS")).cutOff < 5);
  assertEquals(parseStats(await client.ask("STATS")).total, 150_014);
  for (const one of deaf) one[Symbol.dispose]();
});

test("stop() ends connections that wait for a large answer", async () => {
  await using primary = await TestPrimary.start();
  using client = await primary.connect();
  const sending = client.send(sessionReports(150_000));
  await client.lines(150_000);
  await sending;
  const deaf = await Promise.all(
    Array.from({ length: 8 }, () => primary.connect()),
  );
  for (const one of deaf) await one.send("STATS\n".repeat(5));
  assertEquals(await client.ask("READ"), "TOTAL 150000");
  await primary.stop();
  for (const one of deaf) one[Symbol.dispose]();
});

test("servePrimary() keeps replies in order when queries stand between pipelined reports", async () => {
  await using primary = await TestPrimary.start();
  using client = await primary.connect();
  let lines = "";
  const expected: string[] = [];
  for (let i = 1; i <= 3000; i++) {
    lines += "LikesServer0 1\nREAD\n";
    expected.push("ACK", `TOTAL ${i}`);
  }
  lines += "STATS\nLikesServer0 1\nREAD\n";
  const sending = client.send(lines);
  assertEquals(await client.lines(6000), expected);
  assertEquals(parseStats(await client.line()).total, 3000);
  assertEquals(await client.lines(2), ["ACK", "TOTAL 3001"]);
  await sending;
});

test("servePrimary() answers an original client with three bytes, no LF, and closes", async () => {
  await using primary = await TestPrimary.start();
  using client = await primary.connect();
  await client.send("LikesServer0 14"); // and keeps its side open
  assertEquals(await client.end(), "ACK");
  assertEquals(await primary.total(), 14);
});

test("servePrimary() does not take a first read for an original client's that is not whole", async () => {
  await using primary = await TestPrimary.start();
  for (
    const [first, rest, reply] of [
      ["LikesServer0 ", "14\n", "ACK\n"],
      [`LikesServer0 1 ${A}#1=1`, "4\n", "NAK total grew by more than likes"],
      ["LikesServer0 43", "\n", "NAK likes out of range 0..42\n"],
    ] as const
  ) {
    using client = await primary.connect();
    using other = await primary.connect();
    await client.send(first);
    await other.ask("READ"); // so that the two are not read as one
    await client.send(rest);
    await client.closeWrite();
    assert((await client.end()).startsWith(reply));
  }
  assertEquals(await primary.total(), 14);
});

test("servePrimary() discards a line that is not complete when the client leaves", async () => {
  await using primary = await TestPrimary.start();
  {
    using client = await primary.connect();
    await client.send("LikesServer0 1\nLikesServer0 2");
    await client.closeWrite();
    assertEquals(await client.end(), "ACK\n");
  }
  assertEquals(await primary.total(), 1);
});

test("servePrimary() closes a slow sender, in the middle of a line, and not an idle client", async () => {
  await using primary = await TestPrimary.start({ lineTimeoutMs: 40 });
  using idle = await primary.connect();
  using silent = await primary.connect();
  assertEquals(await silent.ask("READ"), "TOTAL 0");
  using slow = await primary.connect();
  await slow.send("LikesServer0 14\nLikes");
  assertEquals(await slow.end(), "ACK\n");
  using overlong = await primary.connect();
  await overlong.send("x".repeat(1000));
  assertEquals(await overlong.end(), "NAK line longer than 256 bytes\n");
  assertEquals(await idle.ask("LikesServer0 1"), "ACK");
  assertEquals(
    await silent.ask("STATS").then(parseStats).then((s) => s.cutOff),
    2,
  );
});

test("servePrimary() measures a line from its first byte, however it drips in", async () => {
  await using primary = await TestPrimary.start({ lineTimeoutMs: 60 });
  using slow = await primary.connect();
  let isClosed = false;
  const end = slow.end().then((text) => {
    isClosed = true;
    return text;
  });
  let sent = 0;
  try {
    while (!isClosed) {
      await slow.send("L");
      sent++;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  } catch { /* Closed while it was sending. */ }
  assertEquals(await end, "");
  assert(sent > 1);
});

test("servePrimary() cuts off a client that does not read its replies, and serves the others meanwhile", async () => {
  await using primary = await TestPrimary.start({ replyTimeoutMs: 100 });
  using deaf = await primary.connect();
  using other = await primary.connect();
  const shouting = shoutInto(deaf);
  while (parseStats(await other.ask("STATS")).cutOff === 0) {
    assertEquals(await other.ask("LikesServer1 0"), "ACK");
  }
  await deaf.end();
  await shouting;
  const stats = parseStats(await other.ask("STATS"));
  assertEquals(stats.cutOff, 1);
  assertEquals(
    stats.total,
    primary.journal().filter((line) => line.startsWith("LikesServer0")).length,
  );
});

test("servePrimary() answers NAK busy beyond --max-connections, and serves again when one leaves", async () => {
  await using primary = await TestPrimary.start({ maxConnections: 2 });
  using first = await primary.connect();
  await first.ask("READ");
  {
    using second = await primary.connect();
    await second.ask("READ");
    using third = await primary.connect();
    assertEquals(await third.end(), "NAK busy\n");
  }
  for (;;) {
    using again = await primary.connect();
    try {
      assertEquals(await again.ask("LikesServer0 14"), "ACK");
      break;
    } catch { /* The second's end has not been seen yet. */ }
  }
});

test("servePrimary() refuses sessions beyond --max-sessions as full, and goes on with those it has", async () => {
  await using primary = await TestPrimary.start({ maxSessions: 1 });
  using client = await primary.connect();
  assertEquals(await client.ask(`LikesServer0 1 ${A}#1=1`), "ACK");
  assertEquals(await client.ask(`LikesServer1 1 ${A}#1=1`), "NAK full");
  assertEquals(await client.ask(`LikesServer0 2 ${A}#2=3`), "ACK");
  assertEquals(await client.ask("LikesServer1 1"), "ACK");
  assertEquals(await client.ask("READ"), "TOTAL 4");
});

test("servePrimary() survives connections that reset at every point of the exchange", async () => {
  await using primary = await TestPrimary.start();
  const line = `LikesServer0 0 ${A}#1=0\n`;
  for (let cut = 0; cut <= line.length; cut++) {
    using client = await primary.connect();
    await client.send("READ\n" + line.slice(0, cut));
    // Closing with a reply that was not read sends a reset.
  }
  for (let i = 0; i < 50; i++) {
    using client = await primary.connect();
    await client.send(line.repeat(i * 10));
  }
  using client = await primary.connect();
  assertEquals(await client.ask("LikesServer0 14"), "ACK");
  assertEquals(await client.ask("READ"), "TOTAL 14");
});

test("servePrimary() serves 500 connections at once", async () => {
  await using primary = await TestPrimary.start();
  const clients = await Promise.all(
    Array.from({ length: 500 }, () => primary.connect()),
  );
  try {
    const replies = await Promise.all(
      clients.map((client, i) => client.ask(`LikesServer${i} 2`)),
    );
    assertEquals(new Set(replies), new Set(["ACK"]));
    assertEquals(await primary.total(), 1000);
  } finally {
    for (const client of clients) client[Symbol.dispose]();
  }
});

test("servePrimary() counts a valid report exactly after ten million random bytes", async () => {
  await using primary = await TestPrimary.start();
  const noise = crypto.getRandomValues(new Uint8Array(50_000));
  const shout = async () => {
    using client = await primary.connect();
    const heard = client.end();
    for (let i = 0; i < 4; i++) await client.send(noise);
    await client.closeWrite();
    await heard;
  };
  await Promise.all(Array.from({ length: 50 }, shout));
  using client = await primary.connect();
  assertEquals(await client.ask("LikesServer0 14"), "ACK");
  assertEquals(await client.ask("READ"), "TOTAL 14");
  for (const line of primary.journal().slice(0, 1000)) {
    assertMatch(line, /^[ -~]+$/);
  }
});

test("stop() answers what was read, turns away what comes after, and closes", async () => {
  await using primary = await TestPrimary.start();
  using client = await primary.connect();
  await client.ask("READ");
  const stopped = primary.stop();
  const sending = client.send("LikesServer0 14\n");
  assertEquals(await client.line(), "NAK closing");
  await sending;
  assertEquals(await client.end(), "");
  await stopped;
  await primary.running.finished;
  await assertRejects(() => primary.connect(), Deno.errors.ConnectionRefused);
  assertEquals(primary.journal(), []);
});

test("servePrimary() resumes from its log: totals, sessions and seqs are those it had", async () => {
  await using primary = await TestPrimary.start();
  {
    using client = await primary.connect();
    await client.ask("LikesServer3 14");
    await client.ask(`LikesServer3 5 ${A}#2=19`);
    await client.ask("odd");
  }
  await primary.stop();
  Deno.writeTextFileSync(primary.log, "2026-01-02T03:04:05.6", {
    append: true,
  });
  await primary.startAgain({ resume: true });
  using client = await primary.connect();
  assertEquals(await client.ask("READ"), "TOTAL 33");
  assertEquals(await client.ask(`LikesServer3 5 ${A}#2=19`), "ACK");
  assertEquals(await client.ask(`LikesServer3 1 ${A}#3=20`), "ACK");
  const stats = parseStats(await client.ask("STATS"));
  assertEquals([stats.total, stats.resumedReports, stats.reports], [34, 2, 2]);
  assertEquals(primary.journal(), [
    "LikesServer3 14 Total 14",
    `LikesServer3 5 ${A}#2=19 Total 33`,
    'REJECTED "odd" not two or three words with one space between',
    `DUPLICATE LikesServer3 5 ${A}#2=19 Total 33`,
    `LikesServer3 1 ${A}#3=20 Total 34`,
  ]);
});

test("servePrimary() overwrites nothing of a log that it cannot resume from", async () => {
  await using primary = await TestPrimary.start();
  await primary.stop();
  const foreign = "first line of something else\n";
  Deno.writeTextFileSync(primary.log, foreign);
  await assertRejects(
    () => primary.startAgain({ resume: true }),
    StartError,
    `Cannot resume from ${primary.log}: line 1 is no line of a primary`,
  );
  assertEquals(Deno.readTextFileSync(primary.log), foreign);
  Deno.removeSync(primary.log);
  await assertRejects(
    () => primary.startAgain({ resume: true }),
    StartError,
    "there is no such log",
  );
});

test("servePrimary() replaces a file planted in place of its log", async () => {
  await using primary = await TestPrimary.start();
  await primary.stop();
  Deno.writeTextFileSync(`${primary.folder}/treasure`, "gold");
  Deno.removeSync(primary.log);
  Deno.linkSync(`${primary.folder}/treasure`, primary.log);
  await primary.startAgain({});
  using client = await primary.connect();
  await client.ask("LikesServer0 14");
  assertEquals(Deno.readTextFileSync(`${primary.folder}/treasure`), "gold");
});

test("servePrimary() says in one line why it cannot start, and leaves the log before it alone", async () => {
  await using primary = await TestPrimary.start();
  using client = await primary.connect();
  await client.ask("LikesServer0 14");
  const { port } = primary.running;
  await using other = await TestPrimary.start();
  await other.stop();
  await assertRejects(
    () => servePrimary({ port, logDir: other.folder }),
    StartError,
    `Cannot listen on 127.0.0.1:${port}: the port is in use`,
  );
  await assertRejects(
    () => servePrimary({ port: 0, logDir: "/tmp/likes-no-such-folder" }),
    StartError,
    "the folder /tmp/likes-no-such-folder does not exist",
  );
  await assertRejects(
    () => servePrimary({ maxConnections: 0 }),
    RangeError,
    "maxConnections 0: allowed are whole numbers from 1",
  );
  assertEquals(primary.journal(), ["LikesServer0 14 Total 14"]);
});

test("servePrimary() takes the next free port with searchPort", async () => {
  await using first = await TestPrimary.start();
  await using second = await TestPrimary.start({
    port: first.running.port,
    searchPort: true,
  });
  assert(second.running.port > first.running.port);
});

for (const durability of ["none", "fsync"] as const) {
  test(`servePrimary() with durability ${durability} has logged every acknowledged report when it has stopped`, async () => {
    await using primary = await TestPrimary.start({ durability });
    const send = async (server: number) => {
      using client = await primary.connect();
      for (let i = 0; i < 20; i++) {
        await client.send(`LikesServer${server} 1\n`.repeat(10));
        await client.lines(10);
      }
      assertMatch(await client.ask("READ"), /^TOTAL \d+$/);
    };
    await Promise.all([send(0), send(1), send(2)]);
    assertEquals(await primary.total(), 600);
    await primary.stop();
    assertEquals(primary.journal().length, 600);
    assertMatch(primary.journal().at(-1) ?? "", / Total 600$/);
  });
}

test("servePrimary() with durability fsync acknowledges nothing and stops when the disk fails", async () => {
  await using primary = await TestPrimary.start({ durability: "fsync" });
  using client = await primary.connect();
  using disk = brokenDisk();
  disk.fail();
  await client.send("LikesServer0 14\n");
  await assertRejects(
    () => primary.running.finished,
    Error,
    "Input/output error (os error 5)",
  );
  assertEquals(await client.end(), "");
  await assertRejects(() => primary.connect(), Deno.errors.ConnectionRefused);
});

test("stop() with durability fsync fulfils, and finished says that the disk failed meanwhile", async () => {
  await using primary = await TestPrimary.start({ durability: "fsync" });
  using client = await primary.connect();
  using disk = brokenDisk();
  await client.send("LikesServer0 14\n");
  await disk.begun;
  const stopped = primary.stop();
  disk.fail();
  assertEquals(await client.end(), "");
  await stopped;
  await assertRejects(
    () => primary.running.finished,
    Error,
    "Input/output error (os error 5)",
  );
});

test("stop() with durability none fulfils, and finished says what the disk did not take", async () => {
  await using primary = await TestPrimary.start({ durability: "none" });
  using client = await primary.connect();
  {
    using _disk = fullDisk();
    assertEquals(await client.ask("LikesServer0 14"), "ACK");
    await primary.stop();
  }
  await assertRejects(
    () => primary.running.finished,
    Error,
    `Cannot log to ${primary.log}: No space left on device (os error 28); lost: 14 acknowledged likes (1 line)`,
  );
  // The log folder is free all the same.
  await primary.startAgain({ resume: true });
  assertEquals(await primary.total(), 0);
});

test("servePrimary() with exitOnAckFailure stops when a reply cannot be sent", async () => {
  await using primary = await TestPrimary.start({
    exitOnAckFailure: true,
    replyTimeoutMs: 50,
  });
  using deaf = await primary.connect();
  const shouting = shoutInto(deaf);
  await assertRejects(() => primary.running.finished);
  await deaf.end();
  await shouting;
  await assertRejects(() => primary.connect(), Deno.errors.ConnectionRefused);
});

test("servePrimary() with exitOnAckFailure says also what is lost if the disk is full by then", async () => {
  await using primary = await TestPrimary.start({
    durability: "none",
    exitOnAckFailure: true,
    replyTimeoutMs: 50,
  });
  using deaf = await primary.connect();
  using _disk = fullDisk();
  const shouting = shoutInto(deaf);
  const { message } = await assertRejects(
    () => primary.running.finished,
    AggregateError,
  );
  assertMatch(message, /^Replies were .*; Cannot log to .*; lost: \d+ acknowl/);
  await deaf.end();
  await shouting;
});
