import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Histogram } from "../../lib/verdict/histogram.ts";
import { ReadMeter } from "../../lib/verdict/read_meter.ts";
import { TICKS_PER_SECOND } from "../../lib/domain/ticks.ts";

const ITEMS = 3;

type Step =
  | { kind: "acknowledged"; tick: number; item: number; seq: number }
  | {
    kind: "read";
    tick: number;
    endTick: number;
    reader: number;
    item: number;
    seq: number;
    isOwn: boolean;
  };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    wait: fc.constantFrom(0, 0, 1, 3, 40, 700),
    isRead: fc.boolean(),
    item: fc.nat(ITEMS - 1),
    reader: fc.nat(2),
    seq: fc.nat(14),
    by: fc.nat(3),
    takes: fc.nat(5),
    isOwn: fc.boolean(),
  }),
  { maxLength: 60, size: "max" },
).map((wishes) => {
  const acknowledged = Array(ITEMS).fill(0);
  let tick = 0;
  return wishes.map(({ wait, isRead, by, takes, ...rest }) => {
    tick += wait;
    if (isRead) {
      // A likes server that reads its own item is a reader that reads no other.
      const reader = rest.isOwn ? 3 + rest.item : rest.reader;
      const read = { ...rest, reader };
      return { kind: "read", tick, endTick: tick + takes, ...read };
    }
    const seq = acknowledged[rest.item] += by;
    return { kind: "acknowledged", tick, item: rest.item, seq };
  });
});

/** Every version of an item, and when it was acknowledged. */
type Versions = { seq: number; tick: number }[];

function measureNaively(steps: readonly Step[]) {
  const versions: Versions[] = Array.from({ length: ITEMS }, () => []);
  const told: { reader: number; item: number; seq: number }[] = [];
  const judged: {
    age: number;
    behind: number;
    seconds: number;
    isOwn: boolean;
  }[] = [];
  let pairs = 0;
  let violations = 0;
  for (const step of steps) {
    const known = versions[step.item]!;
    if (step.kind === "acknowledged") {
      while (known.length < step.seq) {
        known.push({ seq: known.length + 1, tick: step.tick });
      }
      continue;
    }
    const { reader, item, seq, isOwn } = step;
    const before = told.filter((other) =>
      other.reader === reader && other.item === item
    );
    if (before.length > 0) pairs++;
    if (before.some((other) => other.seq > seq)) violations++;
    told.push({ reader, item, seq });
    if (known.length === 0) continue;
    const missing = known.filter((version) => version.seq > seq);
    judged.push({
      age: step.tick - known[known.length - 1]!.tick,
      behind: missing.length,
      seconds: missing.length > 0 ? step.tick - missing[0]!.tick : 0,
      isOwn,
    });
  }
  return { judged, pairs, violations };
}

function summaryOf(values: readonly number[], divisor = 1) {
  const histogram = new Histogram();
  for (const value of values) histogram.add(value, 1);
  return histogram.summary(divisor);
}

const AGES = [
  ...[0, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05],
  ...[0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100],
];

Deno.test("ReadMeter measures what the definitions say, whatever is read", () => {
  fc.assert(
    fc.property(steps, (steps) => {
      const meter = new ReadMeter();
      for (const step of steps) {
        if (step.kind === "acknowledged") {
          meter.acknowledged(step.tick, step.item, step.seq);
        } else {
          const { endTick, tick: startTick, ...read } = step;
          const steps = meter.started(step.item);
          meter.answered(endTick, { ...read, startTick, steps });
        }
      }
      const { judged, pairs, violations } = measureNaively(steps);
      const reads = steps.filter((step) => step.kind === "read");
      const stale = judged.filter(({ behind }) => behind > 0);
      const share = (some: unknown[], all: unknown[]) =>
        all.length === 0 ? 0 : some.length / all.length;
      assertEquals(meter.measures(), {
        count: reads.length,
        unanswered: 0,
        ...reads.length > 0 && {
          seconds: summaryOf(
            reads.map(({ tick, endTick }) => endTick - tick),
            TICKS_PER_SECOND,
          ),
        },
        marked: {
          judged: judged.length,
          fresh: judged.length === 0
            ? null
            : (judged.length - stale.length) / judged.length,
          behindVersions: summaryOf(stale.map(({ behind }) => behind)),
          behindSeconds: summaryOf(
            stale.map(({ seconds }) => seconds),
            TICKS_PER_SECOND,
          ),
          freshWithin: Array.from(
            { length: 10 },
            (_, k) => share(judged.filter(({ behind }) => behind <= k), judged),
          ),
          monotonicPairs: pairs,
          monotonicViolations: violations,
          ownReads: judged.filter(({ isOwn }) => isOwn).length,
          ownMissed: stale.filter(({ isOwn }) => isOwn).length,
          freshAfter: AGES.map((seconds, i) => {
            const of = judged.filter(({ age }) =>
              age / TICKS_PER_SECOND >= seconds &&
              age / TICKS_PER_SECOND < (AGES[i + 1] ?? Infinity)
            );
            const fresh = of.filter(({ behind }) => behind === 0);
            return of.length === 0
              ? { seconds, reads: 0 }
              : { seconds, reads: of.length, fresh: share(fresh, of) };
          }),
        },
      });
    }),
    { numRuns: 500 },
  );
});

Deno.test("ReadMeter judges a read by what was acknowledged as it started, not as it was answered", () => {
  const meter = new ReadMeter();
  meter.acknowledged(5, 0, 1);
  const steps = meter.started(0);
  meter.acknowledged(5, 0, 2);
  meter.answered(9, {
    ...{ reader: 0, item: 0, startTick: 5, steps, seq: 1, isOwn: false },
  });
  assertEquals(meter.measures().marked?.fresh, 1);
});

Deno.test("ReadMeter counts and times reads only, where reports carry no mark", () => {
  const meter = new ReadMeter({ isMarked: false });
  const steps = meter.started(0);
  meter.unanswered();
  meter.answered(10_000, {
    ...{ reader: 0, item: 0, startTick: 0, steps, seq: 0, isOwn: false },
  });
  const one = { mean: 1, p50: 1, p95: 1, p99: 1, max: 1 };
  assertEquals(meter.measures(), { count: 1, unanswered: 1, seconds: one });
});

Deno.test("ReadMeter compares a read with those that were answered before it started, and no other", () => {
  for (const isOwn of [true, false]) {
    const meter = new ReadMeter();
    meter.acknowledged(10, 3, 1);
    meter.acknowledged(20, 3, 2);
    const start = () => {
      const seen = isOwn ? meter.seenByOwner(3) : meter.seenBy(7, 3);
      const read = {
        ...{ reader: 7, item: 3, isOwn, startTick: 30 },
        ...{ steps: meter.started(3), seenBefore: seen },
      };
      return (seq: number) => meter.answered(40, { ...read, seq });
    };
    const wentBack = () => {
      const { marked } = meter.measures();
      return [marked?.monotonicPairs, marked?.monotonicViolations];
    };
    const [first, second] = [start(), start()];
    second(2);
    first(1);
    assertEquals(wentBack(), [0, 0]);
    start()(1);
    assertEquals(wentBack(), [1, 1]);
  }
});
