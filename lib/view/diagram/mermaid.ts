/**
 * Stories as Mermaid sequence diagrams, which GitHub and many editors draw.
 *
 * @module
 */

import {
  type Story,
  STORY_MESSAGES_MAX,
  type StoryDeparture,
  type StoryFault,
  type StoryMessage,
  type StoryOutcome,
  type StoryStep,
} from "./story.ts";

/** Mermaid draws no text longer than this. */
const TEXT_CHARS_MAX = 50_000;

/** Lines are broken at a space before they have more characters. */
const LINE_CHARS = 38;

/** The note under the text of a message. */
const OUTCOME_TEXT: Readonly<Record<StoryOutcome, string>> = {
  arrives: "",
  lost: "\n(lost)",
  repeated: "\n(repeated by the network)",
  late: "\n(late)",
};

/**
 * Characters of a line of a note over two neighbours, which Mermaid makes no
 * wider than from one to the other.
 */
const NEIGHBOURS_CHARS = 28;

const FAULT_TEXT: Readonly<Record<StoryFault["kind"], string>> = {
  crash: "✗ killed",
  restart: "starts again",
  pause: "stopped",
  resume: "continues",
  partition: "✂ cut",
  heal: "connected again",
};

/**
 * Writes a story as the text of a Mermaid sequence diagram.
 *
 * A message has one arrow, at one height. Where nothing else happens to its
 * sender until it arrives, that is where it arrives; else, where nothing else
 * happens to its receiver after it was sent, where it was sent. So the order of
 * events is true along each participant's line, as in a space-time diagram with
 * slanted arrows (Leslie Lamport, "Time, Clocks, and the Ordering of Events in
 * a Distributed System", Communications of the ACM 21(7), 1978). A message that
 * crosses others, for which there is no such place, has a note where it is
 * sent, and the note's number at its arrow.
 *
 * @param story The story.
 * @returns Lines of text, each with its line feed, to stand in a block of code
 * of the language `mermaid`, or in a file of its own.
 * @throws {RangeError} If it has more than {@linkcode STORY_MESSAGES_MAX}
 * messages or more text than Mermaid draws, if a step names nobody or somebody
 * who is no participant, or if a participant is named twice.
 *
 * @example
 * ```ts
 * import { formatMermaid } from "./mermaid.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const text = formatMermaid({
 *   participants: ["LikesServer0", "primary"],
 *   steps: [
 *     { kind: "message", from: "LikesServer0", to: "primary", text: "LikesServer0 14" },
 *     { kind: "note", over: ["primary"], text: "counts 14" },
 *     { kind: "message", from: "primary", to: "LikesServer0", text: "ACK", isReply: true, outcome: "lost" },
 *   ],
 * });
 * assertEquals(text, `sequenceDiagram
 *   participant p0 as LikesServer0
 *   participant p1 as primary
 *   p0->>p1: LikesServer0 14
 *   Note over p1: counts 14
 *   p1--xp0: ACK<br/>(lost)
 * `);
 * ```
 */
export function formatMermaid(story: Story): string {
  const { title, source, participants, steps } = story;
  const messages = steps.filter(({ kind }) => kind === "message").length;
  if (messages > STORY_MESSAGES_MAX) {
    throw new RangeError(
      `Cannot draw a diagram of ${messages} messages: at most ${STORY_MESSAGES_MAX} are allowed; --trace FILE shows any number`,
    );
  }
  const names = new Names(participants);
  const numbers = new Map<number | string, number>();
  const lines = placed(steps).map((step) => lineOf(step, names, numbers));
  const text = (source === undefined ? "" : `%% ${commented(source)}\n`) + [
    "sequenceDiagram",
    ...title === undefined ? [] : [`title ${escaped(title)}`],
    ...participants.map((name, i) => `participant p${i} as ${escaped(name)}`),
    ...lines,
  ].join("\n  ") + "\n";
  if (text.length > TEXT_CHARS_MAX) {
    throw new RangeError(
      `Cannot draw a diagram of ${text.length} characters: at most ${TEXT_CHARS_MAX} are allowed; --trace FILE shows any number`,
    );
  }
  return text;
}

/** Participants by the names that the diagram has for them. */
class Names {
  readonly #places = new Map<string, number>();

  constructor(participants: readonly string[]) {
    for (const [place, name] of participants.entries()) {
      if (this.#places.has(name)) {
        throw new RangeError(
          `Cannot draw a diagram of ${JSON.stringify(name)} twice`,
        );
      }
      this.#places.set(name, place);
    }
  }

  /** The alias of a participant. */
  of(name: string): string {
    return `p${this.#placeOf(name)}`;
  }

  /** The aliases of the leftmost and the rightmost of several. */
  span(names: readonly string[]): string {
    const places = names.map((name) => this.#placeOf(name));
    if (places.length === 0) {
      throw new RangeError("Cannot draw a note about nobody");
    }
    const first = Math.min(...places);
    const last = Math.max(...places);
    return first === last ? `p${first}` : `p${first},p${last}`;
  }

  /** Characters of a line that fit in a note over several. */
  charsOver(names: readonly string[]): number {
    const places = names.map((name) => this.#placeOf(name));
    const areNeighbours = Math.max(...places) - Math.min(...places) === 1;
    return areNeighbours ? NEIGHBOURS_CHARS : LINE_CHARS;
  }

  #placeOf(name: string): number {
    const place = this.#places.get(name);
    if (place !== undefined) return place;
    throw new RangeError(
      `Cannot draw ${JSON.stringify(name)}: no participant has that name`,
    );
  }
}

/**
 * The steps with each message at the height at which it is drawn: departures
 * are left only of messages that cross others, or that are still on their way.
 */
function placed(steps: readonly StoryStep[]): PlacedStep[] {
  const items: PlacedStep[] = [...steps];
  // One after the other, each in the order that those before it have made: two
  // that are moved past each other would be wrong together.
  for (const departure of steps) {
    if (departure.kind !== "departure") continue;
    const sent = items.indexOf(departure);
    const arrived = items.findIndex((item, i) =>
      i > sent && item.kind === "message" && item.id === departure.id
    );
    const message = items[arrived];
    if (message?.kind !== "message") continue;
    const arrow = { ...message, sentSeconds: departure.seconds };
    items[arrived] = arrow;
    const between = items.slice(sent + 1, arrived);
    const isAlone = (name: string) =>
      !between.some((item) => concerns(item, name));
    if (isAlone(message.from)) {
      items.splice(sent, 1);
    } else if (message.outcome === "lost" || isAlone(message.to)) {
      items.splice(arrived, 1);
      items[sent] = arrow;
    }
  }
  return items;
}

/** A step at its height; a message knows when it was sent as well. */
type PlacedStep = StoryStep & { readonly sentSeconds?: number | undefined };

/** Whether a step is on the line of a participant. */
function concerns(step: StoryStep, name: string): boolean {
  switch (step.kind) {
    case "message":
      return step.from === name ||
        (step.to === name && step.outcome !== "lost");
    case "departure":
      return step.from === name;
    default:
      return step.over.includes(name);
  }
}

function lineOf(
  step: PlacedStep,
  names: Names,
  numbers: Map<number | string, number>,
): string {
  switch (step.kind) {
    case "message":
      return `${names.of(step.from)}${arrowOf(step)}${names.of(step.to)}: ${
        labelOf(step, messageText(step, numbers))
      }`;
    case "departure":
      return `Note over ${names.of(step.from)}: ${
        labelOf(step, departureText(step, numbers))
      }`;
    case "note":
      return `Note over ${names.span(step.over)}: ${
        labelOf(step, step.text, names.charsOver(step.over))
      }`;
    default: {
      const { kind, text } = step;
      const label = [FAULT_TEXT[kind], ...text === undefined ? [] : [text]];
      return `Note over ${names.span(step.over)}: ${
        labelOf(step, label.join(": "), names.charsOver(step.over))
      }`;
    }
  }
}

function arrowOf({ isReply, outcome }: StoryMessage): string {
  return `${isReply ? "--" : "-"}${outcome === "lost" ? "x" : ">>"}`;
}

function messageText(
  { id, text, outcome = "arrives" }: StoryMessage,
  numbers: ReadonlyMap<number | string, number>,
): string {
  const number = id === undefined ? undefined : numbers.get(id);
  const prefix = number === undefined ? "" : `(${number}) `;
  return `${prefix}${text}${OUTCOME_TEXT[outcome]}`;
}

function departureText(
  { id, text }: StoryDeparture,
  numbers: Map<number | string, number>,
): string {
  const number = numbers.size + 1;
  numbers.set(id, number);
  return `(${number}) leaves: ${text}`;
}

/** The label of a step, with its time on a line of its own. */
function labelOf(
  step: PlacedStep,
  text: string,
  most: number = LINE_CHARS,
): string {
  const { seconds, sentSeconds = seconds } = step;
  if (seconds === undefined) return escaped(text, most);
  const times = sentSeconds === seconds
    ? `${seconds} s`
    : `${sentSeconds} → ${seconds} s`;
  return escaped(`${text}\n${times}`, most);
}

/**
 * Text that Mermaid takes as it is meant. What could begin another statement, a
 * comment, a directive, a formula or markup is written by its number. A colon
 * means something after a few words only.
 */
function escaped(text: string, most: number = LINE_CHARS): string {
  const special = /wrap|style|classdef/i.test(text) ? SPECIAL : NO_COLON;
  return text.toWellFormed().split(/\r\n?|\n/)
    .flatMap((line) => brokenAtSpaces(line, most)).map((line) =>
      line
        // Nothing that is not seen, but what makes an emoji of several.
        .replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu, "�")
        .replace(special, byNumber)
        // The word ends a block, wherever it stands.
        .replace(/\be(?=nd\b)/gi, byNumber)
    ).join("<br/>") || byNumber("\u00a0");
}

/** Characters that are written by their numbers. */
const SPECIAL = /[^\p{L}\p{N}\p{M}\p{So}\p{Cf} .,()+*/=_?!'→…✂✗×-]/gu;
/** Characters that are written by their numbers, without the colon. */
const NO_COLON = /[^\p{L}\p{N}\p{M}\p{So}\p{Cf} .,:()+*/=_?!'→…✂✗×-]/gu;

/** Text of a comment: on one line, and no directive. */
function commented(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").replaceAll("%%", "% %");
}

/** A character as an entity of Mermaid's own: in decimal, without `&`. */
function byNumber(character: string): string {
  return `#${character.codePointAt(0)};`;
}

/**
 * Lines that are not longer than they may be, unless one word is. A number and
 * the word after it stay together.
 */
function brokenAtSpaces(line: string, most: number): string[] {
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(/(?<!\d)[ \t]+/)) {
    const longer = current === "" ? word : `${current} ${word}`;
    if (current !== "" && longer.length > most) {
      lines.push(current);
      current = word;
    } else current = longer;
  }
  lines.push(current);
  return lines;
}
