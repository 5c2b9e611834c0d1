/**
 * A story: what passes between a few processes, step by step, short enough to
 * be drawn as a message diagram.
 *
 * @module
 */

/**
 * The most messages of a story that is drawn. One that has more is looked up in
 * a trace, where one can search and zoom.
 */
export const STORY_MESSAGES_MAX = 40;

/** A story, told from the top to the bottom of a message diagram. */
export interface Story {
  /** A line above the diagram. */
  readonly title?: string;
  /** The origin of the story, such as a command line: a comment in the text. */
  readonly source?: string;
  /** Names of the processes, from left to right, each once. */
  readonly participants: readonly string[];
  /** The steps, in the order in which they happened. */
  readonly steps: readonly StoryStep[];
}

/** One step of a story. */
export type StoryStep = StoryMessage | StoryDeparture | StoryNote | StoryFault;

/**
 * The end of a message's way.
 *
 * - `arrives`: at the other end, in time.
 * - `lost`: nowhere.
 * - `repeated`: at the other end, as a copy that the network made.
 * - `late`: at the other end, when nobody waits for it any longer.
 */
export type StoryOutcome = "arrives" | "lost" | "repeated" | "late";

/** The part that all steps have. */
interface StoryMoment {
  /** Seconds since the run's beginning, where there is a clock. */
  readonly seconds?: number;
}

/**
 * A message, at the place where it arrives or gets lost.
 *
 * A diagram has one arrow at one height for it. A message that was some time on
 * its way has a {@linkcode StoryDeparture} of the same `id` as an earlier step.
 */
export interface StoryMessage extends StoryMoment {
  /** A message. */
  readonly kind: "message";
  /** The participant that sent it. */
  readonly from: string;
  /** The participant that it is meant for. */
  readonly to: string;
  /** The content; a line feed begins another line. */
  readonly text: string;
  /** The end of its way. @default {"arrives"} */
  readonly outcome?: StoryOutcome;
  /** Whether it is an answer, which is drawn dashed. @default {false} */
  readonly isReply?: boolean;
  /** The id of its departure, where that is a step of its own. */
  readonly id?: number | string;
}

/** The moment at which a message leaves that arrives, or gets lost, later. */
export interface StoryDeparture extends StoryMoment {
  /** A departure. */
  readonly kind: "departure";
  /** The id of the message. */
  readonly id: number | string;
  /** The participant that sends it. */
  readonly from: string;
  /** The content. */
  readonly text: string;
}

/** A remark on what a participant does, or on what holds between several. */
export interface StoryNote extends StoryMoment {
  /** A note. */
  readonly kind: "note";
  /** The participants that it is about: at least one. */
  readonly over: readonly string[];
  /** The note; a line feed begins another line. */
  readonly text: string;
}

/** A fault, or its end. */
export interface StoryFault extends StoryMoment {
  /** The kind of fault. */
  readonly kind:
    | "crash"
    | "restart"
    | "pause"
    | "resume"
    | "partition"
    | "heal";
  /** The participants that it strikes: at least one. */
  readonly over: readonly string[];
  /** More about it, such as what is kept, or which way is cut. */
  readonly text?: string;
}
