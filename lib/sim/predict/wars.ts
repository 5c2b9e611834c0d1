/**
 * What partial quorums serve, by the WARS model: a write goes to N replicas (W),
 * each acknowledges (A), and it is acknowledged when the first W of them have;
 * a read that begins some time later goes to all (R), each answers (S), and the
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
import { LatencyTally, StaleTimes } from "./stale_times.ts";

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
   * Times after the acknowledgement at which the share is told, beside the usual
   * ones, in milliseconds from 0 on.
   */
  readonly atMs: readonly number[];
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
  /** Of each trial of a block and each replica, one replica after the other. */
  readonly #arrivesMs: Float64Array;
  readonly #acknowledgesMs: Float64Array;
  readonly #isReadMs: Float64Array;
  readonly #answersMs: Float64Array;
  readonly #bits = new Int32Array(BLOCK);
  readonly #farMs = new Float64Array(BLOCK);
  readonly #samplers: {
    readonly report: LatencySampler;
    readonly ack: LatencySampler;
    readonly read: LatencySampler;
    readonly remote: LatencySampler | null;
  };
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
    const cells = BLOCK * replicas;
    this.#arrivesMs = new Float64Array(cells);
    this.#acknowledgesMs = new Float64Array(cells);
    this.#isReadMs = new Float64Array(cells);
    this.#answersMs = new Float64Array(cells);
    const { latency, ackLatency, readLatency, remoteLatency } = options;
    this.#samplers = {
      report: new LatencySampler(latency),
      ack: new LatencySampler(ackLatency),
      read: new LatencySampler(readLatency),
      remote: remoteLatency && new LatencySampler(remoteLatency),
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
   * What each pair of quorums serves, from the trials done.
   *
   * @returns By read quorum, then by write quorum; none before the first trial.
   */
  predictions(): QuorumPrediction[] {
    const trials = this.#done;
    if (trials === 0) return [];
    return this.#pairs.map(({ read, write, stale }) => {
      const counts = stale.staleCounts();
      const freshAfter = Array.from(this.#edgesMs, (ms, i) => ({
        seconds: ms / 1000,
        fresh: (trials - (counts[i] ?? 0)) / trials,
      }));
      return {
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
    });
  }

  /** Draws all messages of a block. */
  #draw(count: number): void {
    const { replicas } = this.#options;
    const { report, ack, read, remote } = this.#samplers;
    const first = this.#done + 1;
    for (let replica = 0; replica < replicas; replica++) {
      const at = replica * BLOCK;
      const to = at + count;
      const arrives = this.#arrivesMs.subarray(at, to);
      const acknowledges = this.#acknowledgesMs.subarray(at, to);
      const isRead = this.#isReadMs.subarray(at, to);
      const answers = this.#answersMs.subarray(at, to);
      this.#fill(arrives, report, Family.REPORT, replica, first);
      this.#fill(acknowledges, ack, Family.REPLY, replica, first);
      this.#fill(isRead, read, Family.READ_REQUEST, replica, first);
      this.#fill(answers, read, Family.READ_REPLY, replica, first);
      if (remote !== null) {
        const { CHOICE, READ_CHOICE } = Family;
        const far = (ms: Float64Array, family: Family, client: Family) =>
          this.#addFar(ms, remote, family, client, replica, first);
        far(arrives, Family.REPORT, CHOICE);
        far(acknowledges, Family.REPLY, CHOICE);
        far(isRead, Family.READ_REQUEST, READ_CHOICE);
        far(answers, Family.READ_REPLY, READ_CHOICE);
      }
    }
  }

  /** Draws one leg of the messages with one replica. */
  #fill(
    ms: Float64Array,
    sampler: LatencySampler,
    family: Family,
    replica: number,
    first: number,
  ): void {
    const bits = this.#bits;
    const streams = this.#streams;
    const count = ms.length;
    for (let i = 0; i < count; i++) {
      bits[i] = streams.bits(family, replica, first + i);
    }
    sampler.fill(ms, bits, count);
  }

  /** Adds the way to another site, where the client is not at the replica's. */
  #addFar(
    ms: Float64Array,
    remote: LatencySampler,
    family: Family,
    client: Family,
    replica: number,
    first: number,
  ): void {
    const { replicas } = this.#options;
    const farMs = this.#farMs.subarray(0, ms.length);
    this.#fill(farMs, remote, family, replicas + replica, first);
    for (let i = 0; i < ms.length; i++) {
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
    const arrives = this.#arrivesMs;
    const acknowledges = this.#acknowledgesMs;
    const isRead = this.#isReadMs;
    const answers = this.#answersMs;
    /** Ascending: `writtenMs[W]` is when the first W have acknowledged. */
    const writtenMs = new Float64Array(replicas + 1);
    /** Ascending: `readMs[R]` is when the first R have answered. */
    const readMs = new Float64Array(replicas + 1);
    /**
     * Of those first: how long after the write a read would have to begin for
     * that one, then for one of the first R, to have the write.
     */
    const neededMs = new Float64Array(replicas + 1);
    neededMs[0] = Infinity;
    for (let trial = 0; trial < count; trial++) {
      for (let replica = 0; replica < replicas; replica++) {
        const cell = replica * BLOCK + trial;
        const arrivesMs = arrives[cell]!;
        const writeMs = arrivesMs + acknowledges[cell]!;
        let i = replica;
        for (; i > 0 && writtenMs[i]! > writeMs; i--) {
          writtenMs[i + 1] = writtenMs[i]!;
        }
        writtenMs[i + 1] = writeMs;
        const isReadMs = isRead[cell]!;
        const answerMs = isReadMs + answers[cell]!;
        for (i = replica; i > 0 && readMs[i]! > answerMs; i--) {
          readMs[i + 1] = readMs[i]!;
          neededMs[i + 1] = neededMs[i]!;
        }
        readMs[i + 1] = answerMs;
        neededMs[i + 1] = arrivesMs - isReadMs;
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
  const wrong = !isWithin(replicas, PREDICT_REPLICAS_MAX)
    ? `${replicas} replicas: from 1 to ${PREDICT_REPLICAS_MAX} are allowed`
    : readQuorum !== null && !isWithin(readQuorum, replicas)
    ? `a read quorum of ${readQuorum}: from 1 to ${replicas} are allowed`
    : writeQuorum !== null && !isWithin(writeQuorum, replicas)
    ? `a write quorum of ${writeQuorum}: from 1 to ${replicas} are allowed`
    : !isWithin(trials, PREDICT_TRIALS_MAX)
    ? `${trials} trials: from 1 to ${PREDICT_TRIALS_MAX} are allowed`
    : atMs.some((ms) => !(ms >= 0))
    ? "a time before the acknowledgement"
    : undefined;
  if (wrong !== undefined) throw new RangeError(`Cannot predict for ${wrong}`);
}

function isWithin(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= max;
}
