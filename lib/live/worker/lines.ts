/**
 * The lines that a likes server prints to its standard output, one for each
 * thing that happens, and that its parent reads.
 *
 * A line starts with the seconds since the start of the run and is written for
 * people first:
 *
 * ```text
 * 12.3450 draw seq=7 likes=14 total=314
 * 12.3461 report attempt=9 seq=7 retries=0 LikesServer3 14 00c0ffee00c0ffee#7=314
 * 12.3502 ACK attempt=9 seq=7 acknowledged=314
 * ```
 *
 * Both sides use this module, so what one writes the other reads.
 *
 * @module
 */

import { LIKES_MAX } from "../../protocol/validator.ts";
import {
  NEVER,
  secondsFromTicks,
  TICKS_PER_SECOND,
} from "../../domain/ticks.ts";

/** The likes server runs: it can be sent signals from now on. */
export interface StartedLine {
  readonly kind: "started";
  /** Ticks of 0.1 ms since the start of the run. */
  readonly tick: number;
  /**
   * Draws already in its log: 0, or what a restarted likes server found there.
   */
  readonly seq: number;
  /** Likes of those draws. */
  readonly total: number;
}

/** A draw was made and is in the likes server's log. */
export interface DrawLine {
  readonly kind: "draw";
  /** Ticks of 0.1 ms since the start of the run. */
  readonly tick: number;
  /** The number of the draw within its session: 1, 2, 3 … */
  readonly seq: number;
  /** Likes of the draw, 0 to 42. */
  readonly likes: number;
  /** Likes of the session up to and including this draw. */
  readonly total: number;
}

/** A draw could not be logged and was discarded: it counts as not generated. */
export interface DiscardedLine {
  readonly kind: "discarded";
  /** Ticks of 0.1 ms since the start of the run. */
  readonly tick: number;
  /** Likes of the draw that was discarded. */
  readonly likes: number;
  /** The system's error. */
  readonly reason: string;
}

/** A report is sent. */
export interface ReportLine {
  readonly kind: "report";
  /** Ticks of 0.1 ms since the start of the run. */
  readonly tick: number;
  /** The number of the attempt: 1, 2, 3 … */
  readonly attempt: number;
  /** The last draw that the report covers. */
  readonly seq: number;
  /** Reports that this process sent after a failure, this one included. */
  readonly retries: number;
  /** The replica that it goes to; left out where there is one. */
  readonly replica?: number;
  /** The report as it travels, without its LF. */
  readonly text: string;
}

/** An answer to a report. */
export interface AnswerLine {
  /** `ack`: counted; `nak`: refused. */
  readonly kind: "ack" | "nak";
  /** Ticks of 0.1 ms since the start of the run. */
  readonly tick: number;
  /** The attempt that ended so. */
  readonly attempt: number;
  /** The replica that answered; left out where there is one. */
  readonly replica?: number;
  /** The highest draw that is known to be acknowledged, 0 when none is. */
  readonly seq: number;
  /** Likes that are known to be acknowledged. */
  readonly acknowledged: number;
  /** The reason of a NAK. Empty for `ack`. */
  readonly reason: string;
}

/** The end of an attempt with no answer, or one that makes no sense. */
export interface FailedLine extends Omit<AnswerLine, "kind"> {
  readonly kind: "failed";
  /**
   * The newest draw that needs no delivery any more, as all before it:
   * acknowledged, or given up.
   */
  readonly settledSeq: number;
}

/**
 * The likes server asks replicas for its own likes, or tells one what that one
 * lacks.
 */
export interface OwnReadLine {
  /** `read`: asks; `repair`: tells. */
  readonly kind: "read" | "repair";
  /** Ticks of 0.1 ms since the start of the run. */
  readonly tick: number;
  /** The number of the read: 1, 2, 3 … */
  readonly read: number;
  /** Number of a repair among those of its read to this replica. */
  readonly send?: number;
  /** The replicas, by their numbers. */
  readonly replicas: readonly number[];
  /** The line that is sent, without its LF. */
  readonly text: string;
}

/** The end of a read by a likes server of its own likes. */
export interface OwnValueLine {
  /** `value`: it was told; `no value`: it was not, in time. */
  readonly kind: "value" | "no value";
  /** Ticks of 0.1 ms since the start of the run. */
  readonly tick: number;
  /** The number of the read. */
  readonly read: number;
  /** The newest entry of its session, empty if there is none; or the reason. */
  readonly text: string;
}

/**
 * The likes server's own validator refuses what it has to send: mode
 * `original`, once its sum has passed 42.
 */
export interface RefusedLine {
  readonly kind: "refused";
  /** Ticks of 0.1 ms since the start of the run. */
  readonly tick: number;
  /** Likes that are still to be delivered, more than a report can carry. */
  readonly pending: number;
}

/** No more draws: the lifetime is over, what is left is delivered. */
export interface DrainLine {
  readonly kind: "drain";
  /** Ticks of 0.1 ms since the start of the run. */
  readonly tick: number;
  /** Likes that are still to be delivered. */
  readonly pending: number;
}

/** The process stood still, stopped by a signal or kept waiting. */
export interface StalledLine {
  readonly kind: "stalled";
  /** Ticks of 0.1 ms since the start of the run. */
  readonly tick: number;
  /** The length of the standstill, in milliseconds. */
  readonly ms: number;
  /**
   * The moment until which the likes server delivers what is left now, in
   * milliseconds since the start of the run.
   */
  readonly untilMs: number;
}

/**
 * The account of a likes server that has ended, or, read from its log, of one
 * that was left dead.
 */
export interface EndedLine {
  readonly kind: "ended";
  /** Ticks of 0.1 ms since the start of the run. */
  readonly tick: number;
  /** Draws in its log. */
  readonly seq: number;
  /** Likes of those draws. */
  readonly generated: number;
  /** Likes acknowledged. */
  readonly acknowledged: number;
  /** Likes still to be delivered. */
  readonly pending: number;
  /** Reports given up because they were refused for good. */
  readonly rejected: number;
  /** Reports sent after a failure. */
  readonly retries: number;
}

/** A line of a likes server. */
export type WorkerLine =
  | StartedLine
  | DrawLine
  | DiscardedLine
  | ReportLine
  | AnswerLine
  | FailedLine
  | OwnReadLine
  | OwnValueLine
  | RefusedLine
  | DrainLine
  | StalledLine
  | EndedLine;

/**
 * Writes a line as a likes server prints it.
 *
 * @param line What happened.
 * @returns The line, without its LF.
 *
 * @example Usage
 * ```ts
 * import { formatWorkerLine } from "./lines.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   formatWorkerLine({ kind: "draw", tick: 123_450, seq: 7, likes: 14, total: 314 }),
 *   "12.3450 draw seq=7 likes=14 total=314",
 * );
 * ```
 */
export function formatWorkerLine(line: WorkerLine): string {
  return `${secondsFromTicks(line.tick).toFixed(4)} ${textOf(line)}`;
}

function textOf(line: WorkerLine): string {
  switch (line.kind) {
    case "started":
      return `started seq=${line.seq} total=${line.total}`;
    case "draw":
      return `draw seq=${line.seq} likes=${line.likes} total=${line.total}`;
    case "discarded":
      return `discarded likes=${line.likes} ${oneLine(line.reason)}`;
    case "report":
      return `report attempt=${line.attempt} seq=${line.seq} retries=${line.retries}${
        line.replica === undefined ? "" : ` replica=${line.replica}`
      } ${line.text}`;
    case "ack":
      return `ACK ${answerFields(line)}`;
    case "nak":
      return `NAK ${answerFields(line)} ${oneLine(line.reason)}`;
    case "failed":
      return `no answer ${answerFields(line)} settled=${line.settledSeq} ${
        oneLine(line.reason)
      }`;
    case "read":
    case "repair":
      return `${line.kind} read=${line.read}${
        line.send === undefined ? "" : ` send=${line.send}`
      } replica=${line.replicas.join(",")} ${line.text}`;
    case "value":
    case "no value":
      return `${line.kind} read=${line.read} ${oneLine(line.text)}`.trimEnd();
    case "refused":
      return `refused pending=${line.pending} more than ${LIKES_MAX} likes fit in no report`;
    case "drain":
      return `drain pending=${line.pending}`;
    case "stalled":
      return `stalled ms=${line.ms} until=${line.untilMs}`;
    case "ended":
      return `ended seq=${line.seq} generated=${line.generated} ` +
        `acknowledged=${line.acknowledged} pending=${line.pending} ` +
        `rejected=${line.rejected} retries=${line.retries}`;
  }
}

function answerFields(line: AnswerLine | FailedLine): string {
  const replica = line.replica === undefined ? "" : ` replica=${line.replica}`;
  return `attempt=${line.attempt}${replica} seq=${line.seq} acknowledged=${line.acknowledged}`;
}

// A reason may come from the other side of a connection or from the system: it
// must not break the line or the terminal.
function oneLine(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, "?");
}

const LINE_REGEXP =
  /^(\d+\.\d{4}) (started|draw|discarded|report|ACK|NAK|no answer|read|repair|value|no value|refused|drain|stalled|ended)((?: [a-z]+=\d+(?:,\d+)*)+)(?: (.*))?$/;

/**
 * Reads a line that {@linkcode formatWorkerLine} wrote.
 *
 * @param text The line, without its LF.
 * @returns What happened.
 * @throws {SyntaxError} If it is no such line.
 *
 * @example Usage
 * ```ts
 * import { parseWorkerLine } from "./lines.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseWorkerLine("12.3450 draw seq=7 likes=14 total=314"), {
 *   kind: "draw",
 *   tick: 123_450,
 *   seq: 7,
 *   likes: 14,
 *   total: 314,
 * });
 * ```
 */
export function parseWorkerLine(text: string): WorkerLine {
  const [, seconds, word, fieldText, rest = ""] = LINE_REGEXP.exec(text) ?? [];
  const tick = Math.round(Number(seconds) * TICKS_PER_SECOND);
  if (fieldText === undefined || !(tick < NEVER)) throw noLine(text);
  const fields = parseFields(fieldText);
  const field = (name: string): number => {
    const value = Number(fields.get(name));
    if (Number.isNaN(value)) throw noLine(text);
    return value;
  };
  switch (word) {
    case "started":
      return {
        kind: "started",
        tick,
        seq: field("seq"),
        total: field("total"),
      };
    case "draw":
      return {
        kind: "draw",
        tick,
        seq: field("seq"),
        likes: field("likes"),
        total: field("total"),
      };
    case "discarded":
      return {
        kind: "discarded",
        tick,
        likes: field("likes"),
        reason: rest,
      };
    case "report":
      return {
        kind: "report",
        tick,
        attempt: field("attempt"),
        seq: field("seq"),
        retries: field("retries"),
        ...fields.has("replica") && { replica: field("replica") },
        text: rest,
      };
    case "read":
    case "repair":
      return {
        kind: word,
        tick,
        read: field("read"),
        ...fields.has("send") && { send: field("send") },
        replicas: (fields.get("replica") ?? "").split(",").map(Number),
        text: rest,
      };
    case "value":
    case "no value":
      return { kind: word, tick, read: field("read"), text: rest };
    case "refused":
    case "drain":
      return { kind: word, tick, pending: field("pending") };
    case "stalled":
      return { kind: word, tick, ms: field("ms"), untilMs: field("until") };
    case "ended":
      return {
        kind: "ended",
        tick,
        seq: field("seq"),
        generated: field("generated"),
        acknowledged: field("acknowledged"),
        pending: field("pending"),
        rejected: field("rejected"),
        retries: field("retries"),
      };
    default: {
      const answer = {
        tick,
        attempt: field("attempt"),
        ...fields.has("replica") && { replica: field("replica") },
        seq: field("seq"),
        acknowledged: field("acknowledged"),
        reason: rest,
      };
      return word === "no answer"
        ? { kind: "failed", ...answer, settledSeq: field("settled") }
        : { kind: word === "ACK" ? "ack" : "nak", ...answer };
    }
  }
}

function parseFields(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const field of text.trim().split(" ")) {
    const equals = field.indexOf("=");
    fields.set(field.slice(0, equals), field.slice(equals + 1));
  }
  return fields;
}

function noLine(text: string): SyntaxError {
  return new SyntaxError(
    `Cannot read "${
      oneLine(text)
    }": it is no line of a likes server, such as "12.3450 draw seq=7 likes=14 total=314"`,
  );
}
