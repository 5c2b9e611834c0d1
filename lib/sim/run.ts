/**
 * A virtual run from its options to its verdict.
 *
 * @module
 */

import { formatFaultPlan } from "../faults/format.ts";
import { nodeName, replicaNames, replicaNode } from "../domain/nodes.ts";
import { serverName } from "../protocol/report.ts";
import { isStuck } from "../rules/delivery_traits.ts";
import { secondsFromTicks } from "../domain/ticks.ts";
import {
  judge,
  type RunFacts,
  type ServerAccount,
  SERVERS_LISTED_MAX,
  type Verdict,
} from "../verdict/verdict.ts";
import {
  readsVerdictOf,
  type ReplicaFacts,
  replicaFactsOf,
} from "../verdict/replica_verdict.ts";
import type { RunOptions } from "../options/run_options.ts";
import type { ReplicaSet } from "./replicas/replica_set.ts";
import { type SimHooks, Simulation } from "./simulation.ts";

export { InvariantViolation } from "./invariants.ts";

/** Events of a call: any number would do. */
const SLICE_EVENTS = 100_000;

/**
 * Runs a virtual run to its end.
 *
 * @param options What to run.
 * @param hooks Who looks on.
 * @returns The verdict.
 * @throws {RangeError} If an option is out of range, or a fault does not fit
 * the run.
 * @throws {InvariantViolation} If invariants are checked and one does not hold.
 *
 * @example Five minutes of ten likes servers, a tenth of all messages lost
 * ```ts
 * import { simulate } from "./run.ts";
 * import { parseFaultPlan } from "../faults/parse.ts";
 * import { DEFAULT_RUN } from "../options/run_options.ts";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const faults = parseFaultPlan({ loss: "0.1" }, DEFAULT_RUN);
 * const options = { ...DEFAULT_RUN, faults };
 * assertEquals(simulate(options).converged, true);
 * assert((simulate({ ...options, delivery: "at-least-once" }).countedTwice ?? 0) > 0);
 * ```
 */
export function simulate(options: RunOptions, hooks: SimHooks = {}): Verdict {
  const simulation = new Simulation(options, hooks);
  while (!simulation.advance(SLICE_EVENTS));
  return verdictOf(simulation);
}

/**
 * Judges a run, which is stopped if it is not over.
 *
 * @param simulation The run, at its end or cut short.
 * @param facts What the run does not know itself, such as how long it took and
 * how to reproduce it.
 * @returns The verdict.
 */
export function verdictOf(
  simulation: Simulation,
  facts: Partial<RunFacts> = {},
): Verdict {
  const { options, primary, meter, recorder, faults } = simulation;
  simulation.stop();
  const totals = new Totals();
  const liftedTick = Math.min(faults.liftedTick, simulation.now);
  const measures = meter.measures(liftedTick);
  const verdict = judge({
    delivery: options.delivery,
    seed: options.seed,
    messages: simulation.messages,
    bytes: simulation.bytes,
    reports: primary.reports,
    duplicates: primary.duplicates,
    virtualSeconds: secondsFromTicks(simulation.now),
    divergence: measures.divergence,
    stalenessSeconds: measures.stalenessSeconds,
    ...replicaFacts(simulation, liftedTick),
    convergenceSeconds: measures.convergenceSeconds,
    digest: recorder.digest,
    faults: formatFaultPlan(options.faults, options.replicas),
    ...facts,
  }, accountsOf(simulation, totals));
  const { servers, ...others } = verdict;
  return {
    ...others,
    ...options.servers <= SERVERS_LISTED_MAX && { servers },
    retries: totals.retries,
    rejected: totals.rejected,
  };
}

/** The part of the verdict on replicas and readers. */
function replicaFacts(
  simulation: Simulation,
  liftedTick: number,
): ReplicaFacts {
  const { replicas: world } = simulation;
  if (world === null) return {};
  const { set, gossip, readers, acknowledgements, areMany } = world;
  return {
    ...areMany && replicaFactsOf(set.meter.measures(liftedTick)),
    ...gossip !== null && {
      gossip: {
        messages: gossip.messages,
        bytes: gossip.bytes,
        entries: gossip.entries,
      },
    },
    ...areMany && {
      replicas: Array.from({ length: set.size }, (_, replica) => ({
        name: nodeName(replicaNode(replica), set.size),
        counted: set.ledgerOf(replica).total,
        ...set.isGone(replica) && { dead: true },
      })),
      areReplicasDifferent: areDifferent(simulation, set),
    },
    ...acknowledgements?.measures(),
    ...readers !== null && {
      reads: readsVerdictOf(readers.meter.measures()),
    },
  };
}

/** Whether replicas that live count different likes of some likes server. */
function areDifferent({ options }: Simulation, set: ReplicaSet): boolean {
  if (!set.meter.isApart) return false;
  for (let server = 0; server < options.servers; server++) {
    const counted = set.totalOf(server);
    for (let replica = 0; replica < set.size; replica++) {
      if (set.isGone(replica)) continue;
      if (set.valueOf(replica, server) !== counted) return true;
    }
  }
  return false;
}

/** Places of a likes server's lost and repeated likes. */
function placesOf(
  set: ReplicaSet,
  server: number,
): Pick<ServerAccount, "onlyAt" | "twiceAt"> {
  const replicas = Array.from({ length: set.size }, (_, replica) => replica);
  const dead = replicas.filter((replica) =>
    set.isGone(replica) && set.holdsMore(replica, server)
  );
  const twice = set.countedTwiceAt(server);
  return {
    ...dead.length > 0 && { onlyAt: replicaNames(dead) },
    ...twice.length > 0 && { twiceAt: replicaNames(twice) },
  };
}

/**
 * Sums that are formed while the accounts are read, so that a million rows are
 * read once.
 */
class Totals {
  retries = 0;
  rejected = 0;
}

/**
 * The accounts of all likes servers. Where they are not listed, those of which
 * each like was acknowledged and counted once share one: ten million accounts
 * would take more than a second.
 */
function* accountsOf(
  simulation: Simulation,
  totals: Totals,
): Generator<ServerAccount> {
  const { options, primary, serverRows, replicas } = simulation;
  const isListed = options.servers <= SERVERS_LISTED_MAX;
  let exactDraws = 0;
  let exactLikes = 0;
  const servers = isListed ? options.servers : simulation.serversSetUp;
  for (let server = 0; server < servers; server++) {
    const likesServer = serverRows.at(server);
    totals.retries += likesServer.retries;
    totals.rejected += likesServer.rejected;
    const { total, pending } = likesServer;
    const counted = primary.totalOf(server);
    const countedTwice = primary.countedTwiceOf(server);
    const crashed = simulation.isDown(server);
    const isExact = counted === total && countedTwice === 0 && !crashed &&
      pending === 0 && likesServer.acknowledged === total;
    if (isExact && !isListed) {
      exactDraws += likesServer.seq;
      exactLikes += total;
      continue;
    }
    yield {
      name: serverName(server),
      draws: likesServer.seq,
      generated: total,
      acknowledged: likesServer.acknowledged,
      // In mode `dedup` a draw can be wanted again that was acknowledged
      // before.
      givenUp: Math.max(0, total - likesServer.acknowledged - pending),
      counted,
      countedTwice,
      pending: pendingOf(simulation, server),
      crashed,
      stuck: isStuck(options.delivery, pending),
      ...replicas?.areMany && (counted !== total || countedTwice > 0) &&
        placesOf(replicas.set, server),
    };
  }
  if (isListed) return;
  yield {
    ...{ name: "All others", draws: exactDraws, pending: 0, countedTwice: 0 },
    ...{ generated: exactLikes, acknowledged: exactLikes, counted: exactLikes },
  };
}

/**
 * Likes that a likes server still wanted to deliver and that are not counted,
 * draw by draw.
 */
function pendingOf(simulation: Simulation, server: number): number {
  const { primary, serverRows } = simulation;
  const { settledSeq, seq, pending } = serverRows.at(server);
  if (pending === 0) return 0;
  let missing = 0;
  for (let s = settledSeq + 1; s <= seq; s++) {
    if (!primary.has(server, s)) missing += simulation.likesOf(server, s);
  }
  return missing;
}
