import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { RunOptions } from "../../../lib/options/run_options.ts";
import { LikesServer } from "../../../lib/rules/likes_server.ts";
import { QuorumRead } from "../../../lib/rules/read_quorum.ts";
import type { Action } from "../../../lib/rules/report_sender.ts";
import { WriteQuorum } from "../../../lib/rules/write_quorum.ts";
import { simulate } from "../../../lib/sim/run.ts";
import type { Rules } from "../../../lib/sim/rules.ts";
import { Simulation } from "../../../lib/sim/simulation.ts";
import { firstViolation } from "./broken_rules.ts";
import { type RunChanges, runOf } from "../runs_of_tests.ts";

const ALL: RunChanges = { replicas: 3, writeTo: "all", gossip: null };

const STORM: RunChanges = {
  ...ALL,
  faults: {
    latency: "exp:50ms",
    loss: "1/10",
    duplicate: "1/10",
    crash: ["primary0@12s+2s", "primary2@20s+3s", "random:3"],
    pause: ["primary1@16s+1s", "LikesServer1@5s+2s"],
    partition: ["8s..10s:primary2", "24s..26s:LikesServer0"],
  },
};

/** Draws that come fast beside latencies of tens of milliseconds. */
const FAST: RunChanges = {
  intervalMinTicks: 500,
  intervalMaxTicks: 2000,
  readers: 4,
  readIntervalMinTicks: 200,
  readIntervalMaxTicks: 1000,
};

function measuresOf(options: RunOptions) {
  const simulation = new Simulation(options);
  while (!simulation.advance(1e6));
  const { marked } = simulation.replicas!.readers!.meter.measures();
  assert(marked !== undefined);
  return marked;
}

for (const delivery of ["crdt", "dedup"] as const) {
  for (const [read, write] of [[2, 2], [1, 3], [3, 1]] as const) {
    for (const readRepair of ["off", "after", "before"] as const) {
      Deno.test(`simulate() with R=${read} and W=${write} of 3 and repair ${readRepair} reads only what is fresh, whatever the faults: ${delivery}`, () => {
        for (let seed = 0; seed < 4; seed++) {
          const verdict = simulate(
            runOf({
              ...{ ...STORM, ...FAST, seed, delivery, readRepair },
              writeQuorum: write,
              readFrom: seed % 2 === 0 ? "all" : "any",
              readQuorum: read,
              readAfterTicks: 100 * seed,
            }),
            { check: true },
          );
          const { reads } = verdict;
          assert(verdict.converged, `seed ${seed}`);
          assertEquals(reads?.fresh, 1, `seed ${seed}`);
          assertEquals(reads?.ownMissed, 0);
          assert((reads?.ownReads ?? 0) > 0);
          if (readRepair === "before") {
            assertEquals(reads?.monotonicViolations, 0, `seed ${seed}`);
          }
        }
      });
    }
  }
}

Deno.test("simulate() shows items that go back where overlapping quorums do not repair before they answer", () => {
  const run = {
    ...ALL,
    ...FAST,
    writeQuorum: 2,
    readFrom: "any",
    readQuorum: 2,
    faults: { latency: "exp:80ms" },
  } as const;
  const { reads } = simulate(runOf(run), { check: true });
  assertEquals(reads?.fresh, 1);
  assert((reads?.monotonicViolations ?? 0) > 0);
});

Deno.test("simulate() with R + W up to N reads what is stale", () => {
  const run = { ...ALL, ...FAST, readFrom: "all" } as const;
  const { reads } = simulate(
    runOf({ ...run, faults: { latency: "exp:80ms" } }),
    { check: true },
  );
  assert((reads?.fresh ?? 1) < 1);
});

Deno.test("simulate() lets readers and likes servers that read change no draw and no report", () => {
  const run = { ...STORM, writeQuorum: 2 } as const;
  const alone = simulate(runOf(run));
  const read = simulate(
    runOf({ ...run, readers: 3, readAfterTicks: 0, readFrom: "all" }),
  );
  assertEquals(
    [read.generated, read.acknowledged, read.messages, read.retries],
    [alone.generated, alone.acknowledged, alone.messages, alone.retries],
  );
});

Deno.test("simulate() measures draws until W replicas have acknowledged them", () => {
  const faults = { latency: "20ms", ackLatency: "10ms" };
  const { acknowledgementSeconds } = simulate(
    runOf({ ...ALL, writeQuorum: 3, faults }),
  );
  assertAlmostEquals(acknowledgementSeconds!.max, 0.03, 1e-9);
  assertAlmostEquals(acknowledgementSeconds!.p50, 0.03, 0.001);
});

Deno.test("simulate() with --write-to all delivers to replicas that come back, after W have acknowledged", () => {
  for (const delivery of ["crdt", "dedup"] as const) {
    const verdict = simulate(
      runOf({ ...ALL, delivery, faults: { crash: ["primary1@10s+10s"] } }),
      { check: true },
    );
    assert(verdict.converged, delivery);
    const [first, second] = verdict.replicas!;
    assertEquals(first?.counted, second?.counted, delivery);
  }
});

Deno.test("simulate() with --write-to any and --read-from any is as stale as PBS says", () => {
  for (
    const [replicas, readQuorum] of [[3, 1], [3, 2], [5, 2], [5, 3]] as const
  ) {
    const { freshWithin, judged } = measuresOf(runOf({
      ...{ replicas, readQuorum, writeTo: "any", readFrom: "any" },
      ...{ gossip: null, seed: 5, servers: 10, readers: 20 },
      ...{ intervalMinTicks: 5000, intervalMaxTicks: 10_000 },
      lifetimeTicks: 10_000_000,
    }));
    // C(N-1, R) / C(N, R)
    const missed = (replicas - readQuorum) / replicas;
    assert(judged > 50_000);
    for (let k = 1; k <= 4; k++) {
      assertAlmostEquals(
        freshWithin[k - 1]!,
        1 - missed ** k,
        0.01,
        `N=${replicas}, R=${readQuorum}, k=${k}`,
      );
    }
  }
});

/** A Monte Carlo of the WARS model, written for this test alone. */
function freshShare(
  { replicas = 3, read = 1, write = 1, meanSeconds = [0, 0, 0] },
  ageSeconds: () => number,
  random: () => number,
): number {
  const TRIALS = 200_000;
  const [report = 0, ack = 0, leg = 0] = meanSeconds;
  const drawn = (mean: number) => -mean * Math.log(1 - random());
  let fresh = 0;
  for (let trial = 0; trial < TRIALS; trial++) {
    const arrivals = Array.from({ length: replicas }, () => drawn(report));
    const acks = arrivals.map((arrival) => arrival + drawn(ack))
      .sort((a, b) => a - b);
    const start = acks[write - 1]! + ageSeconds();
    const answers = arrivals.map((arrival) => {
      const asked = start + drawn(leg);
      return { at: asked + drawn(leg), has: arrival <= asked };
    }).sort((a, b) => a.at - b.at);
    if (answers.slice(0, read).some(({ has }) => has)) fresh++;
  }
  return fresh / TRIALS;
}

/** Random numbers from 0 to below 1, always the same: a Lehmer generator. */
function lehmer(): () => number {
  let state = 20_261_128;
  return () => {
    state = state * 48_271 % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

Deno.test("simulate() reads what is fresh as often as the WARS model says", () => {
  const random = lehmer();
  const faults = {
    latency: "exp:200ms",
    ackLatency: "exp:50ms",
    readLatency: "exp:80ms",
  };
  const meanSeconds = [0.2, 0.05, 0.08];
  const base = {
    ...ALL,
    faults,
    readFrom: "all",
    seed: 3,
    servers: 30,
    // Long beside all latencies: no draw overtakes another.
    intervalMinTicks: 40_000,
    intervalMaxTicks: 60_000,
    lifetimeTicks: 20_000_000,
  } as const;
  for (const [read, write] of [[1, 1], [2, 1], [1, 2]] as const) {
    const quorums = { writeQuorum: write, readQuorum: read };
    const name = `R=${read}, W=${write}`;
    const own = measuresOf(runOf({ ...base, ...quorums, readAfterTicks: 0 }));
    const atOnce = freshShare({ read, write, meanSeconds }, () => 0, random);
    assert(own.ownReads > 10_000);
    const share = 1 - own.ownMissed / own.ownReads;
    assertAlmostEquals(share, atOnce, 0.015, `${name} at once`);
    const reads = measuresOf(runOf({ ...base, ...quorums, readers: 100 }));
    for (const [i, { seconds, fresh }] of reads.freshAfter.entries()) {
      if (seconds < 0.05 || seconds > 1) continue;
      const width = reads.freshAfter[i + 1]!.seconds - seconds;
      const age = () => seconds + width * random();
      const expected = freshShare({ read, write, meanSeconds }, age, random);
      assertAlmostEquals(fresh!, expected, 0.02, `${name} ${seconds} s`);
    }
  }
});

// Proof that the checks of quorums can fail: each breaks one rule.

const OVERLAP: RunChanges = {
  ...STORM,
  ...FAST,
  writeQuorum: 2,
  readFrom: "all",
  readQuorum: 2,
  readRepair: "before",
};

function assertFound(
  rules: Partial<Rules>,
  invariant: RegExp,
  changes: RunChanges = {},
): void {
  assertEquals(
    firstViolation(5, {}, { ...OVERLAP, ...changes }),
    null,
    "the right rules",
  );
  const violation = firstViolation(10, rules, { ...OVERLAP, ...changes });
  assert(violation !== null, "not found within 10 seeds");
  assert(invariant.test(violation), violation);
}

/** Takes the first answer, not the newest. */
class FirstRead extends QuorumRead {
  protected override isNewer(seq: number, total: number, entry: number) {
    return this.entries === 0 && super.isNewer(seq, total, entry);
  }
}

/** Sends nothing again that two of three replicas have acknowledged. */
class ForgetfulLikesServer extends LikesServer {
  override fail(
    now: number,
    attempt: number,
    sent: boolean,
    randomBits: number,
  ): Action {
    const action = super.fail(now, attempt, sent, randomBits);
    const { row, reportSeq: seq } = this;
    const first = row - row % 3;
    const rows = [first, first + 1, first + 2];
    const have = rows.filter((r) => this.at(r).acknowledgedSeq >= seq);
    this.at(row);
    if (have.length < 2 || this.seq > seq) return action;
    this.clearState();
    this.stopWaiting();
    this.settle(seq, this.total);
    return action;
  }
}

/** Repairs with the oldest entry that it was told, not the newest. */
class OlderRead extends QuorumRead {
  #seq = Infinity;
  #total = 0;

  override begin(places: number, asked: number): void {
    super.begin(places, asked);
    this.#seq = Infinity;
  }

  override hear(
    place: number,
    entry: number,
    seq: number,
    total: number,
  ): void {
    super.hear(place, entry, seq, total);
    if (seq >= this.#seq) return;
    this.#seq = seq;
    this.#total = total;
  }

  override repairSeqOf(): number {
    return this.#seq;
  }

  override repairTotalOf(): number {
    return this.#total;
  }
}

Deno.test("Invariants find draws that are acknowledged at W - 1", () => {
  assertFound(
    {
      makeWriteQuorum: (options) =>
        new WriteQuorum({ ...options, quorum: options.quorum - 1 }),
    },
    /^draw \d+ of LikesServer\d is acknowledged, and 1 replicas have it/,
  );
});

Deno.test("Invariants find readers that take the first instead of the newest answer", () => {
  assertFound(
    { makeQuorumRead: (options) => new FirstRead(options) },
    /is answered with draw \d+; \d+ was acknowledged before$/,
    { readRepair: "off" },
  );
});

Deno.test("Invariants find likes servers that forget the other replicas after W", () => {
  assertFound(
    {
      makeLikesServer: (rows, draws, options) =>
        new ForgetfulLikesServer(rows, draws, options),
    },
    /^LikesServer\d tells primary\d no more of its draws up to/,
    { readers: 0, readRepair: "off", delivery: "crdt" },
  );
});

Deno.test("Invariants find readers that repair with the older entry", () => {
  assertFound(
    { makeQuorumRead: (options) => new OlderRead(options) },
    /is answered with draw \d+, an earlier one with \d+$/,
  );
});
