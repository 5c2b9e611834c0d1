/**
 * The story of a virtual run that fails.
 *
 * @module
 */

import { yieldToEventLoop } from "../../platform/event_loop.ts";
import type { RunOptions } from "../../options/run_options.ts";
import { LIKES_MAX } from "../../protocol/validator.ts";
import { isMarked } from "../../rules/delivery_traits.ts";
import { InvariantViolation } from "../../sim/invariants.ts";
import { type SimHooks, Simulation } from "../../sim/simulation.ts";
import { grouped } from "../../verdict/explain.ts";
import type { HistoryEvent } from "../../verdict/history.ts";
import {
  type Failure,
  FAILURE_KINDS,
  failureAtEnd,
  failureOfMemory,
  failureOfRead,
  failureOfReplica,
  failuresOf,
  type FailureSubject,
} from "../../view/diagram/failure.ts";
import type { WholeFile } from "../whole_file.ts";
import { writeDiagram } from "./diagram_file.ts";
import { storyOf } from "../../view/diagram/failure_story.ts";
import type { Story } from "../../view/diagram/story.ts";
import { RunIndex } from "../../view/diagram/run_index.ts";

/** A note where a run does not fail of which a diagram was asked for. */
export const NO_FAILURE = "The run does not fail: no diagram is written";

/** Events between two turns of the event loop: some milliseconds. */
const SLICE_EVENTS = 20_000;

/**
 * Likes servers among whose failures the one with the fewest events is told.
 */
const SERVERS_MAX = 20;

/**
 * Events of which a story is made: some hundred megabytes. Those of other likes
 * servers do not count.
 */
const EVENTS_MAX = 1_000_000;

/** The failure of a run, as far as it is known without its events. */
interface Outcome {
  readonly servers: ReadonlySet<number>;
  readonly subject: FailureSubject;
  /** The invariant that was violated; null: the run came to its end. */
  readonly violation: string | null;
}

/**
 * Tells what a failing run fails by: it is run again, twice, first to see of
 * which likes servers, then for their events, so that its history needs no
 * place in memory. Of several failures one is told that others may follow from,
 * and of those the one that takes the fewest events.
 *
 * @param run The run.
 * @param command The command line that gives the same run.
 * @param hooks Whether invariants are checked, and the rules.
 * @param signal Stops it.
 * @returns The story, or the reason for which there is none.
 */
export async function failureStory(
  run: RunOptions,
  command: string,
  hooks: SimHooks,
  signal?: AbortSignal,
): Promise<Story | string> {
  const outcome = await outcomeOf(run, hooks, signal);
  if (outcome === null) return "it was stopped";
  const { servers, subject, violation } = outcome;
  const hasFailed = violation !== null || servers.size > 0 ||
    subject.replica !== undefined;
  if (!hasFailed) return "no like of the run was lost or counted twice";
  const events = await eventsOf(run, hooks, servers, signal);
  if (events === null) {
    return signal?.aborted
      ? "it was stopped"
      : `what went wrong may depend on more than ${
        grouped(EVENTS_MAX)
      } events; --trace FILE shows any number`;
  }
  const isToAll = run.writeTo === "all";
  const index = new RunIndex(events, { isToAll });
  const { replicas, delivery, seed } = run;
  return storyOf(index, failureOf(index, run, outcome), {
    ...{ replicas, isToAll, command },
    title: `${delivery}, seed ${seed}`,
  });
}

/**
 * Writes the diagram of a failing run, or says why there is none.
 *
 * @param diagram The file.
 * @param story What {@linkcode failureStory} gave.
 * @param note Is told why there is none.
 * @returns Whether it is written.
 */
export function writeFailure(
  diagram: WholeFile,
  story: Story | string,
  note: (text: string) => void,
): boolean {
  if (typeof story !== "string") return writeDiagram(diagram, story);
  note(`error: Cannot draw a diagram: ${story}`);
  return false;
}

/** The failure that is told. */
function failureOf(
  index: RunIndex,
  run: RunOptions,
  { servers, subject, violation }: Outcome,
): Failure {
  const { server, replica, read } = subject;
  if (violation !== null) {
    if (read !== undefined) return failureOfRead(index, subject, violation);
    if (replica !== undefined) {
      return failureOfReplica(index, subject, violation);
    }
    if (server === undefined) return failureOfMemory(index, violation);
  }
  const best = bestFailure(index, run, servers);
  if (violation !== null) {
    return best === null
      ? failureAtEnd(index, server, violation)
      : { ...best, text: `${best.text}\n${violation}` };
  }
  // What some replicas lack is not lost, but may be all that is wrong.
  const isWorse = best !== null &&
    ["counted twice", "lost", "refused"].includes(best.kind);
  if (replica !== undefined && !isWorse) {
    const text =
      `primary${replica} does not agree with the others when the run is over`;
    return failureOfReplica(index, subject, text);
  }
  return best ??
    failureAtEnd(
      index,
      undefined,
      "The primary holds something else than was generated",
    );
}

function bestFailure(
  index: RunIndex,
  { replicas, delivery }: RunOptions,
  servers: ReadonlySet<number>,
): Failure | null {
  const failed = {
    isMarked: isMarked(delivery),
    replicas,
    ...delivery === "original" && { sumMax: LIKES_MAX },
  };
  let best: Failure | null = null;
  for (const failure of failuresOf(index, failed, servers)) {
    if (best === null || isBetter(failure, best)) best = failure;
  }
  return best;
}

/** Whether a failure is rather told than another: by its kind, then length. */
function isBetter(one: Failure, other: Failure): boolean {
  const rank = ({ kind }: Failure) => FAILURE_KINDS.indexOf(kind);
  return rank(one) < rank(other) ||
    one.kind === other.kind && one.places.size < other.places.size;
}

/** Runs once, to see what fails; null if it was stopped. */
async function outcomeOf(
  run: RunOptions,
  hooks: SimHooks,
  signal: AbortSignal | undefined,
): Promise<Outcome | null> {
  const simulation = new Simulation(run, hooks);
  const violation = await runThrough(simulation, signal);
  if (signal?.aborted) return null;
  if (violation !== null) {
    const { subject, invariant } = violation;
    const { server } = subject;
    const servers = new Set(server === undefined ? [] : [server]);
    return { servers, subject, violation: invariant };
  }
  const servers = failingServers(simulation);
  return { servers, subject: disagreementOf(simulation), violation: null };
}

/** The first likes servers of which not each like is counted once. */
function failingServers({ options, primary, serverRows }: Simulation) {
  const servers = new Set<number>();
  for (let server = 0; server < options.servers; server++) {
    const counted = primary.totalOf(server);
    const isExact = counted === serverRows.at(server).total &&
      primary.countedTwiceOf(server) === 0;
    if (!isExact) servers.add(server);
    if (servers.size === SERVERS_MAX) break;
  }
  return servers;
}

/** A replica that lives and holds less of a likes server than all together. */
function disagreementOf(
  { replicas, options, primary }: Simulation,
): FailureSubject {
  if (replicas === null || !replicas.areMany) return {};
  const { set } = replicas;
  for (let server = 0; server < options.servers; server++) {
    for (let replica = 0; replica < set.size; replica++) {
      if (set.isGone(replica)) continue;
      if (set.valueOf(replica, server) === primary.totalOf(server)) continue;
      return { server, replica };
    }
  }
  return {};
}

/**
 * The events of some likes servers and of replicas; null if there are too many.
 */
async function eventsOf(
  run: RunOptions,
  hooks: SimHooks,
  servers: ReadonlySet<number>,
  signal: AbortSignal | undefined,
): Promise<HistoryEvent[] | null> {
  const events: HistoryEvent[] = [];
  const tooMany = new AbortController();
  const simulation = new Simulation(run, {
    ...hooks,
    onEvent: (event) => {
      const { server } = event;
      if (server !== undefined && servers.size > 0 && !servers.has(server)) {
        return;
      }
      if (events.length < EVENTS_MAX) events.push(event);
      else tooMany.abort();
    },
  });
  const stop = AbortSignal.any([tooMany.signal, ...signal ? [signal] : []]);
  await runThrough(simulation, stop);
  return stop.aborted ? null : events;
}

/** Runs to the end, or to the violation of an invariant. */
async function runThrough(
  simulation: Simulation,
  signal: AbortSignal | undefined,
): Promise<InvariantViolation | null> {
  try {
    while (!signal?.aborted && !simulation.advance(SLICE_EVENTS)) {
      await yieldToEventLoop();
    }
    return null;
  } catch (error) {
    if (!(error instanceof InvariantViolation)) throw error;
    return error;
  }
}
