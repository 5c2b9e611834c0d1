/**
 * Walks a fault plan in real time: kills, restarts, stops and continues
 * processes when it says so.
 *
 * @module
 */

import { PRIMARY } from "../../domain/nodes.ts";
import type {
  LinkTransition,
  ProcessTransition,
  Transition,
} from "../../faults/transitions.ts";
import { TICKS_PER_MS } from "../../domain/ticks.ts";
import type { HistoryEntry } from "./live_history.ts";
import { sleep } from "../../platform/sleep.ts";

/**
 * A likes server or a primary, as something that faults happen to, whichever
 * process it lives in at the moment. Its crashes and restarts are its own to
 * tell: others can kill it, too.
 */
export interface FaultTarget {
  /**
   * Kills the process, and starts no other until
   * {@linkcode FaultTarget.restart} is called.
   *
   * @param isForGood Whether that is never.
   */
  crash(isForGood: boolean): void;
  /** Starts a process again. Does nothing if none is down, or for good. */
  restart(): void;
  /**
   * Stops the process where it stands (SIGSTOP).
   *
   * @returns Whether there was a process to stop.
   */
  pause(): boolean;
  /**
   * Continues the process (SIGCONT).
   *
   * @returns Whether there was a process to continue.
   */
  resume(): boolean;
}

/** The plan of a conductor, its clock and its processes. */
export interface ConductorOptions {
  /** Number of likes servers. */
  readonly servers: number;
  /** The faults that begin and end, in order of time. */
  readonly transitions: readonly Transition[];
  /** Ticks of 0.1 ms since the start of the run. */
  readonly now: () => number;
  /**
   * The likes server with an id, or the primary for `PRIMARY`; null if it is
   * not ours.
   */
  readonly target: (process: number) => FaultTarget | null;
  /** Called with pauses and partitions as they happen. */
  readonly onEntry: (entry: HistoryEntry) => void;
}

/** Walks a plan: does what it says, and undoes it at the end of the run. */
export class Conductor {
  readonly #options: ConductorOptions;
  /** Processes that are stopped. */
  readonly #paused = new Set<number>();
  /** Processes that are down. */
  readonly #down = new Set<number>();
  /** Links on which nothing passes: direction and likes server, `-> 3`. */
  readonly #cutLinks = new Set<string>();
  #isLifted = false;

  /** @param options The plan, the clock and the processes. */
  constructor(options: ConductorOptions) {
    this.#options = options;
  }

  /**
   * Goes through the plan.
   *
   * @param signal Ends it early.
   * @returns Fulfils after the last transition, or when it was ended.
   */
  async run(signal: AbortSignal): Promise<void> {
    const { transitions, now } = this.#options;
    for (const [index, transition] of transitions.entries()) {
      await sleep((transition.tick - now()) / TICKS_PER_MS, signal);
      if (signal.aborted || this.#isLifted) return;
      if ("process" in transition) this.#applyToProcess(transition, index);
      else this.#tellOfLinks(transition);
    }
  }

  /**
   * Lifts all faults: what is stopped goes on, what is down and planned to come
   * back does so now. Later ones do not happen.
   */
  lift(): void {
    if (this.#isLifted) return;
    this.#isLifted = true;
    for (const process of this.#paused) this.#resume(process);
    for (const process of this.#down) this.#options.target(process)?.restart();
    if (this.#cutLinks.size > 0) this.#options.onEntry({ kind: "heal" });
  }

  #applyToProcess({ kind, process }: ProcessTransition, index: number): void {
    switch (kind) {
      case "crash": {
        const isForGood = !this.#isFollowedByRestart(process, index);
        if (!isForGood) this.#down.add(process);
        this.#options.target(process)?.crash(isForGood);
        break;
      }
      case "restart":
        this.#down.delete(process);
        this.#options.target(process)?.restart();
        break;
      case "pause":
        if (this.#options.target(process)?.pause() !== true) break;
        this.#paused.add(process);
        this.#options.onEntry({ kind, ...serverField(process) });
        break;
      case "resume":
        if (this.#paused.has(process)) this.#resume(process);
        break;
    }
  }

  #resume(process: number): void {
    this.#paused.delete(process);
    if (this.#options.target(process)?.resume() !== true) return;
    this.#options.onEntry({ kind: "resume", ...serverField(process) });
  }

  #isFollowedByRestart(process: number, index: number): boolean {
    const next = this.#options.transitions.slice(index + 1).find((one) =>
      "process" in one && one.process === process
    );
    return next?.kind === "restart";
  }

  /**
   * The network asks the plan itself what is cut; a partition is only made part
   * of the history here.
   */
  #tellOfLinks({ kind, links, left, way }: LinkTransition): void {
    if (links === "peers") return;
    const ranges = left === "all"
      ? [{ first: 0, last: this.#options.servers - 1 }]
      : left;
    const reply = way === "--" ? {} : { reply: way === "<-" };
    if (left === "all") this.#options.onEntry({ kind, ...reply });
    for (const { first, last } of ranges) {
      for (let server = first; server <= last; server++) {
        if (left !== "all") {
          this.#options.onEntry({ kind, server, ...reply });
        }
        for (const direction of DIRECTIONS[way]) {
          if (kind === "partition") {
            this.#cutLinks.add(`${direction} ${server}`);
          } else this.#cutLinks.delete(`${direction} ${server}`);
        }
      }
    }
  }
}

/** To the primary, and back from it. */
const DIRECTIONS = {
  "--": ["->", "<-"],
  "->": ["->"],
  "<-": ["<-"],
} as const satisfies Record<LinkTransition["way"], readonly string[]>;

function serverField(process: number): { server?: number } {
  return process === PRIMARY ? {} : { server: process };
}
