/**
 * Gossip intervals, as they are written: `1s`, `exp:1s`, `uniform:0.5s..1.5s`
 * or `off`.
 *
 * @module
 */

import {
  formatTicks,
  parseRange,
  partOf,
  unreadable,
} from "../faults/notation.ts";
import { duration } from "./flag.ts";
import type { GossipInterval } from "../rules/choice.ts";

/** The forms of an interval, for errors. */
const GOSSIP_FORM =
  "allowed are a duration, exp:DURATION, uniform:DURATION..DURATION and off";

/** The word for replicas that begin no exchange. */
const OFF = "off";

/** Reads the wait from the start of an exchange to the next, in ticks. */
const wait = duration("1ms");

/**
 * Reads how long replicas wait from the start of an exchange to the next.
 *
 * @param text What was given.
 * @param flag The flag it was given for, with its dashes.
 * @returns The interval, its times in ticks; null if it is off.
 * @throws {SyntaxError} If it has none of the forms.
 * @throws {RangeError} If a time is below 1 ms, or a range ends before it
 * begins.
 *
 * @example Usage
 * ```ts
 * import { readGossip } from "./gossip.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(readGossip("exp:1s", "--gossip"), { kind: "exponential", ticks: 10_000 });
 * assertEquals(readGossip("off", "--gossip"), null);
 * ```
 */
export function readGossip(text: string, flag: string): GossipInterval | null {
  if (text === OFF) return null;
  const [, kind = "", rest = text] = /^([a-z]+):(.*)$/.exec(text) ?? [];
  const part = partOf(flag, text, rest);
  switch (kind) {
    case "":
      return { kind: "constant", ticks: wait(rest, part) };
    case "exp":
      return { kind: "exponential", ticks: wait(rest, part) };
    case "uniform": {
      const [ticks, maxTicks] = parseRange(rest, part, wait);
      return { kind: "uniform", ticks, maxTicks };
    }
    default:
      throw unreadable(flag, text, GOSSIP_FORM);
  }
}

/**
 * Writes an interval as {@linkcode readGossip} reads it.
 *
 * @param interval The interval; null: off.
 * @returns Such as `1s` or `uniform:500ms..1.5s`.
 */
export function formatGossip(interval: GossipInterval | null): string {
  if (interval === null) return OFF;
  const { kind, ticks, maxTicks = ticks } = interval;
  switch (kind) {
    case "constant":
      return formatTicks(ticks);
    case "exponential":
      return `exp:${formatTicks(ticks)}`;
    case "uniform":
      return `uniform:${formatTicks(ticks)}..${formatTicks(maxTicks)}`;
  }
}
