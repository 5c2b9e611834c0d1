/**
 * Events of a state, as numbers, and as words that can be typed.
 *
 * @module
 */

/** Kinds of events. */
export const Kind = {
  DRAW: 1,
  DELIVER: 2,
  LOSE: 3,
  COPY: 4,
  REFUSE: 5,
  TIMEOUT: 6,
  RETRY: 7,
  CRASH: 8,
  RESTART: 9,
  FAIL: 10,
  RECOVER: 11,
  END: 12,
  EXCHANGE: 13,
  SYNC: 14,
  LOSE_SYNC: 15,
  COPY_SYNC: 16,
  READ: 17,
  ANSWER: 18,
  LOSE_READ: 19,
  COPY_READ: 20,
  GIVE_UP: 21,
  REPAIR_AGAIN: 22,
} as const;

/** The number of a kind. */
export type Kind = (typeof Kind)[keyof typeof Kind];

/**
 * The words of all kinds. Behind a word stand whom it is about, and where that
 * is needed a dot and which of its messages, rows or draws, and an arrow and
 * the replica to which a report then goes: `deliver0.1>2`.
 */
const WORDS: Readonly<Record<Kind, string>> = {
  [Kind.DRAW]: "draw",
  [Kind.DELIVER]: "deliver",
  [Kind.LOSE]: "lose",
  [Kind.COPY]: "repeat",
  [Kind.REFUSE]: "refuse",
  [Kind.TIMEOUT]: "timeout",
  [Kind.RETRY]: "retry",
  [Kind.CRASH]: "crash",
  [Kind.RESTART]: "restart",
  [Kind.FAIL]: "crash-primary",
  [Kind.RECOVER]: "restart-primary",
  [Kind.END]: "end",
  [Kind.EXCHANGE]: "exchange",
  [Kind.SYNC]: "sync",
  [Kind.LOSE_SYNC]: "lose-sync",
  [Kind.COPY_SYNC]: "repeat-sync",
  [Kind.READ]: "read",
  [Kind.ANSWER]: "read-message",
  [Kind.LOSE_READ]: "lose-read",
  [Kind.COPY_READ]: "repeat-read",
  [Kind.GIVE_UP]: "give-up-read",
  [Kind.REPAIR_AGAIN]: "repair-again",
};

const EVENT_REGEXP = /^([a-z-]+?)(\d*)(?:\.(\d+))?(?:>(\d+))?$/;
// Bits of the parts of an event:
const KIND_BITS = 5;
const PART_BITS = 6;
const WHICH_SHIFT = KIND_BITS + PART_BITS;
const TO_SHIFT = WHICH_SHIFT + PART_BITS;
const PART_MAX = (1 << PART_BITS) - 1;

/**
 * Packs an event into a number.
 *
 * @param kind Its kind.
 * @param who Whom it is about: a likes server, a replica or a message, 0 to 63.
 * @param which Which of its messages, rows or draws, 0 to 63.
 * @param to The replica to which a report goes that is sent, 0 to 63.
 * @returns The event.
 */
export function packEvent(
  kind: number,
  who = 0,
  which = 0,
  to = 0,
): number {
  return kind | who << KIND_BITS | which << WHICH_SHIFT | to << TO_SHIFT;
}

/**
 * Tells the kind of an event.
 *
 * @param event An event, from {@linkcode packEvent}.
 * @returns A number of {@linkcode Kind}.
 */
export function kindOf(event: number): number {
  return event & (1 << KIND_BITS) - 1;
}

/**
 * Tells whom an event is about.
 *
 * @param event An event, from {@linkcode packEvent}.
 * @returns The number of a likes server, a replica or a message, 0 to 63.
 */
export function whoOf(event: number): number {
  return event >> KIND_BITS & PART_MAX;
}

/**
 * Tells which of the messages, rows or draws of its subject an event is about.
 *
 * @param event An event, from {@linkcode packEvent}.
 * @returns Its number there, 0 to 63.
 */
export function whichOf(event: number): number {
  return event >> WHICH_SHIFT & PART_MAX;
}

/**
 * Tells to which replica a report goes that an event makes somebody send.
 *
 * @param event An event, from {@linkcode packEvent}.
 * @returns The number of the replica, 0 to 63.
 */
export function toOf(event: number): number {
  return event >> TO_SHIFT & PART_MAX;
}

/**
 * Leaves out of an event where the report goes that it makes somebody send.
 *
 * @param event An event, from {@linkcode packEvent}.
 * @returns The event to replica 0.
 */
export function withoutTarget(event: number): number {
  return event & (1 << TO_SHIFT) - 1;
}

/**
 * Writes events as one word.
 *
 * @param events The events.
 * @returns They, separated by commas.
 *
 * @example
 * ```ts
 * import { formatEvents, Kind, packEvent, parseEvents } from "./events.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const events = [packEvent(Kind.DRAW, 1), packEvent(Kind.DELIVER, 1, 2)];
 * assertEquals(formatEvents(events), "draw1,deliver1.2");
 * assertEquals(parseEvents("draw1,deliver1.2"), events);
 * ```
 */
export function formatEvents(events: readonly number[]): string {
  return events.map((event) => {
    const kind = kindOf(event) as Kind;
    const who = kind === Kind.END ? "" : `${whoOf(event)}`;
    const which = whichOf(event) === 0 ? "" : `.${whichOf(event)}`;
    const to = toOf(event) === 0 ? "" : `>${toOf(event)}`;
    return `${WORDS[kind]}${who}${which}${to}`;
  }).join(",");
}

/**
 * Reads events.
 *
 * @param text As {@linkcode formatEvents} writes them.
 * @returns The events.
 * @throws {SyntaxError} If the text is none.
 */
export function parseEvents(text: string): number[] {
  return text.split(",").map((word) => {
    const [, name, who = "", which = "0", to = "0"] = EVENT_REGEXP.exec(word) ??
      [];
    const kind = Object.entries(WORDS).find(([, known]) => known === name)?.[0];
    const parts = [Number(who), Number(which), Number(to)];
    const isOfAll = Number(kind) === Kind.END;
    if (
      kind === undefined || isOfAll !== (who === "") ||
      parts.some((part) => part > PART_MAX)
    ) {
      throw new SyntaxError(
        `"${word}" is no event: allowed are ${
          Object.values(WORDS).join(", ")
        }, all but end with numbers up to ${PART_MAX} behind them, such as deliver0 or deliver0.1`,
      );
    }
    return packEvent(Number(kind), ...parts);
  });
}
