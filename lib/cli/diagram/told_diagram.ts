/**
 * The stories of explorations as stories that are drawn.
 *
 * @module
 */

import type {
  ToldMessage,
  ToldStep,
  ToldStory,
} from "../../explore/story/told.ts";
import type { Story, StoryStep } from "../../view/diagram/story.ts";

/**
 * A told story as one that is drawn.
 *
 * @param story The story.
 * @returns The same with a line for each process that takes part in it, a note
 * where it begins to go round, and one at its end that says what is violated.
 */
export function diagramOf(
  { participants, steps, violation, roundFrom }: ToldStory,
): Story {
  const ended = new Set(
    steps.flatMap(({ arrivals }) => arrivals.map(({ id }) => id)),
  );
  // What is still on its way at the end makes no difference.
  const drawn = steps.flatMap((step, i) =>
    i === roundFrom ? [...roundNotes(step), ...stepsOf(step)] : stepsOf(step)
  ).filter((step) => step.kind !== "departure" || ended.has(Number(step.id)));
  const named = new Set(drawn.flatMap(namesOf));
  const shown = participants.filter((name) => named.has(name));
  const [first] = shown.length > 0 ? shown : participants;
  const last = shown.at(-1);
  const over = [...new Set([first, last])].flatMap((name) =>
    name === undefined ? [] : [name]
  );
  return {
    participants: shown.length > 0 ? shown : participants,
    steps: violation === undefined || over.length === 0
      ? drawn
      : [...drawn, { kind: "note", over, text: violation }],
  };
}

/** The beginning of a round, on the line of whom its first step is about. */
function roundNotes({ who }: ToldStep): StoryStep[] {
  return who === undefined
    ? []
    : [{ kind: "note", over: [who], text: "again and again from here on" }];
}

function stepsOf(step: ToldStep): StoryStep[] {
  const { arrivals, sent, who, peer, note, fault } = step;
  return [
    ...arrivals.map((arrival): StoryStep => ({
      kind: "message",
      ...messageOf(arrival),
      to: arrival.to,
      isReply: arrival.isReply,
      outcome: arrival.outcome,
    })),
    ...who === undefined ? [] : fault !== undefined
      ? [
        {
          kind: fault,
          over: [who],
          ...note !== undefined && { text: note },
        } as const,
      ]
      : note !== undefined
      ? [
        {
          kind: "note",
          over: peer === undefined ? [who] : [who, peer],
          text: note,
        } as const,
      ]
      : [],
    ...sent.map((message): StoryStep => ({
      kind: "departure",
      ...messageOf(message),
    })),
  ];
}

function messageOf({ id, from, text }: ToldMessage) {
  return { id, from, text };
}

function namesOf(step: StoryStep): readonly string[] {
  switch (step.kind) {
    case "message":
      return [step.from, step.to];
    case "departure":
      return [step.from];
    default:
      return step.over;
  }
}
