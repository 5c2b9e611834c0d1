/**
 * The events and messages of a run, for its film.
 *
 * @module
 */

import type { HistoryEvent } from "../../../verdict/history.ts";
import type { Flight } from "./flight.ts";
import type { ToldRead } from "./told_reads.ts";

/** The events and messages of a run, for its film. */
export interface FilmReel {
  /** Ids of the likes servers that are shown, in order. */
  readonly servers: readonly number[];
  /** Whether the run has no other likes servers. */
  readonly isWhole: boolean;
  /** The number of readers that are shown, the first ones. */
  readonly readers: number;
  /** The events of these, of replicas and of the network, in order. */
  readonly events: readonly HistoryEvent[];
  /** Sums after each of these events, in the same order. */
  readonly sums: readonly EventSums[];
  /** The messages of these, in the order in which they were sent. */
  readonly flights: readonly Flight[];
  /** The reads of these, in the order of their ends. */
  readonly reads: readonly ToldRead[];
  /** The tick of the last event of the run. */
  readonly endTick: number;
  /**
   * The tick up to which events were kept; before `endTick` where there were
   * too many.
   */
  readonly keptUntilTick: number;
}

/** Sums after an event; null where it changed none. */
export type EventSums = {
  /** Likes that are counted, at any replica. */
  readonly counted: number;
  /** Likes of the likes server of the event that are counted. */
  readonly ofServer?: number;
  /** Likes that the replica of the event holds. */
  readonly ofReplica?: number;
} | null;
