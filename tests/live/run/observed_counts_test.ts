import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { ObservedCounts } from "../../../lib/live/run/observed_counts.ts";

/** Draw n has n likes. */
function totalUpTo(_server: number, seq: number): number {
  return seq * (seq + 1) / 2;
}

function observe(
  isMarked: boolean,
): { counts: ObservedCounts; told: string[] } {
  const told: string[] = [];
  const counts = new ObservedCounts(
    isMarked,
    totalUpTo,
    (server, seq, likes, total) =>
      told.push(`${server} #${seq} +${likes} =${total}`),
  );
  return { counts, told };
}

Deno.test("acknowledged() counts each unmarked report, and up to the seq of a marked one", () => {
  const unmarked = observe(false);
  unmarked.counts.acknowledged({ server: 3, seq: 2, likes: 2, attempt: 1 });
  unmarked.counts.acknowledged({ server: 3, seq: 2, likes: 2, attempt: 1 });
  assertEquals(unmarked.told, ["3 #2 +2 =2", "3 #2 +2 =4"]);
  const marked = observe(true);
  marked.counts.acknowledged({ server: 3, seq: 3, likes: 3, attempt: 1 });
  marked.counts.acknowledged({ server: 3, seq: 2, likes: 2, attempt: 1 });
  assertEquals(marked.told, ["3 #3 +6 =6", "3 #2 +0 =6"]);
});

Deno.test("reconcile() finds the unanswered reports that a killed primary had counted", () => {
  const { counts, told } = observe(false);
  counts.acknowledged({ server: 3, seq: 1, likes: 1, attempt: 1 });
  counts.unanswered({ server: 3, seq: 2, likes: 2, attempt: 1 });
  counts.unanswered({ server: 3, seq: 3, likes: 3, attempt: 1 });
  counts.unanswered({ server: 4, seq: 3, likes: 3, attempt: 1 });
  counts.reconcile(3, { seq: 0, total: 4 });
  assertEquals(told, ["3 #1 +1 =1", "3 #3 +3 =4"]);
  assertEquals(counts.isCertain(3), true);
  // What was explained once explains nothing more.
  counts.reconcile(3, { seq: 0, total: 7 });
  assertEquals(counts.isCertain(3), false);
  assertEquals(counts.totalOf(3), 7);
});

Deno.test("reconcile() explains likes by reports that have some, and no more than are there", () => {
  const { counts, told } = observe(false);
  for (const [attempt, likes] of [[1, 0], [2, 9], [3, 5], [4, 0]] as const) {
    counts.unanswered({ server: 3, seq: attempt, likes, attempt });
  }
  counts.reconcile(3, { seq: 0, total: 5 });
  assertEquals(told, ["3 #3 +5 =5"]);
  assertEquals(counts.isCertain(3), true);
});

Deno.test("reconcile() tells nothing where all is known, and isCertain() doubts nobody who was not heard of", () => {
  for (const isMarked of [false, true]) {
    const { counts, told } = observe(isMarked);
    counts.acknowledged({ server: 3, seq: 1, likes: 1, attempt: 1 });
    counts.reconcile(3, { seq: isMarked ? 1 : 0, total: 1 });
    assertEquals(told.length, 1);
    assertEquals([3, 4].map((id) => counts.isCertain(id)), [true, true]);
  }
});

Deno.test("reconcile() forgets what a primary counted last", () => {
  const { counts, told } = observe(false);
  for (const seq of [1, 2, 3]) {
    counts.acknowledged({ server: 3, seq, likes: seq, attempt: 1 });
  }
  counts.reconcile(3, { seq: 0, total: 1 });
  assertEquals(told.at(-1), "3 #1 +0 =1");
  assertEquals(counts.isCertain(3), true);
  counts.acknowledged({ server: 3, seq: 2, likes: 2, attempt: 1 });
  assertEquals(told.at(-1), "3 #2 +2 =3");
});

Deno.test("reconcile() is not certain of what ends between two reports", () => {
  const { counts } = observe(false);
  counts.acknowledged({ server: 3, seq: 3, likes: 3, attempt: 1 });
  counts.reconcile(3, { seq: 0, total: 2 });
  assertEquals(counts.isCertain(3), false);
  assertEquals(counts.totalOf(3), 2);
});

Deno.test("reconcile() always ends with what the primary holds", () => {
  fc.assert(fc.property(
    fc.boolean(),
    fc.array(fc.record({
      isAnswered: fc.boolean(),
      seq: fc.integer({ min: 1, max: 20 }),
    })),
    fc.integer({ min: 0, max: 20 }),
    (isMarked, reports, seq) => {
      const { counts, told } = observe(isMarked);
      for (const report of reports) {
        const delivered = {
          server: 0,
          seq: report.seq,
          likes: report.seq,
          attempt: 1,
        };
        if (report.isAnswered) counts.acknowledged(delivered);
        else counts.unanswered(delivered);
      }
      const total = totalUpTo(0, seq);
      counts.reconcile(0, { seq, total });
      assertEquals(counts.totalOf(0), total);
      const last = told.at(-1);
      if (last !== undefined) assertEquals(last.endsWith(`=${total}`), true);
    },
  ));
});
