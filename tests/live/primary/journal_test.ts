import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { VALID } from "../../../lib/protocol/validator.ts";
import { EntryFields } from "../../../lib/protocol/entries.ts";
import { PrimaryRules } from "../../../lib/rules/primary_rules.ts";
import { ReplicaRules } from "../../../lib/rules/replica_rules.ts";
import { Journal } from "../../../lib/live/primary/journal.ts";
import {
  type JournalContent,
  JournalDamageError,
  readJournal,
} from "../../../lib/live/primary/journal_reader.ts";
import { LogFile } from "../../../lib/platform/log_file.ts";
import { MemoryFile } from "./memory_log.ts";
import { conversations, PrimaryModel, rowsOf } from "./primary_model.ts";

const encoder = new TextEncoder();

function newRules(sessionsMax = 1000): PrimaryRules {
  return new PrimaryRules({ sessionsMax, serverMax: 9999 });
}

/** Reads a journal from memory, a piece at a time. */
function readText(
  text: string | Uint8Array,
  rules: PrimaryRules = newRules(),
  pieceBytes = Infinity,
): JournalContent {
  let rest = typeof text === "string" ? encoder.encode(text) : text;
  return readJournal((into) => {
    const piece = rest.subarray(0, Math.min(into.length, pieceBytes));
    into.set(piece);
    rest = rest.subarray(piece.length);
    return piece.length === 0 ? null : piece.length;
  }, rules);
}

function viewOf(text: string): DataView {
  const { buffer, byteOffset, byteLength } = encoder.encode(text);
  return new DataView(buffer, byteOffset, byteLength);
}

const T = "2026-01-02T03:04:05.678Z";
const A = "00000000deadbeef";

Deno.test("Journal.settle() writes each kind of line as it is documented", () => {
  const file = new MemoryFile();
  const journal = new Journal(new LogFile(file));
  journal.setTime(Date.UTC(2026, 0, 2, 3, 4, 5, 678));
  const report = viewOf(`xx LikesServer0 14 ${A}#7=98 xx`);
  const end = report.byteLength - 3;
  journal.counted(report, 3, end, 1412);
  journal.duplicate(report, 3, end, 1412);
  journal.setTime(Date.UTC(2026, 0, 2, 3, 4, 5, 9));
  const odd = encoder.encode('\x1b[2J"\\\n');
  journal.rejected(odd, 0, odd.length, "byte not printable ascii");
  assertEquals(file.text, "");
  journal.settle();
  assertEquals(file.lines, [
    `${T} LikesServer0 14 ${A}#7=98 Total 1412`,
    `${T} DUPLICATE LikesServer0 14 ${A}#7=98 Total 1412`,
    String
      .raw`2026-01-02T03:04:05.009Z REJECTED "\x1b[2J\"\\\x0a" byte not printable ascii`,
  ]);
});

Deno.test("Journal.counted() writes every total from 0 to 2^53 - 1 to the digit", () => {
  fc.assert(fc.property(
    fc.oneof(
      fc.maxSafeNat(),
      fc.nat(2 ** 31 - 1),
      fc.nat(20_000),
      fc.integer({ min: 2 ** 31 - 20, max: 2 ** 31 + 20 }),
      fc.constantFrom(0, 9, 10, 9999, 2147483647, 9007199254740991),
    ),
    fc.array(fc.oneof(fc.nat(42), fc.nat(30_000)), { maxLength: 20 }),
    (first, growth) => {
      const totals = [first];
      for (const likes of growth) {
        const total = (totals.at(-1) ?? 0) + likes;
        if (total <= Number.MAX_SAFE_INTEGER) totals.push(total);
      }
      const file = new MemoryFile();
      const journal = new Journal(new LogFile(file));
      journal.setTime(0);
      const report = viewOf("LikesServer0 1");
      for (const total of totals) {
        journal.counted(report, 0, report.byteLength, total);
      }
      journal.settle();
      assertEquals(
        file.lines,
        totals.map((total) =>
          `1970-01-01T00:00:00.000Z LikesServer0 1 Total ${total}`
        ),
      );
    },
  ));
});

Deno.test("Journal.counted() copies reports of every length from every place", () => {
  const longest = `LikesServer9999 42 ${A}#2147483647=9007199254740991`;
  const file = new MemoryFile();
  const journal = new Journal(new LogFile(file));
  journal.setTime(0);
  const expected: string[] = [];
  for (let end = 8; end <= longest.length; end++) {
    for (let start = 0; start + 8 <= end; start++) {
      // The report ends where its buffer does: nothing behind it can be read.
      const view = viewOf(longest.slice(0, end));
      journal.counted(view, start, end, 0);
      expected.push(
        `1970-01-01T00:00:00.000Z ${longest.slice(start, end)} Total 0`,
      );
    }
  }
  journal.settle();
  assertEquals(file.lines, expected);
});

Deno.test("Journal.setTime() stamps the lines that follow, whatever the order of the times", () => {
  fc.assert(fc.property(
    fc.array(fc.nat(3000), { minLength: 1 }),
    fc.integer({ min: 0, max: 253_402_300_000_000 }),
    (steps, first) => {
      const file = new MemoryFile();
      const journal = new Journal(new LogFile(file));
      const report = viewOf("LikesServer0 1");
      const times = steps.map((ms, i) => first + (i % 5 === 0 ? -ms : ms));
      for (const ms of times.map(Math.abs)) {
        journal.setTime(ms);
        journal.counted(report, 0, report.byteLength, 0);
      }
      journal.settle();
      assertEquals(
        file.lines,
        times.map((ms) =>
          `${new Date(Math.abs(ms)).toISOString()} LikesServer0 1 Total 0`
        ),
      );
    },
  ));
});

Deno.test("Journal.hasRoom is false before a line could not be held any more", () => {
  const journal = new Journal(new LogFile(new MemoryFile()));
  journal.setTime(0);
  const longest = new Uint8Array(256).fill(0xff);
  let lines = 0;
  while (journal.hasRoom) {
    journal.rejected(longest, 0, 256, "x".repeat(128));
    lines++;
  }
  journal.settle();
  assertEquals(journal.hasRoom, true);
  assertEquals(journal.bytes, lines * (24 + 11 + 1024 + 2 + 128 + 1));
});

Deno.test("Journal writes what others told, and under which name this one counts", () => {
  const file = new MemoryFile();
  const journal = new Journal(new LogFile(file));
  journal.setTime(Date.UTC(2026, 0, 2, 3, 4, 5, 678));
  const entry = Object.assign(new EntryFields(), {
    ...{ server: 3, likes: 14, sessionLow: 1, seq: 7, total: 98 },
    hasTotals: true,
  });
  journal.merged(entry, 5);
  journal.merged(Object.assign(entry, { likes: -1, hasTotals: false }), 1412);
  journal.incarnation(A);
  journal.merged(
    Object.assign(entry, { likes: 14, isComponent: true }),
    2 ** 53 - 1,
  );
  journal.settle();
  assertEquals(file.lines, [
    `${T} MERGED LikesServer3 14 0000000000000001#7=98 Total 5`,
    `${T} MERGED LikesServer3 - 0000000000000001#7=98 Total 1412`,
    `${T} INCARNATION ${A}`,
    `${T} MERGED LikesServer3 14 0000000000000001@7~98 Total 9007199254740991`,
  ]);
});

function newReplica(): ReplicaRules {
  const incarnation = [1, 2] as const;
  return new ReplicaRules({ sessionsMax: 9, serverMax: 9999, incarnation });
}

Deno.test("readJournal() gives back what a replica was told, and its incarnation", () => {
  const replica = newReplica();
  const { reports, mergedLikes } = readText(
    `${T} MERGED LikesServer1 5 ${A}#1=5 Total 5
${T} INCARNATION ${A}
${T} LikesServer0 14 Total 19
${T} MERGED LikesServer0 4 ${A.replace("f", "e")}@3~40 Total 59
${T} DUPLICATE LikesServer1 5 ${A}#1=5 Total 59
${T} MERGED LikesServer1 5 ${A}#3=20 Total 74
`,
    replica,
  );
  assertEquals([reports, mergedLikes], [1, 60]);
  assertEquals(replica.ledger.total, 74);
  assertEquals(replica.unmarkedOf(0), 54);
  assertEquals(replica.incarnation, [0, 0xdeadbeef | 0]);
  assertEquals(replica.isNameless, false);
});

Deno.test("readJournal() names the line that no replica writes", () => {
  const told = `${T} MERGED LikesServer1 5 ${A}#1=5 Total 5\n`;
  const name = `${T} INCARNATION ${A}\n`;
  const damages: [lines: string, reason: string][] = [
    [`${told}${told}`, "line 2 is not what a primary writes"],
    [`${told}${told.replace("#1=5 Total 5", "#2=9 Total 10")}`, "add up to 9"],
    [told.replace("#1=5", "#1=9"), "holds no entry"],
    [told.replace(" Total 5", ""), "does not end with a total"],
    [`${T} LikesServer0 14 Total 14\n`, "line 1 is not what a primary writes"],
    [`${name}${name}`, "line 2 is not what a primary writes"],
    [name.replace("dead", "DEAD"), "holds no incarnation"],
    [name.replace("\n", "0\n"), "holds no incarnation"],
    [name + told.replace("#1=5", "@1~5"), "line 2 is not what a primary"],
  ];
  for (const [text, reason] of damages) {
    assertThrows(
      () => readText(text, newReplica()),
      JournalDamageError,
      reason,
    );
  }
  // One that is alone was told nothing.
  for (const line of [told, name]) {
    assertThrows(() => readText(line), JournalDamageError, "line 1");
  }
});

Deno.test("readJournal() gives back the state in which the journal was written, however it is read", () => {
  fc.assert(
    fc.property(
      conversations,
      fc.integer({ min: 1, max: 3000 }),
      (lines, pieceBytes) => {
        const model = new PrimaryModel(1000);
        for (const line of lines) model.take(line);
        const rules = newRules();
        const content = readText(model.journal, rules, pieceBytes);
        assertEquals(content.soundBytes, model.journal.length);
        assertEquals(content.tornBytes, 0);
        assertEquals(content.reports, model.outcomes.get(VALID) ?? 0);
        assertEquals(rules.ledger.total, model.rules.ledger.total);
        // Rows of sessions are given out as the sessions first count, in both.
        assertEquals(rowsOf(rules), model.rows);
      },
    ),
    { numRuns: 200 },
  );
});

Deno.test("readJournal() recognises a last line that is torn, wherever it is", () => {
  const whole = `${T} LikesServer0 14 Total 14\n`;
  const last = `${T} LikesServer1 5 ${A}#1=5 Total 19\n`;
  for (let cut = 0; cut < last.length; cut++) {
    for (const nuls of ["", "\0", "\0".repeat(5000)]) {
      const rules = newRules();
      const content = readText(whole + last.slice(0, cut) + nuls, rules);
      assertEquals(content.soundBytes, whole.length);
      assertEquals(content.tornBytes, cut + nuls.length);
      assertEquals(rules.ledger.total, 14);
    }
  }
});

Deno.test("readJournal() names the line that is damaged", () => {
  const first = `${T} LikesServer0 14 Total 14\n`;
  const third = `${T} LikesServer0 3 Total 22\n`;
  const damages: [string, string][] = [
    [
      `${T} LikesServer1 5 Total 20\n`,
      "line 2 ends with the total 20, but the likes up to it add up to 19",
    ],
    [`${T} LikesServer1 43 Total 57\n`, "likes out of range"],
    [`${T} LikesServer1 5\n`, "does not end with a total"],
    [`${T} LikesServer1 5 Total \n`, "does not end with a total"],
    [`${T} DUPLICATE LikesServer1 5 ${A}#1=5 Total 14\n`, "not what a primary"],
    [`${T} LikesServer1 5 ${A}#2 Total 19\n`, "not what a primary writes"],
    [`2026-01-02 03:04:05.678Z LikesServer1 5 Total 19\n`, "with a time"],
    [`${T} REJECTED "\x1b" x\n`, "not printable"],
    [`LikesServer1 5\n`, "with a time"],
    ["\n", "with a time"],
    ["\0\0\0\n", "with a time"],
  ];
  for (const [damaged, reason] of damages) {
    assertThrows(
      () => readText(first + damaged + third),
      JournalDamageError,
      reason,
    );
    assertThrows(() => readText(first + damaged), JournalDamageError, "line 2");
  }
  // A line that is missing shows in the total of the next.
  assertThrows(() => readText(first + third), JournalDamageError, "line 2");
});

Deno.test("readJournal() does not take another kind of file for a torn journal", () => {
  for (const text of ["#!/bin/sh", "20", "2026-01-02T", "x".repeat(5000)]) {
    if ("2026-01-02T".startsWith(text)) {
      assertEquals(readText(text).tornBytes, text.length);
    } else {
      assertThrows(() => readText(text), JournalDamageError, "line 1");
    }
  }
  assertThrows(
    () => readText(new Uint8Array(3 * 1024 * 1024)),
    JournalDamageError,
    "line 1",
  );
});

Deno.test("readJournal() says that the journal holds more sessions than are allowed", () => {
  const journal =
    `${T} LikesServer0 14 ${A}#1=14 Total 14\n${T} LikesServer1 5 ${A}#1=5 Total 19\n`;
  assertThrows(
    () => readText(journal, newRules(1)),
    JournalDamageError,
    "line 2 is of one session more than --max-sessions allows",
  );
});
