/**
 * The picture of a told story after one of its steps.
 *
 * @module
 */

import type {
  ToldMessage,
  ToldOutcome,
  ToldProcess,
  ToldStory,
} from "../../explore/mod.ts";

/** A message in the picture. */
export interface StoryMessage extends ToldMessage {
  /**
   * The state of the message: `waits` on its way since an earlier step, `sent`
   * by this step, or its end in this step.
   */
  readonly state: "waits" | "sent" | ToldOutcome;
}

/** A process in the picture. */
export interface StoryProcess extends ToldProcess {
  /** Whether the process is down. */
  readonly isDown: boolean;
  /** Whether its knowledge is other than before the step. */
  readonly hasChanged: boolean;
  /** The effect of the step on it; left out where there is none. */
  readonly note?: string;
}

/** A picture. */
export interface StoryFrame {
  /** The step in words. */
  readonly words: string;
  /** All processes, in the order of the story. */
  readonly processes: readonly StoryProcess[];
  /** Messages on their way, and those whose way ends in this step. */
  readonly messages: readonly StoryMessage[];
}

/**
 * Draws a story after a step.
 *
 * @param story The story.
 * @param at The step, from 0 on; -1 is before the first.
 * @returns The picture.
 * @throws {RangeError} If there is no such step.
 */
export function storyFrame(story: ToldStory, at: number): StoryFrame {
  const { participants, steps } = story;
  if (!Number.isInteger(at) || at < -1 || at >= steps.length) {
    throw new RangeError(
      `Cannot draw step ${at}: allowed are -1 to ${steps.length - 1}`,
    );
  }
  const step = steps[at];
  const before = steps[at - 1];
  const waiting = new Map<number, ToldMessage>();
  const down = new Set<string>();
  for (const [index, { sent, arrivals, fault, who }] of steps.entries()) {
    if (index > at) break;
    if (who !== undefined && fault === "crash") down.add(who);
    else if (who !== undefined && fault === "restart") down.delete(who);
    if (index === at) break;
    for (const message of sent) waiting.set(message.id, message);
    for (const { id } of arrivals) waiting.delete(id);
  }
  for (const { id } of step?.arrivals ?? []) waiting.delete(id);
  return {
    words: step?.words ?? "Nothing has happened yet",
    processes: participants.map((name) => {
      const words = wordsOf(step?.processes, name);
      return {
        name,
        words,
        isDown: down.has(name),
        hasChanged: before === undefined
          ? step !== undefined && step.who === name
          : words !== wordsOf(before.processes, name),
        ...step?.note !== undefined && step.who === name &&
          { note: step.note },
      };
    }),
    messages: [
      ...[...waiting.values()].map((message) => ({
        ...message,
        state: "waits" as const,
      })),
      ...(step?.arrivals ?? []).map(({ outcome, ...message }) => ({
        ...message,
        state: outcome,
      })),
      ...(step?.sent ?? []).map((message) => ({
        ...message,
        state: "sent" as const,
      })),
    ],
  };
}

function wordsOf(
  processes: readonly ToldProcess[] = [],
  name: string,
): string {
  return processes.find((one) => one.name === name)?.words ?? "";
}
