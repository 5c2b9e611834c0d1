import {
  assertEquals,
  assertMatch,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { VALID } from "../../../lib/protocol/validator.ts";
import { FULL, PrimaryRules } from "../../../lib/rules/primary_rules.ts";
import { GroupCommit } from "../../../lib/live/primary/group_commit.ts";
import type { Durability } from "../../../lib/domain/durability.ts";
import { Journal } from "../../../lib/live/primary/journal.ts";
import { LogFile } from "../../../lib/platform/log_file.ts";
import { PrimaryCounters } from "../../../lib/live/primary/counters.ts";
import { Replies } from "../../../lib/live/primary/replies.ts";
import { MemoryFile } from "./memory_log.ts";
import { TEST_TIME_MS } from "./primary_model.ts";

/** A group commit, and what it works on. */
function setUp(durability: Durability) {
  const file = new MemoryFile();
  const rules = new PrimaryRules({ sessionsMax: 1, serverMax: 0 });
  const { ledger } = rules;
  const counters = new PrimaryCounters();
  const journal = new Journal(new LogFile(file), {
    isDelayed: durability === "none",
  });
  const events: string[] = [];
  const clock = { ms: TEST_TIME_MS };
  const commits = new GroupCommit({
    journal,
    rules,
    counters,
    durability,
    now: () => clock.ms,
    onFull: (error) => events.push(`full: ${(error as Error).message}`),
    onRoom: () => events.push("room"),
    onBroken: (error) => events.push(`broken: ${(error as Error).message}`),
  });
  const { buffer, length } = new TextEncoder().encode("LikesServer0 14");
  const report = new DataView(buffer, 0, length);
  /** Takes a valid report, as the intake does. */
  const take = (replies: Replies) => {
    commits.join(replies);
    ledger.receive(0, 14, 0, -1);
    journal.counted(report, 0, length, ledger.total);
    replies.ack();
    counters.judged(VALID);
  };
  return {
    file,
    clock,
    ledger,
    counters,
    journal,
    commits,
    events,
    take,
  };
}

function textOf(replies: Replies): string {
  return new TextDecoder().decode(replies.bytes.subarray(0, replies.length));
}

const LINE = "2026-01-02T03:04:05.678Z LikesServer0 14 Total ";

Deno.test("GroupCommit.settled() writes the lines of all connections of one turn together", async () => {
  const { file, commits, take, counters } = setUp("write");
  const [first, second] = [new Replies(), new Replies()];
  take(first);
  const settled = commits.settled();
  take(second);
  take(second);
  assertEquals(commits.settled(), settled);
  assertEquals(file.text, "");
  await settled;
  assertEquals(file.text, `${LINE}14\n${LINE}28\n${LINE}42\n`);
  assertEquals(file.writes, 1);
  assertEquals(textOf(second), "ACK\nACK\n");
  assertEquals(counters.acks, 3);
});

Deno.test("GroupCommit.settle() counts nothing of a group that the disk has no room for", () => {
  const { file, ledger, commits, take, counters, events } = setUp("write");
  const [first, second] = [new Replies(), new Replies()];
  take(first);
  commits.settle();
  file.diskBytes = file.bytes.length + 20;
  take(first);
  take(second);
  take(second);
  commits.settle();
  assertEquals(textOf(first), "ACK\nNAK full\n");
  assertEquals(textOf(second), "NAK full\nNAK full\n");
  assertEquals(ledger.total, 14);
  assertEquals(file.text, `${LINE}14\n`);
  assertEquals([counters.acks, counters.of(FULL)], [1, 3]);
  take(second);
  commits.settle();
  assertEquals(events, ["full: No space left on device (os error 28)"]);

  file.diskBytes = Infinity;
  second.clear();
  take(second);
  commits.settle();
  assertEquals(textOf(second), "ACK\n");
  assertEquals(file.text, `${LINE}14\n${LINE}28\n`);
  assertEquals(events.at(-1), "room");
});

Deno.test("GroupCommit.settled() with fsync waits for a sync that began after the write", async () => {
  const { file, commits, take } = setUp("fsync");
  const syncs: (() => void)[] = [];
  file.onSync = () => new Promise((resolve) => syncs.push(resolve));
  const settled: string[] = [];
  const note = (name: string) =>
    commits.settled().then(() => settled.push(name));

  take(new Replies());
  const first = note("first");
  await Promise.resolve();
  await Promise.resolve();
  assertEquals(file.syncs, 1);
  take(new Replies());
  const second = note("second");
  await Promise.resolve();
  await Promise.resolve();
  take(new Replies());
  const third = note("third");
  // The sync that runs may have missed the lines of the second and the third:
  // one more serves both.
  assertEquals(file.syncs, 1);
  syncs[0]?.();
  await first;
  assertEquals(settled, ["first"]);
  while (syncs.length < 2) await Promise.resolve();
  syncs[1]?.();
  await Promise.all([second, third]);
  assertEquals(file.syncs, 2);
});

Deno.test("GroupCommit.settled() with fsync fails for good when the disk fails", async () => {
  const { file, commits, take, events } = setUp("fsync");
  file.onSync = () => Promise.reject(new Error("Input/output error"));
  take(new Replies());
  await assertRejects(() => commits.settled(), Error, "Input/output");
  // The kernel has dropped the lines: another sync would find nothing to do.
  file.onSync = () => Promise.resolve();
  take(new Replies());
  await assertRejects(() => commits.settled(), Error, "Input/output");
  assertEquals(events, ["broken: Input/output error"]);
  assertEquals(file.syncs, 1);
});

Deno.test("GroupCommit.close() with durability none writes what was acknowledged before", async () => {
  const { file, commits, take, journal } = setUp("none");
  const replies = new Replies();
  take(replies);
  await commits.settled();
  assertEquals(textOf(replies), "ACK\n");
  assertEquals(file.text, "");
  assertEquals(journal.delayedBytes, LINE.length + 3);
  commits.close();
  assertEquals(file.text, `${LINE}14\n`);
});

Deno.test("GroupCommit.settle() with durability none refuses when disk and buffer are full", () => {
  const { file, commits, take, ledger } = setUp("none");
  file.diskBytes = 0;
  const replies = new Replies();
  let acks = 0;
  for (;;) {
    replies.clear();
    take(replies);
    commits.settle();
    if (textOf(replies) !== "ACK\n") break;
    acks++;
  }
  assertEquals(textOf(replies), "NAK full\n");
  assertEquals(ledger.total, 14 * acks);
  file.diskBytes = Infinity;
  commits.close();
  assertEquals(file.lines.length, acks);
});

Deno.test("GroupCommit.close() with durability none says what is lost that it cannot write, and not that reports are refused", async () => {
  const { file, commits, take, events } = setUp("none");
  const replies = new Replies();
  take(replies);
  commits.flush();
  file.diskBytes = file.bytes.length;
  take(replies);
  take(replies);
  await commits.settled();
  assertEquals(textOf(replies), "ACK\nACK\nACK\n");
  assertThrows(
    () => commits.close(),
    Error,
    "No space left on device (os error 28); lost: 28 acknowledged likes (2 lines)",
  );
  assertEquals(file.text, `${LINE}14\n`);
  assertEquals(events, []);
});

Deno.test("GroupCommit says that groups are logged again only when one is", () => {
  for (const durability of ["none", "write"] as const) {
    const { file, commits, take, events } = setUp(durability);
    const replies = new Replies();
    file.diskBytes = 0;
    take(replies);
    commits.flush();
    const full = "full: No space left on device (os error 28)";
    assertEquals(events, [full]);
    // A query: no line.
    commits.join(replies);
    commits.settle();
    if (durability === "none") {
      // A line that waits for the disk, which is still full.
      take(replies);
      commits.settle();
    }
    assertEquals(events, [full]);
    file.diskBytes = Infinity;
    take(replies);
    commits.flush();
    assertEquals(events, [full, "room"]);
    commits.close();
  }
});

Deno.test("GroupCommit.alone() logs a change by itself, or undoes it", () => {
  const { file, clock, ledger, journal, commits, take, events } = setUp(
    "write",
  );
  const replies = new Replies();
  const change = () => {
    ledger.receive(0, 5, 0, -1);
    journal.incarnation("00000000deadbeef");
  };
  take(replies);
  file.diskBytes = LINE.length + 3;
  assertEquals(commits.alone(change), false);
  // The group before it was settled first, and is not undone with it.
  assertEquals([textOf(replies), ledger.total], ["ACK\n", 14]);
  assertEquals(file.text, `${LINE}14\n`);
  assertEquals(events, ["full: No space left on device (os error 28)"]);
  file.diskBytes = Infinity;
  clock.ms += 1_000;
  assertEquals(commits.alone(change), true);
  assertEquals([ledger.total, file.lines.length], [19, 2]);
  assertMatch(file.lines[1] ?? "", /^2026-01-02T03:04:06\.678Z /);
  commits.close();
  assertEquals(commits.alone(change), false);
  assertEquals([ledger.total, file.lines.length], [19, 2]);
});

Deno.test("GroupCommit.written() says whether nothing waits for the file", () => {
  for (const durability of ["none", "write"] as const) {
    const { file, commits, take } = setUp(durability);
    const replies = new Replies();
    take(replies);
    assertEquals(commits.written(), true);
    assertEquals(file.lines.length, 1);
    file.diskBytes = file.bytes.length;
    take(replies);
    // What waits was acknowledged; what was refused is not there at all.
    assertEquals(commits.written(), durability !== "none");
    file.diskBytes = Infinity;
    assertEquals(commits.written(), true);
    commits.close();
  }
});
