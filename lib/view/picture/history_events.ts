/**
 * Events of a history in words.
 *
 * @module
 */
import type { HistoryEvent } from "../../verdict/history.ts";
import { quantity } from "../numbers.ts";
import type { RunEvent } from "./picture.ts";

/**
 * Describes an event.
 *
 * @param event An event of a history.
 * @returns Its subject, its description, and whether it is a fault or a repair.
 *
 * @example
 * ```ts
 * import { describeEvent } from "./history_events.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   describeEvent({ t: 1.5, kind: "lose", server: 3, attempt: 7, reply: true }),
 *   { seconds: 1.5, who: "LikesServer3", text: "reply to attempt 7 lost", tone: "bad" },
 * );
 * ```
 */
export function describeEvent(event: HistoryEvent): RunEvent {
  return {
    seconds: event.t,
    who: subjectOf(event),
    text: textOf(event),
    tone: toneOf(event),
  };
}

function subjectOf({ kind, server, replica, reader }: HistoryEvent): string {
  if (reader !== undefined) return `Reader${reader}`;
  if (server !== undefined) return `LikesServer${server}`;
  if (replica !== undefined) return `primary${replica}`;
  return kind === "partition" || kind === "heal" ? "network" : "primary";
}

/** The message that an event is about. */
function messageOf({ attempt, reply, reader, peer }: HistoryEvent): string {
  const number = attempt ?? "?";
  if (reader !== undefined) {
    return `${reply ? "answer to" : "question of"} read ${number}`;
  }
  if (peer !== undefined) {
    return `${reply ? "reply to" : "request"} ${number} for primary${peer}`;
  }
  return `${reply ? "reply to" : "report"} attempt ${number}`;
}

function textOf(event: HistoryEvent): string {
  const { kind, seq, likes, total, attempt, reply, reason } = event;
  const { server, replica, peer, reader, entries } = event;
  const message = messageOf(event);
  switch (kind) {
    case "draw":
      return `draws ${likes ?? 0}, ${total ?? 0} in all`;
    case "send":
      return reply
        ? `is answered, attempt ${attempt ?? "?"}`
        : `sends ${likes ?? 0}, draws up to ${seq ?? "?"}, attempt ${
          attempt ?? "?"
        }`;
    case "lose":
      if (reader !== undefined && replica === undefined) {
        return `gets no answer to read ${attempt ?? "?"}`;
      }
      return attempt === undefined
        ? `gives up draws up to ${seq ?? "?"}`
        : `${message} lost`;
    case "copy":
      return `${message} repeated`;
    case "receive":
      return `${message} arrives`;
    case "count":
      return likes === 0
        ? "repeat recognised, nothing counted"
        : `${likes ?? 0} counted, draws up to ${seq ?? "?"}`;
    case "ack":
      return `acknowledged up to draw ${seq ?? "?"}`;
    case "nak":
      return `refused: ${reason ?? "no reason given"}`;
    case "crash":
      return "killed";
    case "restart":
      return total === 0 ? "back, with nothing" : "back";
    case "pause":
      return "stopped";
    case "resume":
      return "continued";
    case "partition":
      return `cut off${fromWhom(event)}`;
    case "heal":
      return `connected again${fromWhom(event)}`;
    case "gossip":
      return `sends ${entriesText(entries)} to primary${peer ?? "?"}`;
    case "merge":
      return `takes ${entriesText(entries)} over from primary${peer ?? "?"}`;
    case "read":
      return `asks primary${replica ?? "?"} for LikesServer${server ?? "?"}`;
    case "value":
      return `is told ${total ?? 0} likes of LikesServer${server ?? "?"}`;
    case "repair":
      return `tells primary${replica ?? "?"} of LikesServer${
        server ?? "?"
      }'s draws up to ${seq ?? "?"}`;
  }
}

/** The other end of links that are cut or heal, and which way. */
function fromWhom(event: HistoryEvent): string {
  const { server, reader, replica, peer, reply } = event;
  const isOfClient = server !== undefined || reader !== undefined;
  const other = peer ?? (isOfClient ? replica : undefined);
  const end = other === undefined
    ? ""
    : event.kind === "heal"
    ? ` with primary${other}`
    : ` from primary${other}`;
  if (reply === undefined) return end;
  if (peer !== undefined) return `${end}, its messages only`;
  if (reader !== undefined) {
    return `${end}, ${reply ? "answers" : "reads"} only`;
  }
  return `${end}, ${reply ? "replies" : "reports"} only`;
}

function entriesText(entries = 0): string {
  return quantity(entries, "entry", "entries");
}

/** Kinds of events that are faults, or come of them. */
const BAD: ReadonlySet<string> = new Set([
  ...["lose", "copy", "nak", "crash", "pause", "partition"],
]);

/** Kinds of events that end faults. */
const GOOD: ReadonlySet<string> = new Set(["restart", "resume", "heal"]);

function toneOf({ kind }: HistoryEvent): RunEvent["tone"] {
  if (BAD.has(kind)) return "bad";
  return GOOD.has(kind) ? "good" : "plain";
}
