import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { LineFramer } from "../../../lib/protocol/framing.ts";
import { DUPLICATE, GAP, VALID } from "../../../lib/protocol/validator.ts";
import { FULL, PrimaryRules } from "../../../lib/rules/primary_rules.ts";
import { ReplicaRules } from "../../../lib/rules/replica_rules.ts";
import { GroupCommit } from "../../../lib/live/primary/group_commit.ts";
import {
  ALL_TAKEN,
  AT_QUERY,
  AT_STRANGER,
  Intake,
  JOURNAL_FULL,
  REPLIES_FULL,
} from "../../../lib/live/primary/intake.ts";
import { Journal } from "../../../lib/live/primary/journal.ts";
import { LogFile } from "../../../lib/platform/log_file.ts";
import { PrimaryCounters } from "../../../lib/live/primary/counters.ts";
import { Replies } from "../../../lib/live/primary/replies.ts";
import { MemoryFile } from "./memory_log.ts";
import {
  conversations,
  PrimaryModel,
  rowsOf,
  streamOf,
  TEST_TIME_MS,
} from "./primary_model.ts";

/** The fast path with everything it needs, and no socket. */
class FastPrimary {
  readonly file = new MemoryFile();
  readonly rules: PrimaryRules;
  readonly counters = new PrimaryCounters();
  readonly commits: GroupCommit;
  readonly intake: Intake;
  readonly #framer = new LineFramer();
  readonly #replies = new Replies();
  sent = "";
  #isOver = false;

  constructor(
    sessionsMax = 1000,
    rules = new PrimaryRules({ sessionsMax, serverMax: 9999 }),
  ) {
    this.rules = rules;
    const journal = new Journal(new LogFile(this.file));
    this.intake = new Intake(this.rules, journal, this.counters);
    this.commits = new GroupCommit({
      journal,
      rules: this.rules,
      counters: this.counters,
      durability: "write",
      now: () => TEST_TIME_MS,
      onFull: () => {},
      onRoom: () => {},
      onBroken: () => {},
    });
  }

  /** Takes the bytes of a read, as a connection does. */
  read(bytes: Uint8Array): void {
    if (this.#isOver) return;
    const framer = this.#framer;
    const room = framer.room();
    const count = Math.min(room.length, bytes.length);
    room.set(bytes.subarray(0, count));
    framer.filled(count);
    for (;;) {
      this.commits.join(this.#replies);
      const stop = this.intake.take(framer, this.#replies);
      this.#isOver = stop === AT_STRANGER;
      if (stop === ALL_TAKEN || this.#isOver) break;
      if (stop === REPLIES_FULL && this.#replies.grow()) continue;
      this.commits.settle();
      this.#send();
      if (stop === AT_QUERY) {
        const { start, end } = framer;
        const query = framer.bytes.subarray(start, end);
        this.sent += `<${new TextDecoder().decode(query)}>`;
      } else {
        assert(stop === REPLIES_FULL || stop === JOURNAL_FULL);
      }
    }
    this.commits.settle();
    this.#send();
    if (count < bytes.length) this.read(bytes.subarray(count));
  }

  #send(): void {
    const { bytes, length } = this.#replies;
    this.sent += new TextDecoder().decode(bytes.subarray(0, length));
    this.#replies.clear();
  }
}

/**
 * Tells the first line that differs; a difference of whole journals takes
 * minutes to print.
 */
function assertSameText(actual: string, expected: string): void {
  if (actual === expected) return;
  const lines = actual.split("\n");
  const i = expected.split("\n").findIndex((line, i) => line !== lines[i]);
  assertEquals(
    `line ${i}: ${lines[i]}`,
    `line ${i}: ${expected.split("\n")[i]}`,
  );
}

function assertSame(fast: FastPrimary, model: PrimaryModel): void {
  assertSameText(fast.sent, model.replies);
  assertSameText(fast.file.text, model.journal);
  assertEquals(rowsOf(fast.rules), model.rows);
  assertEquals(fast.rules.ledger.total, model.rules.ledger.total);
  for (const [code, count] of model.outcomes) {
    assertEquals(fast.counters.of(code), count);
  }
}

Deno.test("Intake.take() replies, counts and logs as the rules say, however the bytes are cut into reads", () => {
  fc.assert(
    fc.property(
      conversations,
      fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }),
      fc.integer({ min: 1, max: 12 }),
      (lines, cuts, sessionsMax) => {
        const model = new PrimaryModel(sessionsMax);
        for (const line of lines) model.take(line);
        const fast = new FastPrimary(sessionsMax);
        let stream = streamOf(lines);
        for (let i = 0; stream.length > 0; i++) {
          const cut = cuts[i % cuts.length] ?? 1;
          fast.read(stream.subarray(0, cut));
          stream = stream.subarray(cut);
        }
        assertSame(fast, model);
      },
    ),
    { numRuns: 300 },
  );
});

Deno.test("conversations draws every outcome, so that the comparison means something", () => {
  const outcomes = new Map<number, number>();
  for (const lines of fc.sample(conversations, { numRuns: 900, seed: 1 })) {
    const model = new PrimaryModel(4);
    for (const line of lines) model.take(line);
    for (const [code, count] of model.outcomes) {
      outcomes.set(code, (outcomes.get(code) ?? 0) + count);
    }
  }
  for (const code of [VALID, DUPLICATE, GAP, FULL]) {
    assert((outcomes.get(code) ?? 0) > 10, `code ${code}`);
  }
  assert(outcomes.size > 15);
});

Deno.test("Intake.take() handles more lines than its buffers hold", () => {
  const model = new PrimaryModel();
  const fast = new FastPrimary();
  const lines: Uint8Array[] = [];
  let total = 0;
  for (let seq = 1; seq <= 10_000; seq++) {
    total += seq % 43;
    const line = `LikesServer7 ${seq % 43} 00000000deadbeef#${seq}=${total}`;
    lines.push(new TextEncoder().encode(line));
    if (seq % 20 === 0) lines.push(new Uint8Array(256).fill(0xff));
  }
  for (const line of lines) model.take(line);
  fast.read(streamOf(lines));
  assertSame(fast, model);
  assert(fast.file.writes > 5);
});

/** A framer that holds the first read of an original client. */
function firstRead(text: string): LineFramer {
  const framer = new LineFramer();
  framer.filled(new TextEncoder().encodeInto(text, framer.room()).written);
  return framer;
}

Deno.test("Intake.take() takes nothing after an HTTP request", () => {
  for (const request of ["POST / HTTP/1.1", `GET /${"a".repeat(300)}`]) {
    const fast = new FastPrimary();
    const text = `LikesServer7 1\n${request}\r\n\r\nx\nLikesServer7 42\n`;
    fast.read(new TextEncoder().encode(text));
    assertEquals(fast.sent, "ACK\nNAK http request\n");
    assertEquals(fast.rules.ledger.total, 1);
    assert(fast.file.text.endsWith('" http request\n'));
  }
});

Deno.test("Intake.take() takes nothing after a message of a replica, where there are none", () => {
  for (const header of ["SYNC primary1 push 1 77 0 0 0 1 1 0", "SYNC"]) {
    const fast = new FastPrimary();
    const text = `${header}\nLikesServer7 42 00000000deadbeef#1=42\n`;
    fast.read(new TextEncoder().encode(text));
    assertEquals(
      fast.sent,
      "NAK not two or three words with one space between\n",
    );
    assertEquals(fast.rules.ledger.total, 0);
  }
});

Deno.test("Intake.take() holds no session whose first report could not be logged", () => {
  const fast = new FastPrimary(1);
  fast.file.diskBytes = 0;
  const first = "LikesServer7 1 00000000deadbeef#1=1";
  const second = "LikesServer7 2 00000000cafecafe#1=2";
  fast.read(streamOf([new TextEncoder().encode(first)]));
  fast.file.diskBytes = Infinity;
  fast.read(streamOf([new TextEncoder().encode(second)]));
  assertEquals(fast.sent, "NAK full\nACK\n");
  assertEquals(fast.rules.ledger.total, 2);
});

Deno.test("Intake.takeOneShot() counts and logs what take() would with an LF", () => {
  const model = new PrimaryModel();
  const fast = new FastPrimary();
  for (const report of ["LikesServer3 14", "LikesServer0 0"]) {
    model.take(new TextEncoder().encode(report));
    const framer = firstRead(report);
    const replies = new Replies();
    assertEquals(fast.intake.isOneShot(framer), true);
    fast.commits.join(replies);
    assertEquals(fast.intake.takeOneShot(framer, replies), true);
    fast.commits.settle();
    fast.sent += new TextDecoder().decode(
      replies.bytes.subarray(0, replies.length),
    );
  }
  assertSame(fast, model);
  for (const other of ["LikesServer3 14\n", "LikesServer3 43", "READ"]) {
    assertEquals(fast.intake.isOneShot(firstRead(other)), false);
  }
});

Deno.test("Intake.takeOneShot() waits for room in the journal", () => {
  const fast = new FastPrimary();
  const replies = new Replies();
  let reports = 0;
  for (;; reports++) {
    const framer = firstRead("LikesServer3 1");
    fast.commits.join(replies);
    fast.intake.isOneShot(framer);
    if (!fast.intake.takeOneShot(framer, replies)) break;
    replies.clear();
  }
  assertEquals(fast.rules.ledger.total, reports);
  fast.commits.settle();
  assertEquals(fast.file.lines.length, reports);
  const framer = firstRead("LikesServer3 1");
  fast.intake.isOneShot(framer);
  assertEquals(fast.intake.takeOneShot(framer, replies), true);
});

Deno.test("Intake.turnAway() answers reports NAK closing and counts nothing", () => {
  const fast = new FastPrimary();
  const framer = new LineFramer();
  const bytes = new TextEncoder().encode("LikesServer0 14\nx\nREAD\n");
  framer.room().set(bytes);
  framer.filled(bytes.length);
  const replies = new Replies();
  assertEquals(fast.intake.turnAway(framer, replies), AT_QUERY);
  const text = new TextDecoder().decode(
    replies.bytes.subarray(0, replies.length),
  );
  assertEquals(text, "NAK closing\nNAK closing\n");
  assertEquals(fast.intake.turnAway(framer, replies), ALL_TAKEN);
  assertEquals(fast.rules.ledger.total, 0);
  assertEquals(fast.file.text, "");
  assertEquals(fast.counters.closing, 2);
});

Deno.test("Intake.turnAway() of a replica takes no repair for a report", () => {
  const bounds = { sessionsMax: 1, serverMax: 9 };
  const rules = new ReplicaRules({ ...bounds, incarnation: [1, 2] });
  const fast = new FastPrimary(1, rules);
  const framer = new LineFramer();
  const bytes = new TextEncoder().encode(
    "REPAIR LikesServer0 00000000000000aa#1=5\nLikesServer0 14\n",
  );
  framer.room().set(bytes);
  framer.filled(bytes.length);
  const replies = new Replies();
  assertEquals(fast.intake.turnAway(framer, replies), ALL_TAKEN);
  assertEquals(replies.length, 2 * "NAK closing\n".length);
  assertEquals(fast.counters.closing, 1);
});
