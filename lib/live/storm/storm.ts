/**
 * A storm: a live run in which every process is killed, and what must be true
 * after it.
 *
 * @module
 */

import { explain } from "../../verdict/explain.ts";
import type { HistoryEvent } from "../../verdict/history.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import type { RunOptions } from "../../options/run_options.ts";
import { quantity } from "../../view/numbers.ts";
import { replicaOf } from "../../domain/nodes.ts";
import type { Fleet } from "../run/fleet.ts";
import type { Interruption } from "../../platform/interruption.ts";
import { auditFolder } from "./log_audit.ts";
import { type LiveRunListener, runLive } from "../run/live_run.ts";
import { checkFiles } from "../run/run_files.ts";
import type { LiveRunOptions } from "../run/options.ts";
import { OwnPrimaries } from "../run/primaries.ts";
import { sleep } from "../../platform/sleep.ts";

/** A killer of processes that their parent knows nothing of. */
export interface OutsideKiller {
  /** Number of processes to kill. */
  readonly kills: number;
  /** Time from one kill to the next, in milliseconds. */
  readonly everyMs: number;
  /**
   * Chooses the next victim: the id of a likes server, or the node of a
   * primary.
   */
  readonly choose: () => number;
}

/** Settings of a storm. */
export interface StormContext {
  /** The run; its log folder is empty. */
  readonly options: LiveRunOptions;
  /** Kills processes besides those that the fault plan kills. */
  readonly killer?: OutsideKiller;
  /** Stops the storm. */
  readonly interruption: Interruption;
  /** Called with each line that is printed, and each warning. */
  readonly onLine: (line: string) => void;
}

/** The outcome of a storm. */
export interface StormOutcome {
  /** The verdict. */
  readonly verdict: Verdict;
  /** Processes that were killed, by plan or by somebody else. */
  readonly kills: number;
  /** Violations of what an exact mode promises; empty if all is well. */
  readonly failures: readonly string[];
}

/**
 * Runs a storm, and compares verdict, promises and log files.
 *
 * Needs permission to read the log folder.
 *
 * @param context The run, and who kills.
 * @returns The verdict, and what is wrong with it.
 * @throws {InterruptedError} If it was stopped.
 * @throws {StartError} If it could not be started.
 */
export async function runStorm(context: StormContext): Promise<StormOutcome> {
  const { options, killer, interruption, onLine } = context;
  let kills = 0;
  const held = new HeldLikes();
  const over = new AbortController();
  let killing: Promise<void> | undefined;
  const listener: LiveRunListener = {
    onLine: (name, line) => onLine(`${name} ${line}`),
    onNote: onLine,
    onBegin: () => {},
    onEvent: (event) => {
      if (event.kind === "crash") kills++;
      held.take(event);
    },
  };
  checkFiles(options);
  await using primaries = await OwnPrimaries.start({
    live: options,
    interruption,
    onLine,
    onNote: onLine,
  });
  try {
    const { verdict } = await runLive({
      options,
      primaries,
      interruption,
      listener,
      onFleet: (fleet) => {
        if (killer === undefined) return;
        killing = killAll(killer, fleet, primaries, over.signal);
      },
    });
    over.abort();
    await killing;
    await primaries[Symbol.asyncDispose]();
    const failures = [
      ...objections(verdict),
      ...readObjections(verdict, options.run),
      ...await auditFolder(verdict, options.logDir),
    ];
    if (held.forgotten > 0) {
      const likes = quantity(held.forgotten, "like");
      failures.push(
        options.run.replicas === 1
          ? `The primary forgot ${likes} when it was killed`
          : `Replicas forgot ${likes} when they were killed`,
      );
    }
    return { verdict, kills, failures };
  } finally {
    over.abort();
  }
}

/**
 * A primary that acknowledged likes holds them, whoever has killed it: nothing
 * that heals later excuses it.
 */
class HeldLikes {
  /** Likes that primaries had acknowledged and did not hold after a restart. */
  forgotten = 0;
  /** Likes that each primary acknowledged, by primary and likes server. */
  readonly #held = new Map<number, Map<number, number>>();

  take({ kind, server, likes = 0, total, replica }: HistoryEvent): void {
    const primary = replica ?? 0;
    const held = this.#held.get(primary) ?? new Map<number, number>();
    this.#held.set(primary, held);
    if (kind === "count" && server !== undefined) {
      const before = held.get(server) ?? 0;
      const now = replica === undefined ? before + likes : total ?? 0;
      held.set(server, Math.max(before, now));
    }
    if (kind !== "restart" || server !== undefined || total === undefined) {
      return;
    }
    const sum = [...held.values()].reduce((all, one) => all + one, 0);
    if (total >= sum) return;
    this.forgotten += sum - total;
    // Which ones it forgot is not known; told once is enough.
    held.clear();
    held.set(-1, total);
  }
}

async function killAll(
  { kills, everyMs, choose }: OutsideKiller,
  fleet: Fleet,
  primaries: OwnPrimaries,
  signal: AbortSignal,
): Promise<void> {
  for (let killed = 0; killed < kills && !signal.aborted;) {
    await sleep(everyMs, signal);
    if (signal.aborted) return;
    const process = choose();
    const hasKilled = process < 0
      ? primaries.at(replicaOf(process))?.killAsStranger() === true
      : fleet.killAsStranger(process);
    if (hasKilled) killed++;
  }
}

/**
 * Violations of what quorums promise that overlap: every read is fresh, and
 * nothing goes back where readers repair before they answer.
 */
function readObjections({ reads }: Verdict, run: RunOptions): string[] {
  const { writeTo, writeQuorum, readQuorum, replicas, readRepair } = run;
  const areOverlapping = writeTo === "all" &&
    writeQuorum + readQuorum > replicas;
  if (reads === undefined || !areOverlapping) return [];
  const { fresh = 1, ownMissed = 0, monotonicViolations = 0 } = reads;
  const failures: string[] = [];
  if (fresh < 1) failures.push(`Only ${fresh} of the reads were fresh`);
  if (ownMissed > 0) {
    failures.push(`${quantity(ownMissed, "read")} missed own writes`);
  }
  if (readRepair === "before" && monotonicViolations > 0) {
    failures.push(`${quantity(monotonicViolations, "read")} went back`);
  }
  return failures;
}

/** Violations of what a mode that is exact promises, by the verdict. */
function objections(verdict: Verdict): string[] {
  const failures: string[] = [];
  if (verdict.converged !== true) failures.push(...explain(verdict));
  if (verdict.acknowledged !== verdict.generated) {
    const missing = verdict.generated - verdict.acknowledged;
    failures.push(
      `${quantity(missing, "like was", "likes were")} not acknowledged`,
    );
  }
  for (const { name, exit } of verdict.servers ?? []) {
    if (exit !== 0) failures.push(`${name} ended with code ${exit}`);
  }
  return failures;
}
