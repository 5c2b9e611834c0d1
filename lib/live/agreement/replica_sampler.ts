/**
 * Replicas while a live run goes on, as their answers tell: how far they are
 * apart, and when they agree.
 *
 * @module
 */

import { TICKS_PER_SECOND } from "../../domain/ticks.ts";
import type { RunOptions } from "../../options/run_options.ts";
import { sleep } from "../../platform/sleep.ts";
import { isMarked } from "../../rules/delivery_traits.ts";
import type { HistoryEvent } from "../../verdict/history.ts";
import { tickOf } from "../../verdict/history.ts";
import { ReplicaMeter } from "../../verdict/replica_meter.ts";
import type { Stats } from "../primary/stats.ts";
import { CountedBetween, heldOf } from "../run/counted_between.ts";
import type { RunPrimary } from "../run/primaries.ts";
import { type AskedServer, askHoldings } from "../run/primary_holdings.ts";

/** Shortest time from one question to a replica to the next. */
const SAMPLE_MS_MIN = 100;

/** Time for this many entries, so that questions are no load of their own. */
const ENTRIES_PER_MS = 2;

/** Milliseconds for an answer: a replica that stands still answers nobody. */
const TIMEOUT_MS = 1_000;

/** Settings of a {@linkcode ReplicaSampler}. */
export interface ReplicaSamplerOptions {
  /** The run. */
  readonly run: RunOptions;
  /** The replicas, by their numbers. */
  readonly primaries: readonly RunPrimary[];
  /** The state of each when the run began. */
  readonly before: readonly Stats[];
  /** The likes servers. */
  readonly servers: readonly AskedServer[];
  /** Ticks of 0.1 ms since the run's start. */
  readonly now: () => number;
}

/** The last answer of a replica. */
interface Sample {
  /** Whether it is up, as far as is known. */
  isUp: boolean;
  isBeingAsked: boolean;
  /** Number of answers. */
  answers: number;
  /** Highest seq of each likes server, or its likes in modes without a mark. */
  readonly levels: Float64Array;
  /** Likes of the run, of each likes server. */
  readonly likes: Float64Array;
  total: number;
  /** Digest of all its entries, older ones included. */
  digest: string | undefined;
}

/** Asks replicas again and again what they hold. */
export class ReplicaSampler {
  /** Measures how far they are apart. */
  readonly meter: ReplicaMeter;
  /** The time from one question to a replica to the next, in seconds. */
  readonly sampleSeconds: number;
  readonly #options: ReplicaSamplerOptions;
  readonly #isMarked: boolean;
  readonly #samples: readonly Sample[];
  readonly #stop = new AbortController();
  readonly #asking = new Set<Promise<void>>();
  #sampling: Promise<void> = Promise.resolve();
  /** Callbacks that wait for the next answer. */
  #onAnswer: (() => void)[] = [];

  /**
   * All replicas are up and hold nothing of the run.
   *
   * @param options The replicas.
   */
  constructor(options: ReplicaSamplerOptions) {
    const { run, primaries, servers } = options;
    this.#options = options;
    this.#isMarked = isMarked(run.delivery);
    const entries = primaries.length * servers.length;
    const everyMs = Math.max(SAMPLE_MS_MIN, entries / ENTRIES_PER_MS);
    this.sampleSeconds = Math.round(everyMs) / 1000;
    this.#samples = primaries.map(() => ({
      isUp: true,
      isBeingAsked: false,
      answers: 0,
      levels: new Float64Array(servers.length),
      likes: new Float64Array(servers.length),
      total: 0,
      digest: undefined,
    }));
    this.meter = new ReplicaMeter(primaries.length, {
      seqOf: (replica, row) => this.#samples[replica]?.levels[row] ?? 0,
    });
    this.meter.allUp(0);
  }

  /** Begins to ask. */
  begin(): void {
    this.#sampling = this.#sample();
  }

  /**
   * Takes what happens to likes servers.
   *
   * @param event An event of the history.
   */
  take(event: HistoryEvent): void {
    const { kind, server = 0, seq = 0 } = event;
    const tick = tickOf(event);
    if (kind === "draw") this.meter.drawn(tick);
    if (kind === "ack" && this.#isMarked && seq > 0) {
      this.meter.acknowledged(tick, server, seq);
    }
  }

  /**
   * A replica is down.
   *
   * @param replica Its number.
   */
  down(replica: number): void {
    const sample = this.#samples[replica];
    if (sample === undefined || !sample.isUp) return;
    sample.isUp = false;
    this.meter.replicaDown(this.#options.now(), replica);
  }

  /**
   * Likes of one likes server at each replica.
   *
   * @param server Its id.
   * @returns Likes of the run, by replica, as they were told last.
   */
  likesOf(server: number): number[] {
    return this.#samples.map(({ likes }) => likes[server] ?? 0);
  }

  /** Likes of the run at each replica, as they were told last. */
  get totals(): readonly number[] {
    return this.#samples.map(({ total }) => total);
  }

  /** Whether each replica is up, as far as is known. */
  get areUp(): readonly boolean[] {
    return this.#samples.map(({ isUp }) => isUp);
  }

  /**
   * Waits until all replicas that are up agree, by answers that were asked for
   * after the call.
   *
   * @param ms Longest time that they are given, in milliseconds; after it the
   * answers that they owe are awaited still, so that what they hold is known.
   * @param signal Ends the wait.
   * @returns Whether they do.
   */
  async agreed(ms: number, signal: AbortSignal): Promise<boolean> {
    const beganMs = performance.now();
    const untilMs = beganMs + ms;
    // One that stands still owes its answer for ever.
    const answeredMs = beganMs + this.sampleSeconds * 1000 + 2 * TIMEOUT_MS;
    const floor = this.#samples.map(({ answers, isBeingAsked }) =>
      answers + (isBeingAsked ? 1 : 0)
    );
    while (true) {
      const up = this.#samples.flatMap((sample, replica) =>
        sample.isUp ? [{ sample, replica }] : []
      );
      const areFresh = up.every(({ sample, replica }) =>
        sample.answers > (floor[replica] ?? 0)
      );
      if (areFresh && this.#areAlike(up.map(({ sample }) => sample))) {
        return true;
      }
      const endMs = areFresh ? untilMs : Math.max(untilMs, answeredMs);
      const leftMs = endMs - performance.now();
      if (leftMs <= 0 || signal.aborted) return false;
      const waiting = new AbortController();
      this.#onAnswer.push(() => waiting.abort());
      await sleep(leftMs, AbortSignal.any([waiting.signal, signal]));
    }
  }

  #areAlike(samples: readonly Sample[]): boolean {
    const [first] = samples;
    if (first === undefined) return false;
    if (this.meter.isApart) return false;
    return samples.every((one) =>
      one.digest === first.digest && one.total === first.total
    );
  }

  /**
   * Asks no more.
   *
   * @returns Fulfils when nothing is under way.
   */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#sampling;
    await Promise.all(this.#asking);
  }

  async #sample(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      this.#samples.forEach((sample, replica) => {
        if (sample.isBeingAsked) return;
        const asking = this.#ask(replica, sample).finally(() =>
          this.#asking.delete(asking)
        );
        this.#asking.add(asking);
      });
      await sleep(this.sampleSeconds * 1000, signal);
    }
  }

  async #ask(replica: number, sample: Sample): Promise<void> {
    const { primaries, servers } = this.#options;
    const { port = 0 } = primaries[replica] ?? {};
    sample.isBeingAsked = true;
    try {
      const timeoutMs = TIMEOUT_MS;
      const stats = await askHoldings(servers, { port, timeoutMs });
      if (stats !== null) this.#take(replica, sample, stats);
    } catch (error) {
      // One that stands still holds what it held.
      if (error instanceof Deno.errors.ConnectionRefused) this.down(replica);
    } finally {
      sample.isBeingAsked = false;
      for (const wake of this.#onAnswer.splice(0)) wake();
    }
  }

  #take(replica: number, sample: Sample, stats: Stats): void {
    const { before, servers, now } = this.#options;
    const baseline = before[replica];
    if (baseline === undefined) return;
    const tick = now();
    const counted = new CountedBetween(baseline, stats, 0);
    sample.answers++;
    sample.digest = stats.replica?.digest;
    const wasUp = sample.isUp;
    servers.forEach((server, row) => {
      const held = heldOf(counted, server, this.#isMarked);
      const { total } = held;
      // Without marks the likes stand for the draws.
      const seq = this.#isMarked ? held.seq : total;
      const seqBefore = sample.levels[row] ?? 0;
      const growth = total - (sample.likes[row] ?? 0);
      sample.levels[row] = seq;
      sample.likes[row] = total;
      sample.total += growth;
      if (wasUp && (seq !== seqBefore || growth !== 0)) {
        this.meter.entryChanged(tick, replica, row, seqBefore, seq, growth);
      }
    });
    if (wasUp) return;
    sample.isUp = true;
    this.meter.replicaUp(tick, replica, sample.total);
  }
}

/**
 * The longest time for which replicas gossip on after the last likes server has
 * ended.
 *
 * @param run The run.
 * @returns Milliseconds; 0 where replicas do not gossip.
 */
export function agreementMsMax(run: RunOptions): number {
  const { gossip, drainTicks } = run;
  if (gossip === null) return 0;
  const { ticks, maxTicks = ticks } = gossip;
  const meanTicks = (ticks + maxTicks) / 2;
  const longest = Math.max(drainTicks, 60 * meanTicks);
  return longest * 1000 / TICKS_PER_SECOND;
}
