/**
 * Faults of processes as a plan has them: kills, restarts, stops and continues
 * them, and undoes at the end what is to be undone.
 *
 * @module
 */

import type { ProcessTransition, Transition } from "../transitions.ts";

/**
 * A process that faults happen to, whichever one it is at the moment. Its
 * crashes and restarts are its own to tell: others can kill it, too.
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

/** A plan and the processes that it is for. */
export interface ProcessFaultsOptions {
  /** The faults that begin and end, in order of time. */
  readonly transitions: readonly Transition[];
  /** The process that is a node; null if it is not ours. */
  readonly target: (node: number) => FaultTarget | null;
  /** Called when a process was stopped or continued. */
  readonly onPause: (kind: "pause" | "resume", node: number) => void;
}

/**
 * Does to processes what a plan says.
 *
 * @example What stands still at the end goes on
 * ```ts
 * import { ProcessFaults } from "./process_faults.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const told: string[] = [];
 * const process = {
 *   ...{ crash: () => {}, restart: () => {} },
 *   ...{ pause: () => true, resume: () => true },
 * };
 * const pause = { tick: 5, kind: "pause", process: 3 } as const;
 * const faults = new ProcessFaults({
 *   transitions: [pause],
 *   target: () => process,
 *   onPause: (kind, node) => told.push(`${kind} ${node}`),
 * });
 * faults.apply(pause, 0);
 * faults.lift();
 * assertEquals(told, ["pause 3", "resume 3"]);
 * ```
 */
export class ProcessFaults {
  readonly #options: ProcessFaultsOptions;
  /** Processes that are stopped. */
  readonly #paused = new Set<number>();
  /** Processes that are down and are to come back. */
  readonly #down = new Set<number>();

  /** @param options The plan and the processes. */
  constructor(options: ProcessFaultsOptions) {
    this.#options = options;
  }

  /**
   * Does what the plan says next.
   *
   * @param transition The change.
   * @param index Its place in the plan.
   */
  apply({ kind, process }: ProcessTransition, index: number): void {
    const { target, onPause } = this.#options;
    switch (kind) {
      case "crash": {
        const isForGood = !this.#isFollowedByRestart(process, index);
        if (!isForGood) this.#down.add(process);
        target(process)?.crash(isForGood);
        break;
      }
      case "restart":
        this.#down.delete(process);
        target(process)?.restart();
        break;
      case "pause":
        if (target(process)?.pause() !== true) break;
        this.#paused.add(process);
        onPause(kind, process);
        break;
      case "resume":
        if (this.#paused.has(process)) this.#resume(process);
        break;
    }
  }

  /** Continues what is stopped, and restarts what is to come back. */
  lift(): void {
    for (const process of this.#paused) this.#resume(process);
    for (const process of this.#down) this.#options.target(process)?.restart();
    this.#down.clear();
  }

  #resume(process: number): void {
    this.#paused.delete(process);
    const { target, onPause } = this.#options;
    if (target(process)?.resume() === true) onPause("resume", process);
  }

  #isFollowedByRestart(process: number, index: number): boolean {
    const next = this.#options.transitions.slice(index + 1).find((one) =>
      "process" in one && one.process === process
    );
    return next?.kind === "restart";
  }
}
