/**
 * Predictions: the promise of each delivery mode, to be put beside what
 * happened.
 *
 * @module
 */

import { DELIVERIES } from "../domain/delivery.ts";
import { type DeliveryTraits, traitsOf } from "../rules/delivery_traits.ts";
import type { Finding } from "./findings.ts";

/** The chances that a message is lost or repeated, each between 0 and 1. */
export interface MessageFaults {
  /** Chance that a report is lost. */
  readonly reportLoss: number;
  /** Chance that a reply is lost. */
  readonly ackLoss: number;
  /** Chance that the network repeats a message. */
  readonly duplicate: number;
}

/** The prediction for runs under one delivery mode. */
export interface Prediction {
  /** In a few words. */
  readonly text: string;
  /**
   * Whether likes may be missing at the end, though nothing stopped their
   * server.
   */
  readonly mayLose: boolean;
  /** Whether likes may be counted twice. */
  readonly mayCountTwice: boolean;
  /**
   * Times that each like is counted on average, where a formula is known and
   * message faults are the only ones; left out otherwise.
   */
  readonly countedPerLike?: number;
}

/**
 * Predicts what a delivery mode does.
 *
 * With a share p of reports lost, a of replies lost and d of messages repeated,
 * and each try an independent one: a report that is sent is counted (1-p)(1+d)
 * times on average. `at-most-once` sends it once. `at-least-once` sends until
 * an answer arrives, where a reply to the network's copy answers nobody: tries
 * until then have mean 1/((1-p)(1-a)) (a geometric distribution), which makes
 * (1+d)/(1-a). Marked modes count each like once: a repeat is recognised by its
 * seq, and the largest total of a session is a grow-only counter (Shapiro,
 * Preguiça, Baquero, Zawirski, "A comprehensive study of Convergent and
 * Commutative Replicated Data Types", INRIA RR-7506, 2011, section 3.1.1).
 *
 * @param delivery The mode.
 * @param faults The chances that apply to messages; left out where other faults
 *   are in the plan as well, for which no average is known.
 * @returns The prediction.
 * @throws {RangeError} If there is no such mode.
 *
 * @example
 * ```ts
 * import { predict } from "./theory.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const faults = { reportLoss: 0.1, ackLoss: 0.2, duplicate: 0 };
 * assertEquals(predict("crdt", faults).countedPerLike, 1);
 * assertEquals(predict("at-most-once", faults).countedPerLike, 0.9);
 * assertEquals(predict("at-least-once", faults).countedPerLike, 1.25);
 * ```
 */
export function predict(delivery: string, faults?: MessageFaults): Prediction {
  const traits = traitsOf(delivery);
  if (traits === undefined) {
    throw new RangeError(
      `Cannot predict delivery ${JSON.stringify(delivery)}: ${
        DELIVERIES.join(", ")
      } are known`,
    );
  }
  const { promise, mayLose, mayCountTwice } = traits;
  const countedPerLike = countedOnAverage(traits, faults);
  return {
    ...{ text: promise, mayLose, mayCountTwice },
    ...countedPerLike !== undefined && { countedPerLike },
  };
}

function countedOnAverage(
  { mayCountTwice, silence }: DeliveryTraits,
  faults: MessageFaults | undefined,
): number | undefined {
  if (!mayCountTwice) return 1;
  if (faults === undefined) return undefined;
  const { reportLoss, ackLoss, duplicate } = faults;
  switch (silence) {
    case "forget":
      return (1 - reportLoss) * (1 + duplicate);
    case "await next draw":
      return reportLoss + ackLoss + duplicate === 0 ? 1 : undefined;
    case "send again":
      return ackLoss < 1 ? (1 + duplicate) / (1 - ackLoss) : undefined;
  }
}

/**
 * Whether what happened is within what theory allows. Likes of a server that
 * crashed for good are excused: no mode can deliver them.
 *
 * @param prediction What theory says.
 * @param verdict What happened: the kinds of likes that went wrong.
 * @param isHealed Whether the primary was there at the end, for long enough;
 *   undelivered likes are excused if not.
 * @returns False where likes were lost or counted twice against the mode's
 *   promise; true if it is not known what was counted.
 *
 * @default isHealed {true}
 */
export function isWithin(
  prediction: Prediction,
  verdict: { readonly findings: readonly Pick<Finding, "kind">[] },
  isHealed = true,
): boolean {
  return verdict.findings.every(({ kind }) => {
    switch (kind) {
      case "crashed":
        return true;
      case "countedTwice":
        return prediction.mayCountTwice;
      case "undelivered":
        return !isHealed || prediction.mayLose;
      default:
        return prediction.mayLose;
    }
  });
}
