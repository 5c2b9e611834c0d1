/**
 * A message of a run, with its times and its fate.
 *
 * @module
 */

import { MessageKind } from "../../../domain/messages.ts";

/**
 * The fate of a message. `arrived`: it was taken; `lost`: it was lost on its
 * way; `cut`: it was lost where it arrived, because of a partition or a crash;
 * `late`: nobody waited for it any longer; `refused`: it is a NAK.
 */
export type Fate = "arrived" | "lost" | "cut" | "late" | "refused";

/** The subject of a message: a report, an exchange, a read, or a repair. */
export type FlightKind = "report" | "exchange" | "read" | "repair";

/** Lag of the answer to a read behind what was acknowledged before it. */
export interface Staleness {
  /** Versions that were acknowledged before the read and are not in it. */
  readonly versions: number;
  /** Age of the oldest of them when the read began, in ticks. */
  readonly ticks: number;
}

/** A message on its way. */
export interface Flight {
  /** The subject of the message. */
  readonly kind: FlightKind;
  /** Whether it is a reply; a request otherwise. */
  readonly isReply: boolean;
  /** The node that sent it. */
  readonly from: number;
  /** The node that it goes to. */
  readonly to: number;
  /** The likes server that it is about; -1 of an exchange. */
  readonly server: number;
  /**
   * The number of the attempt, exchange or read that it belongs to, among those
   * of the node that asked.
   */
  readonly attempt: number;
  /**
   * Likes that the report carries; of its reply, those of the report that it
   * answers. Of an answer to a read and of a repair, the likes that it tells.
   */
  readonly likes: number;
  /** The newest draw that it is about; 0 where that is not known. */
  readonly seq: number;
  /** Entries that a message of an exchange carries; 0 of others. */
  readonly entries: number;
  /**
   * Number of a repair, and of its reply, among those of its read to the
   * replica, from 1; 1 of others.
   */
  readonly send: number;
  /** Whether it is a copy that the network made. */
  readonly isCopy: boolean;
  /** Whether the newest draw that a report carries has been sent before. */
  readonly isRepeat: boolean;
  /** Index of the request that a reply answers, -1 for a request. */
  readonly cause: number;
  /** The tick at which it was sent. */
  readonly sentTick: number;
  /** The tick at which it arrived, or would have. */
  readonly arrivalTick: number;
  /** The fate of it. */
  readonly fate: Fate;
  /** Lag of the answer that completed a read, if it is stale. */
  readonly stale?: Staleness;
}

/**
 * The kind of message that a flight is, as the network knows it.
 *
 * @param flight The message.
 * @returns Its kind.
 *
 * @example Usage
 * ```ts
 * import { messageKindOf } from "./flight.ts";
 * import { MessageKind } from "../../../domain/messages.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   messageKindOf({ kind: "read", isReply: true }),
 *   MessageKind.READ_REPLY,
 * );
 * ```
 */
export function messageKindOf(
  { kind, isReply }: Pick<Flight, "kind" | "isReply">,
): MessageKind {
  const [request, reply] = KINDS[kind];
  return isReply ? reply : request;
}

const KINDS: Readonly<
  Record<FlightKind, readonly [request: MessageKind, reply: MessageKind]>
> = {
  report: [MessageKind.REPORT, MessageKind.REPLY],
  exchange: [MessageKind.PEER_REQUEST, MessageKind.PEER_REPLY],
  read: [MessageKind.READ_REQUEST, MessageKind.READ_REPLY],
  repair: [MessageKind.REPAIR, MessageKind.REPAIR_REPLY],
};
