/**
 * Lines of likes servers as events of a page.
 *
 * @module
 */

import { secondsFromTicks } from "../../domain/ticks.ts";
import { quantity } from "../../view/numbers.ts";
import type { RunEvent } from "../../view/picture/picture.ts";
import { parseWorkerLine, type WorkerLine } from "../worker/lines.ts";

/**
 * Describes a line of a likes server.
 *
 * @param name The likes server.
 * @param text The line, as it was printed.
 * @returns The event; undefined if it is no line of a likes server.
 */
export function describeLine(name: string, text: string): RunEvent | undefined {
  try {
    const line = parseWorkerLine(text);
    return {
      seconds: secondsFromTicks(line.tick),
      who: name,
      text: textOf(line),
      tone: toneOf(line),
    };
  } catch {
    return undefined; // A line of the parent's, or noted as an error already.
  }
}

function textOf(line: WorkerLine): string {
  switch (line.kind) {
    case "started":
      return line.seq === 0
        ? "started"
        : `started again, with ${quantity(line.total, "like")} in its log`;
    case "draw":
      return `draws ${line.likes}, ${line.total} in all`;
    case "discarded":
      return `cannot log a draw of ${line.likes}: ${line.reason}`;
    case "report":
      return `sends draws up to ${line.seq}, attempt ${line.attempt}`;
    case "ack":
      return `acknowledged: ${quantity(line.acknowledged, "like")}`;
    case "nak":
      return `refused: ${line.reason}`;
    case "failed":
      return `no answer to attempt ${line.attempt}: ${line.reason}`;
    case "read":
      return "reads its own likes";
    case "repair":
      return `repairs ${line.text.replace("REPAIR ", "")}`;
    case "value":
      return "has read its own likes";
    case "no value":
      return `cannot read its own likes: ${line.text}`;
    case "refused":
      return `stuck: ${
        quantity(line.pending, "like fits", "likes fit")
      } in no report`;
    case "drain":
      return line.pending === 0
        ? "lifetime over, all delivered"
        : `lifetime over, ${quantity(line.pending, "like")} still to deliver`;
    case "stalled":
      return `stood still for ${line.ms / 1000} s`;
    case "ended":
      return line.pending === 0
        ? "ended, all acknowledged"
        : `ended, ${quantity(line.pending, "like")} not acknowledged`;
  }
}

function toneOf(line: WorkerLine): RunEvent["tone"] {
  switch (line.kind) {
    case "discarded":
    case "nak":
    case "failed":
    case "no value":
    case "refused":
    case "stalled":
      return "bad";
    case "started":
      return line.seq === 0 ? "plain" : "good";
    case "ended":
      return line.pending === 0 ? "plain" : "bad";
    default:
      return "plain";
  }
}
