/**
 * The WARS model once more, as plainly as it can be written, with another
 * generator and the distributions of the language: what `Wars` is compared
 * with.
 *
 * @module
 */

import type { Latency } from "../../../lib/faults/latency.ts";
import type { PredictOptions } from "../../../lib/sim/predict/wars.ts";

/** Trials of one pair of quorums, in milliseconds. */
export interface NaiveTrials {
  /** R. */
  readonly read: number;
  /** W. */
  readonly write: number;
  /** Times after the acknowledgement from which on each read is fresh. */
  readonly neededMs: Float64Array;
  /** Latencies of reads. */
  readonly readMs: Float64Array;
  /** Latencies of writes. */
  readonly writeMs: Float64Array;
}

/** A generator of numbers from 0 to 1: mulberry32, by Tommy Ettinger. */
export function mulberry(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A delay in milliseconds. */
function draw(latency: Latency, random: () => number): number {
  const u = 1 - random();
  switch (latency.kind) {
    case "constant":
      return latency.delayMs;
    case "exponential":
      return -latency.meanMs * Math.log(u);
    case "uniform":
      return latency.minMs + u * (latency.maxMs - latency.minMs);
    case "pareto":
      return latency.scaleMs * u ** (-1 / latency.shape);
    case "lognormal": {
      // Box and Muller.
      const z = Math.sqrt(-2 * Math.log(u)) *
        Math.cos(2 * Math.PI * random());
      return latency.medianMs * Math.exp(latency.sigma * z);
    }
    case "samples":
      return latency.delaysMs[
        Math.floor(random() * latency.delaysMs.length)
      ] as number;
    case "mix": {
      let left = random();
      for (const { share, latency: part } of latency.parts) {
        left -= share.value;
        if (left < 0) return draw(part, random);
      }
      throw new Error("shares below 1");
    }
  }
}

/**
 * Trials of some pairs of quorums.
 *
 * @param options The store; its seed is not used.
 * @param quorums R and W of each pair.
 * @param count How many trials.
 * @returns Those of each pair.
 */
export function naiveTrials(
  options: PredictOptions,
  quorums: readonly (readonly [read: number, write: number])[],
  count: number,
): NaiveTrials[] {
  const { replicas, latency, ackLatency, readLatency, remoteLatency } = options;
  const random = mulberry(20120801);
  const site = () => Math.floor(random() * replicas);
  const pairs = quorums.map(([read, write]) => ({
    read,
    write,
    neededMs: new Float64Array(count),
    readMs: new Float64Array(count),
    writeMs: new Float64Array(count),
  }));
  for (let trial = 0; trial < count; trial++) {
    const [writer, reader] = [site(), site()];
    const leg = (one: Latency, client: number, replica: number) =>
      draw(one, random) +
      (remoteLatency !== null && client !== replica
        ? draw(remoteLatency, random)
        : 0);
    const all = Array.from({ length: replicas }, (_, i) => {
      const arrives = leg(latency, writer, i);
      const isRead = leg(readLatency, reader, i);
      return {
        arrives,
        acknowledged: arrives + leg(ackLatency, writer, i),
        isRead,
        answered: isRead + leg(readLatency, reader, i),
      };
    });
    const written = all.map(({ acknowledged }) => acknowledged)
      .sort((a, b) => a - b);
    const answers = all.toSorted((a, b) => a.answered - b.answered);
    for (const { read, write, neededMs, readMs, writeMs } of pairs) {
      const done = written[write - 1] as number;
      const first = answers.slice(0, read);
      neededMs[trial] = Math.min(
        ...first.map(({ arrives, isRead }) => arrives - done - isRead),
      );
      readMs[trial] = first.at(-1)?.answered ?? NaN;
      writeMs[trial] = done;
    }
  }
  return pairs;
}
