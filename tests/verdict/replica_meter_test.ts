import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Histogram } from "../../lib/verdict/histogram.ts";
import {
  ReplicaMeter,
  type ReplicaSeqs,
} from "../../lib/verdict/replica_meter.ts";
import { TICKS_PER_SECOND } from "../../lib/domain/ticks.ts";
import {
  likesOf,
  measureReplicasNaively,
  type ReplicaStep,
  totalOf,
} from "./replica_oracle.ts";

const REPLICAS = 4;
const ROWS = 3;

/** Histories in which what is told is possible. */
const histories = fc.array(
  fc.record({
    wait: fc.constantFrom(0, 0, 1, 1, 2, 5),
    kind: fc.constantFrom(
      ...["change", "change", "change", "change", "acknowledged"],
      ...["acknowledged", "drawn", "up", "down", "up"],
    ),
    replica: fc.nat(REPLICAS - 1),
    row: fc.nat(ROWS - 1),
    by: fc.integer({ min: -1, max: 2 }),
    seqs: fc.array(fc.nat(4), { minLength: ROWS, maxLength: ROWS }),
  }),
  { maxLength: 80, size: "max" },
).map((wishes) => {
  const held: (number[] | null)[] = Array(REPLICAS).fill(null);
  const acknowledged: number[] = Array(ROWS).fill(0);
  const steps: ReplicaStep[] = [];
  let tick = 0;
  for (const { wait, kind, replica, row, by, seqs } of wishes) {
    tick += wait;
    const state = held[replica];
    if (kind === "drawn") steps.push({ kind, tick });
    if (kind === "acknowledged") {
      acknowledged[row]! += by;
      steps.push({ kind, tick, row, seq: Math.max(0, acknowledged[row]!) });
    }
    if (kind === "up" && !state) {
      held[replica] = [...seqs];
      steps.push({ kind, tick, replica, seqs });
    }
    if (kind === "down" && state) {
      held[replica] = null;
      steps.push({ kind, tick, replica });
    }
    if (kind === "change" && state) {
      const seq = state[row] = Math.max(0, state[row]! + by);
      steps.push({ kind, tick, replica, row, seq });
    }
  }
  return { steps, endTick: tick + 3 };
});

/**
 * The changes that a meter is told of together, as of a merge: those of other
 * rows of the same replica that follow at once in the same tick. None for one
 * that follows such another.
 */
function mergedWith(steps: readonly ReplicaStep[], first: number) {
  const isMergeable = (i: number, j: number) => {
    const [one, other] = [steps[i], steps[j]];
    return one?.kind === "change" && other?.kind === "change" &&
      one.tick === other.tick && one.replica === other.replica &&
      one.row < other.row;
  };
  if (isMergeable(first - 1, first)) return [];
  let end = first + 1;
  while (isMergeable(end - 1, end)) end++;
  return steps.slice(first, end).filter((step) => step.kind === "change");
}

/** A meter and what replicas hold, told step by step. */
function meterOf(steps: readonly ReplicaStep[]): ReplicaMeter {
  const held: number[][] = Array.from(
    { length: REPLICAS },
    () => Array(ROWS).fill(0),
  );
  const seqs: ReplicaSeqs = {
    seqOf: (replica, row) => held[replica]![row]!,
  };
  const meter = new ReplicaMeter(REPLICAS, seqs);
  for (const [i, step] of steps.entries()) {
    switch (step.kind) {
      case "up":
        held[step.replica] = [...step.seqs];
        meter.replicaUp(step.tick, step.replica, totalOf(step.seqs), ROWS);
        break;
      case "down":
        meter.replicaDown(step.tick, step.replica);
        break;
      case "change": {
        const { tick, replica } = step;
        const changes = mergedWith(steps, i);
        if (changes.length === 0) break; // told with an earlier one
        const before = changes.map(({ row }) => held[replica]![row]!);
        const growths = changes.map(({ row, seq }, i) =>
          likesOf(row, seq) - likesOf(row, before[i]!)
        );
        for (const { row, seq } of changes) held[replica]![row] = seq;
        const [{ row, seq }] = changes as [typeof step];
        if (changes.length === 1 && replica % 2 === 0) {
          meter.entryChanged(tick, replica, row, before[0]!, seq, growths[0]!);
          break;
        }
        meter.entriesChanged(tick, replica, {
          rows: Int32Array.from(changes, ({ row }) => row),
          seqsBefore: Int32Array.from(before),
          seqsAfter: Int32Array.from(changes, ({ seq }) => seq),
          length: changes.length,
          growth: growths.reduce((sum, growth) => sum + growth, 0),
        });
        break;
      }
      case "drawn":
        meter.drawn(step.tick);
        break;
      case "acknowledged":
        meter.acknowledged(step.tick, step.row, step.seq);
    }
  }
  return meter;
}

function summaryOf(values: readonly number[], divisor = 1) {
  const histogram = new Histogram();
  for (const value of values) histogram.add(value, 1);
  return histogram.summary(divisor);
}

Deno.test("ReplicaMeter measures what the definitions say, whatever happens", () => {
  fc.assert(
    fc.property(histories, ({ steps, endTick }) => {
      const naive = measureReplicasNaively(steps, REPLICAS, ROWS, endTick);
      const meter = meterOf(steps);
      meter.end(endTick);
      assertEquals(meter.measures(), {
        spread: summaryOf(naive.spreads),
        apartSeconds: naive.apartTicks / TICKS_PER_SECOND,
        agreementSeconds: naive.agreementTicks === null
          ? null
          : naive.agreementTicks / TICKS_PER_SECOND,
        propagationSeconds: summaryOf(naive.propagation, TICKS_PER_SECOND),
        propagated: naive.propagation.length,
        unpropagated: naive.unpropagated,
      });
    }),
    { numRuns: 1000 },
  );
});

Deno.test("ReplicaMeter takes note of an acknowledgement before its time as at its time", () => {
  const measuresOf = (isEarly: boolean, heardAt: number) => {
    const seqs = [[0], [0]];
    const meter = new ReplicaMeter(2, {
      seqOf: (replica, row) => seqs[replica]![row]!,
    });
    meter.allUp(0);
    const events: (readonly [number, () => void])[] = [
      [100, () => {
        seqs[0]![0] = 1;
        meter.entryChanged(100, 0, 0, 0, 1, 14);
        if (isEarly) meter.acknowledged(300, 0, 1);
      }],
      [heardAt, () => {
        seqs[1]![0] = 1;
        meter.entryChanged(heardAt, 1, 0, 0, 1, 14);
      }],
      [300, () => {
        if (!isEarly) meter.acknowledged(300, 0, 1);
      }],
    ];
    for (const [, happen] of events.sort(([a], [b]) => a - b)) happen();
    meter.end(900);
    return meter.measures();
  };
  for (const heardAt of [200, 500]) {
    assertEquals(measuresOf(true, heardAt), measuresOf(false, heardAt));
  }
  assertEquals(measuresOf(true, 200).propagationSeconds.max, 0);
  assertEquals(measuresOf(true, 500).propagationSeconds.max, 0.02);
});

Deno.test("ReplicaMeter takes agreement from the lifting of the faults, where that comes last", () => {
  const meter = meterOf([
    { kind: "up", tick: 0, replica: 0, seqs: [0, 0, 0] },
    { kind: "up", tick: 0, replica: 1, seqs: [0, 0, 0] },
    { kind: "drawn", tick: 10 },
    { kind: "change", tick: 10, replica: 0, row: 0, seq: 1 },
  ]);
  assertEquals(meter.isApart, true);
  assertEquals(meter.spread, likesOf(0, 1));
  assertEquals(meter.measures().agreementSeconds, null);
  meter.replicaDown(20_010, 1);
  meter.end(50_000);
  assertEquals(meter.measures().agreementSeconds, 2);
  assertEquals(meter.measures(10_010).agreementSeconds, 1);
  assertEquals(meter.measures(40_000).agreementSeconds, 0);
});

Deno.test("ReplicaMeter measures nothing of a run that ended at once", () => {
  const nothing = { mean: 0, p50: 0, p95: 0, p99: 0, max: 0 };
  assertEquals(meterOf([]).measures(), {
    spread: nothing,
    apartSeconds: 0,
    agreementSeconds: 0,
    propagationSeconds: nothing,
    propagated: 0,
    unpropagated: 0,
  });
});

Deno.test("ReplicaMeter makes place for rows as they come", () => {
  const held = new Map<number, number>();
  const meter = new ReplicaMeter(2, {
    seqOf: (replica, row) => held.get(2 * row + replica) ?? 0,
  });
  meter.replicaUp(0, 0, 0);
  meter.replicaUp(0, 1, 0);
  for (let replica = 0; replica < 2; replica++) {
    for (let row = 0; row < 1000; row += 7) {
      held.set(2 * row + replica, 1);
      meter.entryChanged(replica, replica, row, 0, 1, 1);
      assertEquals(meter.isApart, replica === 0 || row !== 994);
      if (replica === 0) meter.acknowledged(0, row, 1);
    }
  }
  assertEquals(meter.measures().propagated, 143);
});
