/**
 * The numbers of a run at a moment, as a picture is told them.
 *
 * @module
 */

import type { ReadsSoFar } from "../../verdict/read_meter.ts";
import type { ReplicaRow } from "./picture.ts";

/** The replicas of a run at a moment. */
export interface ReplicaSample {
  /** Each in order, the first of them where they are many. */
  readonly rows: readonly ReplicaRow[];
  /** The fewest likes that a replica that is up holds. */
  readonly lowest?: number | undefined;
  /** The most. */
  readonly highest?: number | undefined;
}

/** The numbers of a run at a moment. Left out: not known. */
export interface RunSample {
  /** Likes generated. */
  readonly generated?: number | undefined;
  /** Likes acknowledged. */
  readonly acknowledged?: number | undefined;
  /** Likes at the primary. */
  readonly counted?: number | undefined;
  /** Age of the oldest like not yet counted, in seconds. */
  readonly stalenessSeconds?: number | undefined;
  /** Likes servers alive. */
  readonly alive?: number | undefined;
  /** Further numbers of a primary alone, in a sentence. */
  readonly note?: string | undefined;
  /** The replicas, where there are several. */
  readonly replicas?: ReplicaSample | undefined;
  /** The reads, where there are readers. */
  readonly reads?: ReadsSoFar | undefined;
}
