/**
 * Walks a fault plan in real time: kills, restarts, stops and continues
 * processes when it says so.
 *
 * @module
 */

import {
  isReplica,
  readerNode,
  replicaNode,
  replicaOf,
} from "../../domain/nodes.ts";
import type { NodeRange } from "../../faults/plan.ts";
import {
  type FaultTarget,
  ProcessFaults,
} from "../../faults/processes/process_faults.ts";
import { linkEntries } from "../../faults/link_entries.ts";
import type { LinkTransition, Transition } from "../../faults/transitions.ts";
import { TICKS_PER_MS } from "../../domain/ticks.ts";
import type { HistoryEntry } from "./live_history.ts";
import { sleep } from "../../platform/sleep.ts";

/** The plan of a conductor, its clock and its processes. */
export interface ConductorOptions {
  /** Number of likes servers. */
  readonly servers: number;
  /** Number of replicas. */
  readonly replicas: number;
  /** Number of readers. */
  readonly readers: number;
  /** The faults that begin and end, in order of time. */
  readonly transitions: readonly Transition[];
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
  /** Links on which nothing passes: nodes and direction, `3 -> -1`. */
  readonly #cutLinks = new Set<string>();
  #isLifted = false;

  /** @param options The plan, the clock and the processes. */
  constructor(options: ConductorOptions) {
    this.#options = options;
    const { transitions, target, onEntry } = options;
    this.#processes = new ProcessFaults({
      transitions,
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
    const { transitions, now } = this.#options;
    for (const [index, transition] of transitions.entries()) {
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
    if (this.#cutLinks.size > 0) this.#options.onEntry({ kind: "heal" });
  }

  /**
   * The network asks the plan itself what is cut; a partition is only made part
   * of the history here.
   */
  #tellOfLinks(transition: LinkTransition): void {
    const { onEntry, replicas } = this.#options;
    const { kind, links, left, direction, right } = transition;
    for (const entry of linkEntries(transition, replicas)) {
      onEntry({ kind, ...entry });
    }
    const rights = right === "all" ? this.#nodes(false) : nodesOf(right);
    for (
      const areClients of links === "all"
        ? [true, false]
        : [links === "clients"]
    ) {
      const lefts = left === "all" ? this.#nodes(areClients) : nodesOf(left);
      for (const one of lefts) {
        for (const other of rights) {
          if (one === other) continue;
          if (direction !== "<-") this.#note(kind, `${one} -> ${other}`);
          if (direction !== "->") this.#note(kind, `${other} -> ${one}`);
        }
      }
    }
  }

  #note(kind: LinkTransition["kind"], link: string): void {
    if (kind === "partition") this.#cutLinks.add(link);
    else this.#cutLinks.delete(link);
  }

  /** Fields by which the history names a process; a primary alone has none. */
  #nameOf(process: number): Partial<HistoryEntry> {
    if (!isReplica(process)) return { server: process };
    return this.#options.replicas === 1 ? {} : { replica: replicaOf(process) };
  }

  /** All likes servers and readers, or all replicas. */
  #nodes(areClients: boolean): number[] {
    const { servers, replicas, readers } = this.#options;
    const ranges = areClients
      ? [
        { first: 0, last: servers - 1 },
        { first: readerNode(0), last: readerNode(readers - 1) },
      ]
      : [{ first: replicaNode(replicas - 1), last: replicaNode(0) }];
    return nodesOf(ranges);
  }
}

/** All nodes of some ranges. */
function nodesOf(ranges: readonly NodeRange[]): number[] {
  return ranges.flatMap(({ first, last }) =>
    Array.from({ length: last - first + 1 }, (_, i) => first + i)
  );
}
