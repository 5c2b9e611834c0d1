/**
 * A story of events as data: what happened at each step, in words, which
 * messages that was about, and what each process then knows. For a terminal, a
 * diagram, and a page that plays it.
 *
 * @module
 */

/** A message of a story. */
export interface ToldMessage {
  /** Its number in the story, from 1 on. */
  readonly id: number;
  /** Who sent it. */
  readonly from: string;
  /** Whom it is for. */
  readonly to: string;
  /** What it says. */
  readonly text: string;
  /** Whether it is an answer. */
  readonly isReply: boolean;
}

/** What becomes of a message. */
export type ToldOutcome = "arrives" | "lost" | "repeated" | "late";

/** A message that comes to the end of its way. */
export interface ToldArrival extends ToldMessage {
  /** How it ends; `repeated`: it arrives as a copy that the network made. */
  readonly outcome: ToldOutcome;
}

/** What a process knows after a step. */
export interface ToldProcess {
  /** Its name. */
  readonly name: string;
  /** What it knows, in words. */
  readonly words: string;
}

/** A step of a story. */
export interface ToldStep {
  /** The event, as `--replay` takes it. */
  readonly event: string;
  /** What happens, as a sentence without its full stop. */
  readonly words: string;
  /** The process that it happens to; left out where it is all of them. */
  readonly who?: string;
  /** What that process makes of it, in a few words, where there is something. */
  readonly note?: string;
  /** Whether the process is killed, or started again. */
  readonly fault?: "crash" | "restart";
  /** Messages that come to the end of their way. */
  readonly arrivals: readonly ToldArrival[];
  /** Messages that are sent. */
  readonly sent: readonly ToldMessage[];
  /** What each process then knows. */
  readonly processes: readonly ToldProcess[];
}

/** A story. */
export interface ToldStory {
  /** Names of all processes. */
  readonly participants: readonly string[];
  /** What happens, step by step. */
  readonly steps: readonly ToldStep[];
  /** What does not hold at its end, as a sentence without its full stop. */
  readonly violation?: string;
  /** From which step on it goes round, where it does: steps, from 0 on. */
  readonly roundFrom?: number;
}
