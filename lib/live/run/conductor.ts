/**
 * Walks a fault plan in real time: kills, restarts, stops and continues
 * processes when it says so.
 *
 * @module
 */

import { isReplica, replicaOf } from "../../domain/nodes.ts";
import type { Faults } from "../../faults/force.ts";
import {
  type FaultTarget,
  ProcessFaults,
} from "../../faults/processes/process_faults.ts";
import { linkEntries } from "../../faults/link_entries.ts";
import type { LinkTransition } from "../../faults/transitions.ts";
import { TICKS_PER_MS } from "../../domain/ticks.ts";
import type { HistoryEntry } from "./live_history.ts";
import { sleep } from "../../platform/sleep.ts";

/** The plan of a conductor, its clock and its processes. */
export interface ConductorOptions {
  /** The faults of the run. */
  readonly faults: Faults;
  /** Ticks of 0.1 ms since the start of the run. */
  readonly now: () => number;
  /**
   * The likes server or the primary that is a node; null if it is not ours.
   */
  readonly target: (node: number) => FaultTarget | null;
  /** Called with pauses and partitions as they happen. */
  readonly onEntry: (entry: HistoryEntry) => void;
}

/** Walks a plan: does what it says, and undoes it at the end of the run. */
export class Conductor {
  readonly #options: ConductorOptions;
  readonly #processes: ProcessFaults;
  /** The last tick at which partitions have begun or ended; -1: none has. */
  #linksTick = -1;
  #isLifted = false;

  /** @param options The plan, the clock and the processes. */
  constructor(options: ConductorOptions) {
    this.#options = options;
    const { faults, target, onEntry } = options;
    this.#processes = new ProcessFaults({
      transitions: faults.transitions(),
      target,
      onPause: (kind, process) => onEntry({ kind, ...this.#nameOf(process) }),
    });
  }

  /**
   * Goes through the plan.
   *
   * @param signal Ends it early.
   * @returns Fulfils after the last transition, or when it was ended.
   */
  async run(signal: AbortSignal): Promise<void> {
    const { faults, now } = this.#options;
    for (const [index, transition] of faults.transitions().entries()) {
      await sleep((transition.tick - now()) / TICKS_PER_MS, signal);
      if (signal.aborted || this.#isLifted) return;
      if ("process" in transition) this.#processes.apply(transition, index);
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
    this.#processes.lift();
    const { faults: { schedule }, onEntry } = this.#options;
    const tick = this.#linksTick;
    const isAnyCut = tick < schedule.endTick &&
      schedule.partitions.some(({ fromTick, untilTick }) =>
        fromTick <= tick && tick < untilTick
      );
    if (isAnyCut) onEntry({ kind: "heal" });
  }

  /**
   * The network asks the plan itself what is cut; a partition is only made part
   * of the history here.
   */
  #tellOfLinks(transition: LinkTransition): void {
    const { faults, onEntry } = this.#options;
    const { kind, tick } = transition;
    this.#linksTick = tick;
    for (const entry of linkEntries(transition, faults.schedule.replicas)) {
      onEntry({ kind, ...entry });
    }
  }

  /** Fields by which the history names a process; a primary alone has none. */
  #nameOf(process: number): Partial<HistoryEntry> {
    if (!isReplica(process)) return { server: process };
    const { replicas } = this.#options.faults.schedule;
    return replicas === 1 ? {} : { replica: replicaOf(process) };
  }
}
