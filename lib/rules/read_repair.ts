/**
 * Repairs that a read waits for: how often one is sent, how long its
 * acknowledgement is waited for, and its number in random numbers.
 *
 * @module
 */

import { backoffTicks, DEFAULT_TIMING } from "./backoff.ts";

/** Repairs that a read sends to one replica at most. */
export const REPAIR_SENDS_MAX = 16;

/**
 * The part of the time that a read may take for which an acknowledgement is
 * waited for: there has to be time for further sendings.
 */
const PATIENCE_DIVISOR = 8;

/** A repair that was sent. */
export interface SentRepair {
  /** Number of the sending among those of its read to this replica, from 1. */
  readonly send: number;
  /** Patience of a read for its answer, in ticks of 0.1 ms. */
  readonly ackTimeoutTicks: number;
  /** Whether the replica was found not to answer: then there is no patience. */
  readonly isRefused: boolean;
}

/**
 * The wait before a repair that is not acknowledged is sent again: an eighth of
 * the time that the read may take, none where it was refused, and then the
 * backoff of a report after as many failures ({@linkcode backoffTicks}).
 *
 * @param repair What was sent.
 * @param randomBits 32 random bits.
 * @returns Ticks of 0.1 ms, at least 1.
 *
 * @example Usage
 * ```ts
 * import { repairWaitTicks } from "./read_repair.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const repair = { send: 1, ackTimeoutTicks: 20_000, isRefused: false };
 * assertEquals(repairWaitTicks(repair, 2 ** 32 - 1), 3_500);
 * assertEquals(repairWaitTicks({ ...repair, isRefused: true }, 0), 1);
 * ```
 */
export function repairWaitTicks(
  { send, ackTimeoutTicks, isRefused }: SentRepair,
  randomBits: number,
): number {
  const { backoffMinTicks, backoffMaxTicks } = DEFAULT_TIMING;
  const patience = isRefused
    ? 0
    : Math.ceil(ackTimeoutTicks / PATIENCE_DIVISOR);
  return patience +
    backoffTicks(send - 1, backoffMinTicks, backoffMaxTicks, randomBits);
}

/**
 * The number of a repair among those of whoever reads.
 *
 * @param read The number of the read, from 1 on.
 * @param send The number of the sending among those of the read to this
 * replica, from 1 to {@linkcode REPAIR_SENDS_MAX}.
 * @param replica The replica that is told.
 * @param replicas How many there are.
 * @returns A number from 1 on that no other repair of this reader has.
 */
export function repairNumber(
  read: number,
  send: number,
  replica: number,
  replicas: number,
): number {
  const sending = (read - 1) * REPAIR_SENDS_MAX + send - 1;
  return sending * replicas + replica + 1;
}
