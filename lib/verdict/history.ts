/**
 * The history of a run: what happened when, one JSON object a line.
 *
 * Both worlds write it, and a verdict can be computed from it again (see
 * `meterFromHistory`).
 *
 * @module
 */
import { NEVER, TICKS_PER_SECOND } from "../domain/ticks.ts";

/**
 * The kinds of events, in the order of the codes that {@linkcode kindCode}
 * gives.
 *
 * - `draw`: a likes server generated `likes` as its draw `seq`; `total` is the
 *   sum of its draws so far.
 * - `send`: a report left; `seq` is the newest draw it carries, `likes` and
 *   `total` are its fields.
 * - `lose`: with an `attempt`, that message got lost on the way; without one,
 *   the likes server gave the draw `seq` up for good (mode `at-most-once`, or a
 *   final refusal) and nobody waits for it any longer.
 * - `copy`: the network repeats a message.
 * - `receive`: a message arrived.
 * - `count`: the primary counted; every draw of the server up to `seq` is
 *   counted now, `likes` of them newly (0 for a repeat that a marked mode
 *   recognised), `total` is what the primary holds of this server.
 * - `ack`: the likes server got its acknowledgement; draws up to `seq` are
 *   acknowledged, `total` likes in all.
 * - `nak`: the likes server got a refusal; `reason` is its text.
 * - `crash`, `restart`, `pause`, `resume`: of the likes server named, of the
 *   primary where none is named. A primary's `restart` has in `total` what it
 *   holds after it, where that is known: 0 is a primary that has forgotten
 *   everything.
 * - `partition`, `heal`: of the likes server named, of all where none is named.
 * - `gossip`: a message of the exchange number `attempt` that a replica began
 *   left `replica` for `peer`, with so many `entries`: the request, or, with
 *   `reply`, what is replied to it.
 * - `merge`: `replica` has taken in a message of an exchange that `peer` sent;
 *   so many `entries` were more than what it held, and `total` is what it holds
 *   now. A live run knows neither.
 * - `read`: a reader asks a replica for the likes of a likes server, as its
 *   read number `attempt`.
 * - `value`: the reader has its answer: `total` likes, up to draw `seq`; the
 *   `replica` is that of the message by which it has it. Answers that come
 *   before or after are a `receive` of a reply. A read that gets none is a
 *   `lose` that names no replica.
 * - `repair`: a reader tells a replica what its read number `attempt` has seen:
 *   draws up to `seq`, `total` likes. A `count` follows in a virtual run if
 *   that was news; a live run does not know. What acknowledges a repair is a
 *   `receive` of a reply, or the `value` that waited for it.
 *
 * Where a likes server reads its own count, events of the read are its `own`
 * and have no `reader`. A likes server that reports to all replicas has an
 * `ack` when enough of them have acknowledged; what each acknowledged is a
 * `receive` of a reply. Its attempts are numbered by replica.
 *
 * With several replicas, messages and faults name the `replica` that they are
 * about; `likes` and `total` of a `count` are those that it counted and holds:
 * in a live run `likes` only those that no replica was known to have, and no
 * `total` where reports carry no mark.
 */
export const HISTORY_KINDS = [
  "draw",
  "send",
  "lose",
  "copy",
  "receive",
  "count",
  "ack",
  "nak",
  "crash",
  "restart",
  "pause",
  "resume",
  "partition",
  "heal",
  "gossip",
  "merge",
  "read",
  "value",
  "repair",
] as const;

/** One of {@linkcode HISTORY_KINDS}. */
export type HistoryKind = typeof HISTORY_KINDS[number];

/** An event of a history. Fields that do not apply are left out. */
export interface HistoryEvent {
  /**
   * Seconds since the first likes server started, in whole ticks of 0.1 ms: at
   * most four decimals.
   */
  readonly t: number;
  /** The kind of event. */
  readonly kind: HistoryKind;
  /**
   * Id of the likes server; left out: the primary, or all of them in a
   * partition.
   */
  readonly server?: number;
  /** Number of a draw within its session, from 1 on. */
  readonly seq?: number;
  /** Likes of this draw, of this message, or newly counted. */
  readonly likes?: number;
  /** A sum of likes, see {@linkcode HISTORY_KINDS}. */
  readonly total?: number;
  /** Number of the sending among those of its server, from 1 on. */
  readonly attempt?: number;
  /**
   * Direction. Of a message: `true` for a reply, left out for a report. Of a
   * partition: `true` where only replies are stopped, `false` where only
   * reports are, left out where both are.
   */
  readonly reply?: boolean;
  /** The reason of a refusal: the text after `NAK `. */
  readonly reason?: string;
  /** Number of a replica, where there are several. */
  readonly replica?: number;
  /** Number of the replica at the other end of an exchange. */
  readonly peer?: number;
  /** Number of a reader. */
  readonly reader?: number;
  /** Entries that a message of an exchange carries, or that were raised. */
  readonly entries?: number;
  /** `true` where a likes server reads its own item; else left out. */
  readonly own?: true;
}

const CODES: ReadonlyMap<string, number> = new Map(
  HISTORY_KINDS.map((kind, code) => [kind, code]),
);

/**
 * The number of a kind, as the digest is fed with it.
 *
 * @param kind A kind of event.
 * @returns Its place in {@linkcode HISTORY_KINDS}, from 0 on.
 *
 * @example
 * ```ts
 * import { kindCode } from "./history.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(kindCode("draw"), 0);
 * assertEquals(kindCode("heal"), 13);
 * ```
 */
export function kindCode(kind: HistoryKind): number {
  return CODES.get(kind) ?? -1;
}

/**
 * The tick of an event.
 *
 * @param event An event of a history.
 * @returns Ticks of 0.1 ms since the start.
 */
export function tickOf(event: HistoryEvent): number {
  return Math.round(event.t * TICKS_PER_SECOND);
}

/**
 * Writes an event as one line of a history file, without the line feed.
 *
 * The keys always come in the same order and the time is rounded to ticks, so
 * that equal histories are equal byte for byte.
 *
 * @param event What happened.
 * @returns One JSON object.
 * @throws {RangeError} If the time is no number of seconds that ticks can tell.
 *
 * @example
 * ```ts
 * import { formatEvent } from "./history.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   formatEvent({ kind: "draw", likes: 14, seq: 7, server: 3, t: 12.34567, total: 314 }),
 *   '{"t":12.3457,"kind":"draw","server":3,"seq":7,"likes":14,"total":314}',
 * );
 * ```
 */
export function formatEvent(event: HistoryEvent): string {
  const tick = tickOf(event);
  if (!(tick >= 0 && tick <= NEVER)) {
    throw new RangeError(
      `Cannot write an event at ${event.t} seconds: 0 to ${
        NEVER / TICKS_PER_SECOND
      } is allowed`,
    );
  }
  // String building instead of JSON.stringify of a copy: histories run to
  // hundreds of millions of lines.
  let line = `{"t":${tick / TICKS_PER_SECOND},"kind":"${event.kind}"`;
  if (event.server !== undefined) line += `,"server":${event.server}`;
  if (event.seq !== undefined) line += `,"seq":${event.seq}`;
  if (event.likes !== undefined) line += `,"likes":${event.likes}`;
  if (event.total !== undefined) line += `,"total":${event.total}`;
  if (event.attempt !== undefined) line += `,"attempt":${event.attempt}`;
  if (event.reply !== undefined) line += `,"reply":${event.reply}`;
  if (event.reason !== undefined) {
    line += `,"reason":${JSON.stringify(event.reason)}`;
  }
  if (event.replica !== undefined) line += `,"replica":${event.replica}`;
  if (event.peer !== undefined) line += `,"peer":${event.peer}`;
  if (event.reader !== undefined) line += `,"reader":${event.reader}`;
  if (event.entries !== undefined) line += `,"entries":${event.entries}`;
  if (event.own !== undefined) line += `,"own":${event.own}`;
  return line + "}";
}

/**
 * Reads one line of a history file.
 *
 * Keys it does not know are ignored, so that a later version's history can
 * still be judged.
 *
 * @param line One JSON object, without the line feed.
 * @returns The event.
 * @throws {SyntaxError} If the line is no event of a history: it names the
 * field and what was given.
 *
 * @example
 * ```ts
 * import { parseEvent } from "./history.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseEvent('{"t":1.5,"kind":"crash","server":3}'), {
 *   t: 1.5,
 *   kind: "crash",
 *   server: 3,
 * });
 * ```
 */
export function parseEvent(line: string): HistoryEvent {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new SyntaxError(
      `Cannot read a history line: not JSON, given ${shown(line)}`,
    );
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new SyntaxError(
      `Cannot read a history line: an object is expected, given ${shown(line)}`,
    );
  }
  const fields = value as Record<string, unknown>;
  const event: Record<string, unknown> = {};
  for (const [name, [allowed, isAllowed]] of Object.entries(FIELDS)) {
    const given = fields[name];
    if (given === undefined && name !== "t" && name !== "kind") continue;
    if (!isAllowed(given)) {
      const text = JSON.stringify(given) ?? "nothing";
      throw new SyntaxError(
        `Cannot read a history line: "${name}" must be ${allowed}, given ${
          shown(text)
        }`,
      );
    }
    event[name] = given;
  }
  return event as unknown as HistoryEvent;
}

/** A form in words, and whether a value has it. */
type Form = readonly [allowed: string, isAllowed: (value: unknown) => boolean];

function wholeFrom(min: number): Form {
  return [
    `a whole number from ${min} on`,
    (value) => Number.isSafeInteger(value) && value as number >= min,
  ];
}

/** The fields of an event, all but the first two of which may be left out. */
const FIELDS: Readonly<Record<keyof HistoryEvent, Form>> = {
  t: [
    "seconds from 0 on",
    (value) =>
      typeof value === "number" && value >= 0 &&
      value <= NEVER / TICKS_PER_SECOND,
  ],
  kind: [
    `one of ${HISTORY_KINDS.join(", ")}`,
    (value) => CODES.has(value as string),
  ],
  server: wholeFrom(0),
  seq: wholeFrom(1),
  likes: wholeFrom(0),
  total: wholeFrom(0),
  attempt: wholeFrom(1),
  reply: ["true or false", (value) => typeof value === "boolean"],
  reason: ["a text", (value) => typeof value === "string"],
  replica: wholeFrom(0),
  peer: wholeFrom(0),
  reader: wholeFrom(0),
  entries: wholeFrom(0),
  own: ["true", (value) => value === true],
};

/** A given text, short enough for a message and on one line. */
function shown(text: string): string {
  const cut = text.length > 80 ? text.slice(0, 80) + "…" : text;
  return JSON.stringify(cut);
}
