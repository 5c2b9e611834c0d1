/**
 * Predictions of reads and writes with quorums.
 *
 * @module
 */

/** A share of fresh reads. */
export interface FreshShare {
  /** Time from the acknowledgement of the write to the start of the read. */
  readonly seconds: number;
  /** The share of fresh reads, from 0 to 1. */
  readonly fresh: number;
}

/** Quantiles of a latency, in seconds. */
export interface LatencyQuantiles {
  /** The median. */
  readonly p50: number;
  /** 99 % take no longer. */
  readonly p99: number;
  /** 99.9 % take no longer. */
  readonly "p99.9": number;
}

/** Prediction for one pair of quorums. */
export interface QuorumPrediction {
  /** R. */
  readonly read: number;
  /** W. */
  readonly write: number;
  /** Share of reads fresh that begin with the acknowledgement, from 0 to 1. */
  readonly freshAtOnce: number;
  /** Shares of reads fresh that begin later, ascending by time. */
  readonly freshAfter: readonly FreshShare[];
  /** Time after the acknowledgement at which 99 and 99.9 % are fresh. */
  readonly freshSeconds: { readonly p99: number; readonly "p99.9": number };
  /** Latency of reads. */
  readonly readSeconds: LatencyQuantiles;
  /** Latency of writes. */
  readonly writeSeconds: LatencyQuantiles;
}

/** Prediction for a store. */
export interface Prediction {
  /** N. */
  readonly replicas: number;
  /** Writes, with a read each, that it was computed from. */
  readonly trials: number;
  /** The seed of their delays. */
  readonly seed: number;
  /** Flags of latencies, as they were given. */
  readonly latencies: readonly string[];
  /** The command line that predicts the same. */
  readonly command: string;
  /** Each pair of quorums, by read quorum, then by write quorum. */
  readonly quorums: readonly QuorumPrediction[];
}

/**
 * Theory of the reads of a run, to be put beside what was measured: a
 * prediction, or the reason why there is none.
 */
export type ReadTheory =
  | { readonly predicted: QuorumPrediction; readonly without?: undefined }
  | {
    readonly predicted?: undefined;
    /** Parts of the run that the model does not know, in a few words each. */
    readonly without: readonly string[];
  };
