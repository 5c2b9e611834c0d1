/**
 * A story of events as data: what happened at each step, in words, which
 * messages that was about, and what each process then knows. For a terminal, a
 * diagram, and a page that plays it.
 *
 * @module
 */

/** A message of a story. */
export interface ToldMessage {
  /** The number of the message in the story, from 1 on. */
  readonly id: number;
  /** The name of the sender. */
  readonly from: string;
  /** The name of the receiver. */
  readonly to: string;
  /** The content. */
  readonly text: string;
  /** Whether it is an answer. */
  readonly isReply: boolean;
}

/** The end of a message's way. */
export type ToldOutcome = "arrives" | "lost" | "repeated" | "late";

/** A message that comes to the end of its way. */
export interface ToldArrival extends ToldMessage {
  /**
   * The end of its way; `repeated`: it arrives as a copy that the network made.
   */
  readonly outcome: ToldOutcome;
}

/** The knowledge of a process after a step. */
export interface ToldProcess {
  /** The name of the process. */
  readonly name: string;
  /** The knowledge, in words. */
  readonly words: string;
}

/** A step of a story. */
export interface ToldStep {
  /** The event, as `--replay` takes it. */
  readonly event: string;
  /** The event as a sentence without its full stop. */
  readonly words: string;
  /** The process that it happens to; left out where it is all of them. */
  readonly who?: string;
  /** The other process, where a whole exchange happens at once. */
  readonly peer?: string;
  /** The effect on that process in a few words, where there is one. */
  readonly note?: string;
  /** Whether the process is killed, or started again. */
  readonly fault?: "crash" | "restart";
  /** Messages that come to the end of their way. */
  readonly arrivals: readonly ToldArrival[];
  /** Messages that are sent. */
  readonly sent: readonly ToldMessage[];
  /** The knowledge of each process after the step. */
  readonly processes: readonly ToldProcess[];
}

/** A story. */
export interface ToldStory {
  /** Names of all processes. */
  readonly participants: readonly string[];
  /** The steps, in their order. */
  readonly steps: readonly ToldStep[];
  /** The violation at its end, as a sentence without its full stop. */
  readonly violation?: string;
  /** From which step on it goes round, where it does: steps, from 0 on. */
  readonly roundFrom?: number;
}
