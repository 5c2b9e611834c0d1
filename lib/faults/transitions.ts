/**
 * The scheduled faults of a run as one list of moments, for both worlds to
 * walk.
 *
 * @module
 */

import { NEVER } from "../domain/ticks.ts";
import { byNode } from "../domain/nodes.ts";
import { type CutStretch, cutStretches } from "./cuts.ts";
import { areUsed, sizeOf, united } from "./groups.ts";
import { Classes } from "./node_classes.ts";
import type { CutDirection, FaultSchedule, NodeRange } from "./plan.ts";

/** A change of a process that the plan makes. */
export interface ProcessTransition {
  /** The tick at which it happens. */
  readonly tick: number;
  /** The change. */
  readonly kind: "crash" | "restart" | "pause" | "resume";
  /** The node: a likes server or a replica. */
  readonly process: number;
}

/** Transition of links: they are cut, or carry messages again. */
export interface LinkTransition {
  /** The tick at which it happens. */
  readonly tick: number;
  /** The change: cut, or whole again. */
  readonly kind: "partition" | "heal";
  /**
   * The kind of the links: between clients (likes servers and readers) and
   * replicas, among replicas, or both of these, where all of several replicas
   * are cut from everybody and from each other.
   */
  readonly links: "clients" | "peers" | "all";
  /**
   * Nodes at the first end of the links: clients, or replicas; `all`: all of
   * them.
   */
  readonly left: readonly NodeRange[] | "all";
  /** Direction: left to right (requests of clients), back, or both. */
  readonly direction: CutDirection;
  /** The other end: replicas; `all`: all of them. */
  readonly right: readonly NodeRange[] | "all";
}

/** A moment at which a fault begins or ends. */
export type Transition = ProcessTransition | LinkTransition;

/**
 * Ends come before beginnings, so that one fault can begin where another ends.
 */
const ORDER: Record<Transition["kind"], number> = {
  heal: 0,
  resume: 1,
  restart: 2,
  partition: 3,
  pause: 4,
  crash: 5,
};

/**
 * Lists all scheduled faults. Links are told as they change for the union of
 * all partitions: what two partitions cut is cut once and heals once, when the
 * later one ends. What would end after the end of the run ends there; a process
 * that crashed and is never restarted has no end.
 *
 * @param plan The schedule.
 * @returns In order of time; at one tick heal, resume, restart, partition,
 * pause, crash, then by process.
 *
 * @example Usage
 * ```ts
 * import { transitionsOf } from "./transitions.ts";
 * import { parseFaultPlan } from "./parse.ts";
 * import { scheduleFaults } from "./schedule.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const run = { servers: 10, spawnIntervalTicks: 0, lifetimeTicks: 600_000, seed: 7 };
 * const faults = parseFaultPlan({ crash: ["LikesServer3@50s+5s"] }, run);
 * const schedule = scheduleFaults({ ...run, faults });
 * assertEquals(transitionsOf(schedule), [
 *   { tick: 500_000, kind: "crash", process: 3 },
 *   { tick: 550_000, kind: "restart", process: 3 },
 * ]);
 * ```
 */
export function transitionsOf(schedule: FaultSchedule): Transition[] {
  const { endTick } = schedule;
  const transitions: Transition[] = linkTransitions(schedule);
  for (const { process, atTick, downTicks } of schedule.crashes) {
    transitions.push({ tick: atTick, kind: "crash", process });
    if (downTicks === NEVER) continue;
    const tick = Math.min(atTick + downTicks, endTick);
    transitions.push({ tick, kind: "restart", process });
  }
  for (const { process, atTick, pausedTicks } of schedule.pauses) {
    const tick = Math.min(atTick + pausedTicks, endTick);
    transitions.push({ tick: atTick, kind: "pause", process });
    transitions.push({ tick, kind: "resume", process });
  }
  return transitions.sort((a, b) =>
    a.tick - b.tick || ORDER[a.kind] - ORDER[b.kind] || byProcess(a, b)
  );
}

function byProcess(a: Transition, b: Transition): number {
  return "process" in a && "process" in b ? byNode(a.process, b.process) : 0;
}

function linkTransitions(schedule: FaultSchedule): LinkTransition[] {
  const transitions: LinkTransition[] = [];
  let before: CutStretch = { fromTick: 0, links: [] };
  for (const after of cutStretches(schedule)) {
    transitions.push(...changesBetween(before, after, schedule));
    before = after;
  }
  return transitions;
}

/** Links that heal and links that are cut where one stretch follows another. */
function changesBetween(
  before: CutStretch,
  after: CutStretch,
  schedule: FaultSchedule,
): LinkTransition[] {
  const links = [...new Set([...before.links, ...after.links])];
  const classes = new Classes(links, schedule);
  const wasCut = classes.tableOf(before.links);
  const isCut = classes.tableOf(after.links);
  const changes = (
    kind: LinkTransition["kind"],
    is: Uint8Array,
    not: Uint8Array,
  ) =>
    joined(
      describe(classes, (i) => is[i] === 1 && not[i] === 0)
        .map((change) => ({
          tick: after.fromTick,
          kind,
          ...change,
          ...inShort(change, schedule),
        })),
    );
  return [
    ...changes("heal", wasCut, isCut),
    ...changes("partition", isCut, wasCut),
  ];
}

/** Tells as one what becomes of all links. */
function joined(transitions: LinkTransition[]): LinkTransition[] {
  const [one, other, ...more] = transitions;
  const areAll = one !== undefined && other !== undefined &&
    more.length === 0 && one.links !== other.links &&
    [one, other].every(({ left, direction, right }) =>
      left === "all" && direction === "--" && right === "all"
    );
  return areAll ? [{ ...one, links: "all" }] : transitions;
}

/** The links of one transition. */
type Links = Pick<LinkTransition, "direction"> & {
  readonly links: "clients" | "peers";
  readonly left: readonly NodeRange[];
  readonly right: readonly NodeRange[];
};

/** In this order what happens at one tick is told. */
const CUT_DIRECTIONS: readonly CutDirection[] = ["--", "->", "<-"];

/**
 * Describes links by few pairs of groups: what has the same replicas at the
 * other end is told together, both ways at once where both are cut.
 */
function describe(
  classes: Classes,
  isMeant: (place: number) => boolean,
): Links[] {
  const { size, ofReplicas, ofClients } = classes;
  const isCut = (left: number, direction: CutDirection, right: number) =>
    isMeant(left * size + right) === (direction !== "<-") &&
    isMeant(right * size + left) === (direction !== "->");
  const nodesOf = (indexes: readonly number[]) =>
    united(classes.nodesOf(new Set(indexes)));
  const pairsOf = (links: Links["links"], direction: CutDirection): Links[] => {
    const arePeers = links === "peers";
    // Links among replicas are seen from both of their ends.
    const rightsOf = (left: number) =>
      ofReplicas.filter((right) =>
        !(arePeers && right < left) && isCut(left, direction, right)
      );
    const lefts = arePeers ? ofReplicas : ofClients;
    return [...Map.groupBy(lefts, (left) => rightsOf(left).join()).values()]
      .map((left) => ({
        links,
        left: nodesOf(left),
        direction,
        right: nodesOf(rightsOf(left[0]!)),
      }))
      .filter(({ left, right }) => areUsed({ from: left, to: right }));
  };
  return (["clients", "peers"] as const).flatMap((links) =>
    CUT_DIRECTIONS.flatMap((direction) => pairsOf(links, direction))
  );
}

/** Says `all` where all of a kind are meant. */
function inShort(
  { links, left, right }: Links,
  { servers, replicas, readers }: FaultSchedule,
): Pick<LinkTransition, "left" | "right"> {
  const ofLeft = links === "peers" ? replicas : servers + readers;
  return {
    left: sizeOf(left) === ofLeft ? "all" : left,
    right: sizeOf(right) === replicas ? "all" : right,
  };
}
