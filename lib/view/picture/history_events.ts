/**
 * Events of a history in words.
 *
 * @module
 */
import type { HistoryEvent } from "../../verdict/history.ts";
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
  const { t, kind, server } = event;
  const isOfNetwork = kind === "partition" || kind === "heal";
  const who = server !== undefined
    ? `LikesServer${server}`
    : isOfNetwork
    ? "network"
    : "primary";
  return { seconds: t, who, text: textOf(event), tone: toneOf(event) };
}

function textOf(event: HistoryEvent): string {
  const { kind, seq, likes, total, attempt, reply, reason } = event;
  const message = `${reply ? "reply to" : "report"} attempt ${attempt ?? "?"}`;
  const direction = reply === undefined
    ? ""
    : reply
    ? ", replies only"
    : ", reports only";
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
      return `cut off${direction}`;
    case "heal":
      return `connected again${direction}`;
  }
}

function toneOf({ kind }: HistoryEvent): RunEvent["tone"] {
  switch (kind) {
    case "lose":
    case "copy":
    case "nak":
    case "crash":
    case "pause":
    case "partition":
      return "bad";
    case "restart":
    case "resume":
    case "heal":
      return "good";
    default:
      return "plain";
  }
}
