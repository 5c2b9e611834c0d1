/**
 * The plan of a storm, a live run in which every process is killed, as a
 * function of a seed.
 *
 * @module
 */

import { nodeName, replicaNode } from "../../domain/nodes.ts";
import { READ_REPAIRS } from "../../domain/replicas.ts";
import { Family, Streams } from "../../domain/random.ts";

/** Likes servers of a storm. */
export const STORM_SERVERS = 4;

/** Replicas of a storm that has several. */
export const STORM_REPLICAS = 3;

const SPAWN_MS = 20;
/**
 * The earliest kill or pause, in milliseconds since the start of the run.
 */
const CALM_MS = 300;
/**
 * Faults of each process: it is killed, and the last time killed or paused.
 */
const FAULTS_PER_PROCESS = 3;

/** Settings of a storm. */
export interface StormOptions {
  /** The root of all randomness. */
  readonly seed: number;
  /** Lifetime of each likes server, in milliseconds, at least 2,000. */
  readonly lifetimeMs: number;
  /** Whether processes are killed on plan. Without, somebody else has to. */
  readonly isPlanned: boolean;
  /** Number of replicas, 1 or 3; left out: drawn. */
  readonly replicas?: number;
  /**
   * Whether several replicas have quorums that overlap; left out: drawn.
   */
  readonly hasQuorums?: boolean;
}

/** Write and read quorums of three replicas that have one in common. */
const QUORUMS = [[2, 2], [3, 1], [1, 3]] as const;

/**
 * Draws a storm: delivery mode (of the two that are exact), loss, repeats,
 * delays, partitions, and kills of every process; half of them of three
 * replicas, with a partition between these and readers, some with quorums that
 * overlap.
 *
 * @param options From what.
 * @returns The words of the command line behind `start`, without ports and
 * folders.
 *
 * @example The same seed is the same storm
 * ```ts
 * import { stormWords } from "./storm_plan.ts";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const options = { seed: 7, lifetimeMs: 8000, isPlanned: true, replicas: 1 };
 * assertEquals(stormWords(options), stormWords(options));
 * assert(stormWords(options).some((word) => word.startsWith("primary@")));
 * ```
 */
export function stormWords(options: StormOptions): string[] {
  const { seed, lifetimeMs, isPlanned } = options;
  // Sessions of live runs do not come from the seed, so this family is free.
  const streams = new Streams(seed);
  let n = 0;
  const unit = () => streams.unit(Family.STORM, 0, n++);
  const between = (from: number, to: number) =>
    Math.round(from + unit() * (to - from));
  const draw: Draw = { unit, between };
  const endMs = lifetimeMs + (STORM_SERVERS - 1) * SPAWN_MS;
  const delivery = unit() < 0.5 ? "crdt" : "dedup";
  const words = [
    ...["--servers", `${STORM_SERVERS}`, "--lifetime", `${lifetimeMs}ms`],
    ...["--spawn-interval", `${SPAWN_MS}ms`, "--interval", "20ms..200ms"],
    ...["--ack-timeout", `${between(150, 600)}ms`, "--drain", "30s"],
    ...["--delivery", delivery],
    ...["--durability", unit() < 0.8 ? "write" : "fsync"],
    ...["--latency", `exp:${between(0, 15)}ms`],
    ...["--loss", `${between(0, 25)}/100`],
    ...["--ack-loss", `${between(0, 25)}/100`],
    ...["--duplicate", `${between(0, 25)}/100`],
    ...["--partition", drawPartition(endMs, draw)],
    ...["--seed", `${seed}`],
  ];
  if (unit() < 0.3) words.push("--keep-alive");
  const drawnReplicas = unit() < 0.5 ? 1 : STORM_REPLICAS;
  const { replicas = drawnReplicas } = options;
  if (replicas > 1) {
    words.push(
      ...["--replicas", `${replicas}`, "--readers", "2"],
      ...["--gossip", `exp:${between(50, 500)}ms`],
      ...["--partition", drawPeerPartition(endMs, draw)],
    );
    // Each replica wants all draws of mode `dedup` in order: too slow for what
    // is left of a storm.
    const isToAny = delivery === "crdt" && unit() < 0.3;
    const { hasQuorums = !isToAny && unit() < 0.5 } = options;
    if (hasQuorums) words.push(...drawQuorums(draw));
    else if (isToAny) words.push("--write-to", "any");
  }
  if (isPlanned) {
    words.push(...drawProcessFaults(endMs, replicas, draw));
  }
  return words;
}

/** Draws from the stream of a storm. */
interface Draw {
  /** Draws a number between 0 and 1. */
  readonly unit: () => number;
  /** Draws a whole number between two, both included. */
  readonly between: (from: number, to: number) => number;
}

function drawPartition(endMs: number, { unit, between }: Draw): string {
  const fromMs = between(CALM_MS, endMs / 2);
  const window = `${fromMs}ms..${fromMs + between(100, endMs / 4)}ms`;
  const last = between(0, STORM_SERVERS - 1);
  const ways = ["", ":->primary", ":<-primary"];
  return `${window}:LikesServer0-${last}${ways[Math.floor(unit() * 3)]}`;
}

function drawQuorums({ between }: Draw): string[] {
  const [write = 2, read = 2] = QUORUMS[between(0, QUORUMS.length - 1)] ?? [];
  const from = read === 2 && between(0, 1) === 0 ? "any" : "all";
  return [
    ...["--write-to", "all", "--write-quorum", `${write}`],
    ...["--read-from", from, "--read-quorum", `${read}`],
    ...["--read-repair", READ_REPAIRS[between(0, 2)] as string],
    ...["--read-after", `${between(0, 50)}ms`],
  ];
}

/** Draws a partition that cuts one replica off from the others. */
function drawPeerPartition(endMs: number, { between }: Draw): string {
  const fromMs = between(CALM_MS, endMs / 2);
  const alone = between(0, STORM_REPLICAS - 1);
  const others = Array.from({ length: STORM_REPLICAS }, (_, other) => other)
    .filter((other) => other !== alone)
    .map((other) => `primary${other}`);
  return `${fromMs}ms..${fromMs + between(100, endMs / 2)}ms:primary${alone}--${
    others.join(",")
  }`;
}

/**
 * Each process has one fault in each of a few stretches of the run, so that no
 * two of one process overlap.
 */
function drawProcessFaults(
  endMs: number,
  replicas: number,
  { unit, between }: Draw,
): string[] {
  const words: string[] = [];
  const stretchMs = (endMs - CALM_MS) / FAULTS_PER_PROCESS;
  for (let node = replicaNode(replicas - 1); node < STORM_SERVERS; node++) {
    const name = nodeName(node, replicas);
    for (let fault = 0; fault < FAULTS_PER_PROCESS; fault++) {
      const atMs = Math.round(
        CALM_MS + stretchMs * (fault + 0.45 * unit()),
      );
      const downMs = between(1, 0.4 * stretchMs);
      const isPause = fault === FAULTS_PER_PROCESS - 1 && unit() < 0.5;
      words.push(
        isPause ? "--pause" : "--crash",
        `${name}@${atMs}ms+${downMs}ms`,
      );
    }
  }
  return words;
}
