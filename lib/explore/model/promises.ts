/**
 * The promises of the delivery modes, as the README of the project gives them.
 * They are written down here once more, and not taken from the rules: a rule
 * that is wrong must not change what it is held to.
 *
 * @module
 */

import type { Delivery } from "../../domain/delivery.ts";

/** The promise of a delivery mode. */
export interface Promised {
  /** The cases in which a draw may be counted twice. */
  readonly twice: "never" | "if the network repeats a message" | "always";
  /** The cases in which a draw may be lost, or stay undelivered for ever. */
  readonly lost: "never" | "above 42" | "always";
}

/** The promises of all delivery modes. */
export const PROMISES: Readonly<Record<Delivery, Promised>> = {
  "at-most-once": {
    twice: "if the network repeats a message",
    lost: "always",
  },
  "original": { twice: "always", lost: "above 42" },
  "at-least-once": { twice: "always", lost: "never" },
  "dedup": { twice: "never", lost: "never" },
  "crdt": { twice: "never", lost: "never" },
};
