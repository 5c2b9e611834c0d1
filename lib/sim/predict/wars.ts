/**
 * Partial quorums by the WARS model: a write goes to N replicas (W), each
 * acknowledges (A), and it is acknowledged when the first W of them have; a
 * read that begins some time later goes to all (R), each answers (S), and the
 * newest of the first R answers is the result. The read is fresh if the write
 * had come to one of those R replicas when the read did.
 *
 * Source: Peter Bailis, Shivaram Venkataraman, Michael J. Franklin, Joseph M.
 * Hellerstein, Ion Stoica, "Probabilistically Bounded Staleness for Practical
 * Partial Quorums", PVLDB 5(8), 2012, sections 3.4 and 5.1.
 *
 * All times are in floating point: the latencies of solid state disks are below
 * a tick of runs.
 *
 * @module
 */

import { Family, Streams, withinRange } from "../../domain/random.ts";
import {
  PREDICT_PAIR_TRIALS_MAX,
  PREDICT_REPLICAS_MAX,
  PREDICT_TRIALS_MAX,
} from "../../domain/replicas.ts";
import { TICKS_PER_MS } from "../../domain/ticks.ts";
import type { Latency } from "../../faults/latency.ts";
import { LatencySampler } from "../../faults/latency_sampler.ts";
import type {
  LatencyQuantiles,
  QuorumPrediction,
} from "../../verdict/prediction.ts";
import { AGES } from "../../verdict/read_meter.ts";
import { LatencyTally, ROUNDING_MS, StaleTimes } from "./stale_times.ts";

/** Trials that are drawn at once. */
const BLOCK = 512;

/** Replicas, quorums and latencies of a prediction. */
export interface PredictOptions {
  /** N, from 1 to 32. */
  readonly replicas: number;
  /** R, from 1 to N; null: each of them. */
  readonly readQuorum: number | null;
  /** W, from 1 to N; null: each of them. */
  readonly writeQuorum: number | null;
  /** One-way delay of a report: W of the model. */
  readonly latency: Latency;
  /** One-way delay of an acknowledgement: A. */
  readonly ackLatency: Latency;
  /** One-way delay of a read, and of its answer: R and S. */
  readonly readLatency: Latency;
  /**
   * Delay that each message takes beyond that between a client and a replica at
   * another site; null: all are at one site. Otherwise each replica has a site
   * of its own, and writer and reader are at one that is drawn for each trial.
   */
  readonly remoteLatency: Latency | null;
  /** Number of trials, from 1 to 100,000,000. */
  readonly trials: number;
  /** The root of all randomness, 0 to 2^53-1. */
  readonly seed: number;
  /**
   * Times after the acknowledgement at which the share is told, beside the
   * usual ones, in milliseconds from 0 on.
   */
  readonly atMs: readonly number[];
}

/** Leg: one of the four messages between a client and a replica. */
interface Leg {
  /**
   * Delay of the message with one replica, in milliseconds, for each trial of a
   * block.
   */
  readonly ms: Float64Array;
  readonly sampler: LatencySampler;
  /** The random numbers of its delays. */
  readonly family: Family;
  /** The random numbers of the site where its client is. */
  readonly client: Family;
}

/** The trials of a block, each with its replicas side by side. */
interface Trials {
  /** Times at which each replica has acknowledged, after the write began. */
  readonly acknowledgedMs: Float64Array;
  /** Times at which each replica has answered, after the read began. */
  readonly answeredMs: Float64Array;
  /** Times after the write from which a read finds it at each replica. */
  readonly neededMs: Float64Array;
}

/** A pair of quorums, and its times. */
interface Pair {
  readonly read: number;
  readonly write: number;
  readonly stale: StaleTimes;
}

/**
 * A Monte Carlo of the model. All pairs of quorums are taken from the same
 * trials.
 *
 * @example A write to one of three replicas, a read of one, all equally fast
 * ```ts
 * import { Wars } from "./wars.ts";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const exp = { kind: "exponential", meanMs: 10 } as const;
 * const none = { kind: "constant", delayMs: 0 } as const;
 * const wars = new Wars({
 *   replicas: 3,
 *   readQuorum: 1,
 *   writeQuorum: 1,
 *   latency: exp,
 *   ackLatency: none,
 *   readLatency: none,
 *   remoteLatency: null,
 *   trials: 100_000,
 *   seed: 7,
 *   atMs: [],
 * });
 * wars.advance();
 * const [pair] = wars.predictions();
 * // The replica that acknowledged has it; the others not yet.
 * assertAlmostEquals(pair?.freshAtOnce ?? 0, 1 / 3, 0.01);
 * ```
 */
export class Wars {
  readonly #options: PredictOptions;
  readonly #streams: Streams;
  readonly #legs: {
    readonly report: Leg;
    readonly ack: Leg;
    readonly read: Leg;
    readonly answer: Leg;
  };
  readonly #remote: LatencySampler | null;
  readonly #trials: Trials;
  readonly #bits = new Int32Array(BLOCK);
  readonly #farMs = new Float64Array(BLOCK);
  /** `#reads[R]` and `#writes[W]`; null where they are not asked for. */
  readonly #reads: readonly (LatencyTally | null)[];
  readonly #writes: readonly (LatencyTally | null)[];
  readonly #pairs: readonly Pair[];
  readonly #edgesMs: Float64Array;
  #done = 0;

  /**
   * @param options What to predict.
   * @throws {RangeError} If a number is out of its range.
   */
  constructor(options: PredictOptions) {
    check(options);
    const { replicas, trials, readQuorum, writeQuorum } = options;
    this.#options = options;
    this.#streams = new Streams(options.seed);
    const { latency, ackLatency, readLatency, remoteLatency } = options;
    const { REPORT, REPLY, READ_REQUEST, READ_REPLY } = Family;
    const { CHOICE, READ_CHOICE } = Family;
    this.#legs = {
      report: legOf(latency, REPORT, CHOICE),
      ack: legOf(ackLatency, REPLY, CHOICE),
      read: legOf(readLatency, READ_REQUEST, READ_CHOICE),
      answer: legOf(readLatency, READ_REPLY, READ_CHOICE),
    };
    this.#remote = remoteLatency && new LatencySampler(remoteLatency);
    const cells = BLOCK * replicas;
    this.#trials = {
      acknowledgedMs: new Float64Array(cells),
      answeredMs: new Float64Array(cells),
      neededMs: new Float64Array(cells),
    };
    const sizes = Array.from({ length: replicas + 1 }, (_, size) => size);
    const isAsked = (size: number, quorum: number | null) =>
      size > 0 && (quorum === null || size === quorum);
    this.#reads = sizes.map((size) =>
      isAsked(size, readQuorum) ? new LatencyTally() : null
    );
    this.#writes = sizes.map((size) =>
      isAsked(size, writeQuorum) ? new LatencyTally() : null
    );
    const edgesMs = edgesOf(options.atMs);
    this.#edgesMs = edgesMs;
    this.#pairs = sizes.flatMap((read) =>
      sizes.flatMap((write) =>
        isAsked(read, readQuorum) && isAsked(write, writeQuorum)
          ? [{ read, write, stale: new StaleTimes(edgesMs, trials) }]
          : []
      )
    );
  }

  /** Trials done. */
  get done(): number {
    return this.#done;
  }

  /**
   * Does some more trials.
   *
   * @param count About how many, at least 1.
   * @returns Whether all are done.
   */
  advance(count: number = this.#options.trials): boolean {
    const { trials } = this.#options;
    const until = Math.min(trials, this.#done + count);
    while (this.#done < until) {
      const size = Math.min(BLOCK, trials - this.#done);
      this.#draw(size);
      this.#take(size);
      this.#done += size;
    }
    return this.#done === trials;
  }

  /**
   * Predictions for each pair of quorums, from the trials done.
   *
   * @returns By read quorum, then by write quorum; none before the first trial.
   */
  predictions(): QuorumPrediction[] {
    return [...this.eachPrediction()];
  }

  /**
   * Predictions one by one: each can take a tenth of a second.
   *
   * @returns By read quorum, then by write quorum; none before the first trial.
   */
  *eachPrediction(): Generator<QuorumPrediction, void, void> {
    const trials = this.#done;
    if (trials === 0) return;
    for (const { read, write, stale } of this.#pairs) {
      const counts = stale.staleCounts();
      const freshAfter = Array.from(this.#edgesMs, (ms, i) => ({
        seconds: ms / 1000,
        fresh: (trials - (counts[i] ?? 0)) / trials,
      }));
      yield {
        read,
        write,
        freshAtOnce: freshAfter[0]?.fresh ?? 1,
        freshAfter,
        freshSeconds: {
          p99: secondsAfter(stale.timeMs(0.01, trials)),
          "p99.9": secondsAfter(stale.timeMs(0.001, trials)),
        },
        readSeconds: quantilesOf(this.#reads[read], trials),
        writeSeconds: quantilesOf(this.#writes[write], trials),
      };
    }
  }

  /** Draws all messages of a block. */
  #draw(count: number): void {
    const { replicas } = this.#options;
    const { report, ack, read, answer } = this.#legs;
    const trials = this.#trials;
    for (let replica = 0; replica < replicas; replica++) {
      for (const leg of [report, ack, read, answer]) {
        this.#fill(leg.ms, count, leg.sampler, leg.family, replica);
        if (this.#remote !== null) {
          this.#addFar(leg, count, this.#remote, replica);
        }
      }
      for (let i = 0; i < count; i++) {
        const at = i * replicas + replica;
        trials.acknowledgedMs[at] = report.ms[i]! + ack.ms[i]!;
        trials.answeredMs[at] = read.ms[i]! + answer.ms[i]!;
        trials.neededMs[at] = report.ms[i]! - read.ms[i]!;
      }
    }
  }

  /** Draws delays of messages with one replica. */
  #fill(
    ms: Float64Array,
    count: number,
    sampler: LatencySampler,
    family: Family,
    replica: number,
  ): void {
    const bits = this.#bits;
    const streams = this.#streams;
    const first = this.#done + 1;
    for (let i = 0; i < count; i++) {
      bits[i] = streams.bits(family, replica, first + i);
    }
    sampler.fill(ms, bits, count);
  }

  /** Adds the way to another site, where the client is not at the replica's. */
  #addFar(
    { ms, family, client }: Leg,
    count: number,
    remote: LatencySampler,
    replica: number,
  ): void {
    const { replicas } = this.#options;
    const farMs = this.#farMs;
    this.#fill(farMs, count, remote, family, replicas + replica);
    const first = this.#done + 1;
    for (let i = 0; i < count; i++) {
      const bits = this.#streams.bits(client, 0, first + i);
      if (withinRange(bits, 0, replicas - 1) !== replica) ms[i]! += farMs[i]!;
    }
  }

  /** Takes quorums from the messages of a block. */
  #take(count: number): void {
    const { replicas } = this.#options;
    const reads = this.#reads;
    const writes = this.#writes;
    const pairs = this.#pairs;
    const trials = this.#trials;
    /** Ascending: `writtenMs[W]` is when the first W have acknowledged. */
    const writtenMs = new Float64Array(replicas + 1);
    /** Ascending: `readMs[R]` is when the first R have answered. */
    const readMs = new Float64Array(replicas + 1);
    /** Scratch: times at which one of the first R replicas has the write. */
    const neededMs = new Float64Array(replicas + 1);
    neededMs[0] = Infinity;
    let cell = 0;
    for (let trial = 0; trial < count; trial++) {
      for (let replica = 0; replica < replicas; replica++, cell++) {
        const acknowledged = trials.acknowledgedMs[cell]!;
        let i = replica;
        for (; i > 0 && writtenMs[i]! > acknowledged; i--) {
          writtenMs[i + 1] = writtenMs[i]!;
        }
        writtenMs[i + 1] = acknowledged;
        const answered = trials.answeredMs[cell]!;
        // Of answers at one moment the first replica's is taken.
        const behind = answered + ROUNDING_MS;
        for (i = replica; i > 0 && readMs[i]! > behind; i--) {
          readMs[i + 1] = readMs[i]!;
          neededMs[i + 1] = neededMs[i]!;
        }
        readMs[i + 1] = answered;
        neededMs[i + 1] = trials.neededMs[cell]!;
      }
      for (let size = 1; size <= replicas; size++) {
        if (neededMs[size - 1]! < neededMs[size]!) {
          neededMs[size] = neededMs[size - 1]!;
        }
        reads[size]?.add(readMs[size]!);
        writes[size]?.add(writtenMs[size]!);
      }
      for (let i = 0; i < pairs.length; i++) {
        const { read, write, stale } = pairs[i]!;
        stale.add(neededMs[read]! - writtenMs[write]!);
      }
    }
  }
}

function legOf(latency: Latency, family: Family, client: Family): Leg {
  const sampler = new LatencySampler(latency);
  return { ms: new Float64Array(BLOCK), sampler, family, client };
}

function quantilesOf(
  tally: LatencyTally | null | undefined,
  trials: number,
): LatencyQuantiles {
  const seconds = (share: number) =>
    (tally?.quantileMs(share, trials) ?? 0) / 1000;
  return { p50: seconds(0.5), p99: seconds(0.99), "p99.9": seconds(0.999) };
}

/** Rounded up to nanoseconds: a bit earlier the reads may be stale still. */
function secondsAfter(ms: number): number {
  return Math.ceil(ms * 1e6) / 1e9;
}

/** The times at which the share is told: ascending, each once. */
function edgesOf(atMs: readonly number[]): Float64Array {
  const usualMs = AGES.map((ticks) => ticks / TICKS_PER_MS);
  return Float64Array.from(new Set([...usualMs, ...atMs])).sort();
}

function check(options: PredictOptions): void {
  const { replicas, readQuorum, writeQuorum, trials, atMs } = options;
  const pairs = (readQuorum === null ? replicas : 1) *
    (writeQuorum === null ? replicas : 1);
  if (!isWithin(replicas, PREDICT_REPLICAS_MAX)) {
    refuse(
      `${replicas} replicas: from 1 to ${PREDICT_REPLICAS_MAX} are allowed`,
    );
  }
  if (readQuorum !== null && !isWithin(readQuorum, replicas)) {
    refuse(`a read quorum of ${readQuorum}: from 1 to ${replicas} are allowed`);
  }
  if (writeQuorum !== null && !isWithin(writeQuorum, replicas)) {
    refuse(
      `a write quorum of ${writeQuorum}: from 1 to ${replicas} are allowed`,
    );
  }
  if (!isWithin(trials, PREDICT_TRIALS_MAX)) {
    refuse(`${trials} trials: from 1 to ${PREDICT_TRIALS_MAX} are allowed`);
  }
  if (trials * pairs > PREDICT_PAIR_TRIALS_MAX) {
    refuse(
      `${trials} trials of each pair of quorums: times pairs they must be at most ${PREDICT_PAIR_TRIALS_MAX}`,
    );
  }
  if (atMs.some((ms) => !(ms >= 0))) {
    refuse("a time before the acknowledgement");
  }
}

function refuse(what: string): never {
  throw new RangeError(`Cannot predict for ${what}`);
}

function isWithin(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= max;
}
