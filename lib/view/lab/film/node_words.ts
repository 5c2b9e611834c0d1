/**
 * The words that the stage has for its processes.
 *
 * @module
 */

import { secondsFromTicks } from "../../../domain/ticks.ts";
import { formatNumber, quantity } from "../../numbers.ts";
import type { ReaderFrame, ReplicaFrame, ServerFrame } from "./frame.ts";
import type { ToldRead } from "./told_reads.ts";

/** A mark for each state, so that no state is told by colour alone. */
export const STATE_GLYPHS: Readonly<Record<ServerFrame["state"], string>> = {
  "not started": "·",
  "drawing": "●",
  "waiting": "◐",
  "stuck": "!",
  "paused": "‖",
  "crashed": "✗",
  "ended": "✓",
  "reporting": "●",
  "silent": "·",
};

/** A process in a few words, and in a sentence for screen readers. */
export interface NodeWords {
  /** Short lines below its name. */
  readonly lines: readonly string[];
  /** The state that its look follows. */
  readonly look: string;
  /** All of it in words. */
  readonly told: string;
}

/**
 * Describes a likes server.
 *
 * @param server The likes server.
 * @returns Words.
 */
export function serverWords(server: ServerFrame): NodeWords {
  const { state, generated, counted, read } = server;
  const gap = generated - counted;
  const own = read === null || read.outcome === "unjudged"
    ? ""
    : ` · ${readMark(read)}`;
  const look = [
    state.replace(" ", "-"),
    gap === 0 ? "" : gap < 0 ? "twice" : "behind",
  ].filter((name) => name !== "").join(" ");
  return {
    lines: [`gap ${formatNumber(gap)}${own}`],
    look,
    told: `${state}, ${quantity(generated, "like")} drawn, ${
      gap < 0
        ? `${formatNumber(-gap)} counted twice`
        : `gap ${formatNumber(gap)}`
    }${read === null ? "" : `; read of its own: ${readText(read)}`}`,
  };
}

/** Likes that the lag of a replica is measured by. */
export interface LagScale {
  /** Likes generated. */
  readonly generated: number;
  /** Likes counted, at any replica. */
  readonly counted: number;
}

/** Circumstances of a replica's words. */
export interface ReplicaRoom {
  /**
   * The room for its lags: whole words, both numbers, or one: what it lacks of
   * the likes that are counted.
   */
  readonly room: "words" | "numbers" | "number";
  /** Whether it is a primary alone. */
  readonly isAlone: boolean;
}

/**
 * Describes a replica.
 *
 * @param replica The replica.
 * @param scale What was generated, and what all replicas hold together.
 * @param circumstances The room for its words, and whether it is a primary
 * alone, which has no others to be behind of.
 * @returns Words: its total, what it lacks of the likes that are counted, and
 * of those that were generated.
 */
export function replicaWords(
  { state, total }: ReplicaFrame,
  { generated, counted }: LagScale,
  { room, isAlone }: ReplicaRoom,
): NodeWords {
  const likes = formatNumber(total);
  if (state !== "up") {
    const word = state === "crashed" ? "✗ killed" : "‖ paused";
    return {
      lines: [likes, word],
      look: state,
      told: `${state === "crashed" ? "killed" : "paused"}, ${
        quantity(total, "like")
      }`,
    };
  }
  const lags = [
    ...isAlone ? [] : [[counted - total, "counted"] as const],
    [generated - total, "drawn"] as const,
  ];
  return {
    lines: [
      likes,
      ...room === "words" ? lags.map(([lag, of]) => lagText(lag, of)) : [
        lags.slice(0, room === "numbers" ? 2 : 1)
          .map(([lag]) => shortly(lag)).join(" | "),
      ],
    ],
    look: counted - total > 0 ? "up behind" : "up",
    told: [
      quantity(total, "like"),
      ...isAlone ? [] : [distance(counted - total, "all replicas together")],
      distance(generated - total, "what was drawn"),
    ].join(", "),
  };
}

/** A lag, for those who hear it. */
function distance(lag: number, of: string): string {
  return lag < 0
    ? `ahead of ${of} by ${formatNumber(-lag)}`
    : `behind ${of} by ${formatNumber(lag)}`;
}

function lagText(lag: number, of: string): string {
  return lag === 0 ? `✓ all ${of}` : `${shortly(lag)} of ${of}`;
}

/** A lag in the least room: from 1,000 on in thousands. */
function shortly(lag: number): string {
  const likes = Math.abs(lag);
  const text = likes < 1000 ? `${likes}` : `${(likes / 1000).toFixed(1)}k`;
  return lag === 0 ? "✓" : `${lag > 0 ? "−" : "+"}${text}`;
}

/**
 * Describes a reader by its last answer.
 *
 * @param reader The reader.
 * @returns Words.
 */
export function readerWords(
  { read, isWaiting, stale, over }: ReaderFrame,
): NodeWords {
  const count = over === 0 ? "" : `${stale}/${over} stale`;
  if (read === null) {
    return {
      lines: [isWaiting ? "asks …" : "–", count],
      look: "",
      told: "has no answer yet",
    };
  }
  return {
    lines: [readMark(read), count],
    look: read.wentBack ? `${read.outcome} back` : read.outcome,
    told: `last answer, about LikesServer${read.item}: ${
      readText(read)
    }; ${count}`,
  };
}

/** The outcome of a read in the least room. */
function readMark({ outcome, stale, wentBack }: ToldRead): string {
  const back = wentBack ? " ↶" : "";
  switch (outcome) {
    case "fresh":
      return `✓ fresh${back}`;
    case "unanswered":
      return "✗ no answer";
    case "unjudged":
      return "· nothing yet";
    case "stale": {
      const { versions = 0, ticks = 0 } = stale ?? {};
      return `▲ −${versions}, ${shortSeconds(ticks)}${back}`;
    }
  }
}

/**
 * The outcome of a read in words.
 *
 * @param read The read.
 * @returns Such as `stale: 3 versions and 4.2 s behind`.
 */
function readText({ outcome, stale, wentBack }: ToldRead): string {
  const back = wentBack ? ", older than one that it had before" : "";
  switch (outcome) {
    case "fresh":
      return `fresh${back}`;
    case "unanswered":
      return "no answer";
    case "unjudged":
      return `nothing was acknowledged yet${back}`;
    case "stale": {
      const { versions = 0, ticks = 0 } = stale ?? {};
      return `stale: ${quantity(versions, "version")} and ${
        shortSeconds(ticks)
      } behind${back}`;
    }
  }
}

function shortSeconds(ticks: number): string {
  const seconds = secondsFromTicks(ticks);
  return seconds < 0.1
    ? `${formatNumber(1000 * seconds)} ms`
    : `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
}
