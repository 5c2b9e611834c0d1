/**
 * The traits of the five delivery modes, side by side. Everything that depends
 * on the mode asks this table; `likes_server.ts` is how a likes server does it.
 *
 * @module
 */

import type { Delivery } from "../domain/delivery.ts";
import { LIKES_MAX } from "../protocol/validator.ts";

/** The traits of a delivery mode. */
export interface DeliveryTraits {
  /**
   * The mark of a report, behind its name and likes: nothing, `session#seq`,
   * or `session#seq=total`.
   */
  readonly mark: "none" | "seq" | "seq and total";
  /**
   * The draws that the next report carries: the oldest one that wants sending;
   * all of them in one sum, at each draw and also one of 0 likes; the newest
   * one, whose total stands for the others.
   */
  readonly carries: "oldest draw" | "sum" | "newest draw";
  /**
   * Draws that an `ACK` settles: those carried, or all up to the report's seq.
   */
  readonly ackSettles: "draws carried" | "all up to seq";
  /**
   * The answer to silence after a report that was sent: it is forgotten; the
   * next draw brings the next report (after the last draw: back off, send
   * again); back off, send again what is next.
   */
  readonly silence: "forget" | "await next draw" | "send again";
  /**
   * The answer to a final refusal: its draws are given up, or the sum is kept.
   */
  readonly refusal: "give up" | "keep";
  /**
   * The answer to `NAK gap n`: go back to draw n, at once the first time; or,
   * in a mode whose reports cannot have a gap, a temporary refusal like others.
   */
  readonly gap: "go back" | "send again";
  /**
   * Reports of a restarted process: nothing of before; the sum, or the draws
   * one by one, not known to be acknowledged; its newest draw, acknowledged or
   * not.
   */
  readonly restart: "nothing" | "sum" | "unacknowledged draws" | "newest draw";
  /**
   * Whether likes can be lost, or stay undelivered for ever, though both sides
   * are up and the network carries messages again.
   */
  readonly mayLose: boolean;
  /** Whether likes can be counted twice. */
  readonly mayCountTwice: boolean;
  /** The guarantee, in a few words. */
  readonly promise: string;
}

/** The traits of all delivery modes. */
export const DELIVERY_TRAITS: Readonly<Record<Delivery, DeliveryTraits>> = {
  "at-most-once": {
    mark: "none",
    carries: "oldest draw",
    ackSettles: "draws carried",
    silence: "forget",
    refusal: "give up",
    gap: "send again",
    restart: "nothing",
    mayLose: true,
    mayCountTwice: true,
    promise: "may lose; twice if repeated",
  },
  // The original program: once its sum passes 42 the validator refuses it for
  // ever.
  "original": {
    mark: "none",
    carries: "sum",
    ackSettles: "draws carried",
    silence: "await next draw",
    refusal: "keep",
    gap: "send again",
    restart: "sum",
    mayLose: true,
    mayCountTwice: true,
    promise: "may count twice or be stuck",
  },
  "at-least-once": {
    mark: "none",
    carries: "oldest draw",
    ackSettles: "draws carried",
    silence: "send again",
    refusal: "give up",
    gap: "send again",
    restart: "unacknowledged draws",
    mayLose: false,
    mayCountTwice: true,
    promise: "may count twice",
  },
  "dedup": {
    mark: "seq",
    carries: "oldest draw",
    ackSettles: "draws carried",
    silence: "send again",
    refusal: "give up",
    gap: "go back",
    restart: "unacknowledged draws",
    mayLose: false,
    mayCountTwice: false,
    promise: "exact",
  },
  // A grow-only counter: the primary keeps the highest seq's total.
  "crdt": {
    mark: "seq and total",
    carries: "newest draw",
    ackSettles: "all up to seq",
    silence: "send again",
    refusal: "give up",
    gap: "send again",
    restart: "newest draw",
    mayLose: false,
    mayCountTwice: false,
    promise: "exact",
  },
};

/**
 * The traits of a delivery mode by a word that need not be one.
 *
 * @param delivery The word, as a verdict or a history has it.
 * @returns Its traits, undefined if there is no such mode.
 */
export function traitsOf(delivery: string): DeliveryTraits | undefined {
  const traits: Readonly<Record<string, DeliveryTraits>> = DELIVERY_TRAITS;
  return Object.hasOwn(traits, delivery) ? traits[delivery] : undefined;
}

/**
 * Tells whether the reports of a delivery mode carry `session#seq`.
 *
 * @param delivery The delivery mode.
 * @returns True for `dedup` and `crdt`, whose guarantee is exact.
 */
export function isMarked(delivery: Delivery): boolean {
  return DELIVERY_TRAITS[delivery].mark !== "none";
}

/**
 * Tells whether a likes server can never deliver what it has left, because its
 * sum is more than a report may carry.
 *
 * @param delivery The delivery mode.
 * @param pending Likes that it still wants to deliver.
 * @returns True for `original` above 42 likes.
 */
export function isStuck(delivery: string, pending: number): boolean {
  return pending > LIKES_MAX && traitsOf(delivery)?.carries === "sum";
}
