/**
 * The options of `explore`, checked as a whole.
 *
 * @module
 */

import {
  EXPLORATION_DEFAULT,
  type ExplorationSizes,
  STATES_MAX_DEFAULT,
  usualSizes,
} from "../domain/exploration.ts";
import { DEFAULT_BOUNDS, drawsOf } from "./model/bounds.ts";
import type { Bounds } from "./model/bounds.ts";
import { parseEvents } from "./model/events.ts";
import { shellWord } from "../faults/notation.ts";
import type { ExploreFlagKey } from "../options/explore_command.ts";
import { type FlagKey, flagName, type FlagValues } from "../options/flags.ts";
import { checkQuorums, refuseGiven } from "../options/read_run.ts";
import { UsageError } from "../options/usage_error.ts";
import { isMarked } from "../rules/delivery_traits.ts";

/** The values of its flags, the likes servers if they were given. */
type Values = Omit<FlagValues<ExploreFlagKey>, "servers"> & {
  readonly servers: number | undefined;
};

/** `explore`: every order of events of a small run. */
export interface ExploreOptions {
  /** The model to explore. */
  readonly bounds: Bounds;
  /** The most states to see. */
  readonly statesMax: number;
  /** Path of the diagram. */
  readonly diagram?: string;
  /** Events of a story that is told instead. */
  readonly replay?: readonly number[];
  /** Whether stdout is for one JSON document. */
  readonly json: boolean;
  /** The command line, without `--replay`. */
  readonly command: string;
  /** The words before the command: `deno task` or `likes`. */
  readonly program: string;
}

/**
 * Checks what `explore` is told.
 *
 * @param values The values of its flags.
 * @param program The words before the command.
 * @returns Its options.
 * @throws {UsageError} If flags do not go together, or no likes can be found by
 * which the draws can be told apart.
 */
export function exploreOptions(
  values: Values,
  program: string,
): ExploreOptions {
  const bounds = boundsOf(values);
  checkFlags(values, bounds);
  const { statesMax = STATES_MAX_DEFAULT, diagram, replay, json } = values;
  if (replay !== undefined) {
    refuseGiven(values, ["statesMax"], "with --replay: it explores nothing");
  }
  return {
    bounds,
    statesMax,
    json,
    command: `${program} explore${flagsOf(values)}`,
    program,
    ...diagram !== undefined && { diagram },
    ...replay !== undefined && { replay: eventsOf(replay) },
  };
}

function eventsOf(text: string): number[] {
  try {
    return parseEvents(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UsageError(`Cannot use --replay: ${error.message}`);
  }
}

function boundsOf(values: Values): Bounds {
  const { delivery, exact, writeTo } = values;
  // Where a mode is held to more than it promises, the loss of one message is
  // enough, and its story the one to learn from.
  const isLossEnough = exact && !isMarked(delivery);
  const { replicas, emptyRestarts: forgets } = values;
  const usual = usualSizes(replicas, writeTo ?? DEFAULT_BOUNDS.writeTo);
  const size = (key: keyof ExplorationSizes, isNone = false): number =>
    values[key] ?? (isNone ? 0 : usual[key]);
  return {
    delivery,
    servers: size("servers"),
    draws: size("draws"),
    losses: size("losses"),
    copies: size("copies", isLossEnough),
    crashes: size("crashes", isLossEnough && !forgets),
    late: size("late", isLossEnough),
    replicas,
    exchanges: size("exchanges", replicas === 1 || writeTo === "all"),
    reads: size("reads", !isMarked(delivery)),
    writeTo: writeTo ?? DEFAULT_BOUNDS.writeTo,
    writeQuorum: values.writeQuorum ?? DEFAULT_BOUNDS.writeQuorum,
    failover: !values.noFailover,
    readFrom: values.readFrom ?? DEFAULT_BOUNDS.readFrom,
    readQuorum: values.readQuorum ?? DEFAULT_BOUNDS.readQuorum,
    readRepair: values.readRepair ?? DEFAULT_BOUNDS.readRepair,
    forgets,
    isExact: exact,
  };
}

/** Refuses flags that cannot go together, or without effect. */
function checkFlags(values: Values, bounds: Bounds): void {
  const { delivery, replicas, reads, writeTo } = bounds;
  const ofReads = ["readFrom", "readQuorum", "readRepair"] as const;
  if (replicas === 1) {
    refuseGiven(
      values,
      ["exchanges", "writeTo", "writeQuorum", "noFailover", ...ofReads],
      "with one replica: it is about two or more",
    );
  }
  if (writeTo !== "home") {
    refuseGiven(
      values,
      ["noFailover"],
      `with --write-to ${writeTo}: it is about likes servers that have a home`,
    );
  }
  if (bounds.forgets && bounds.crashes === 0) {
    throw new UsageError(
      "Cannot use --empty-restarts with --crashes 0: it is about primaries that are killed",
    );
  }
  if (bounds.forgets && replicas > 1 && !isMarked(delivery)) {
    throw new UsageError(
      `Cannot use --empty-restarts with --replicas ${replicas} and --delivery ${delivery}: a replica that has forgotten what it counted counts as another from then on, which is not explored; allowed are one replica, or --delivery dedup or crdt`,
    );
  }
  if (reads > 0 && !isMarked(delivery)) {
    throw new UsageError(
      `Cannot use --reads "${reads}" with --delivery ${delivery}: without a mark nobody can tell whether a read is fresh`,
    );
  }
  if (reads === 0) {
    refuseGiven(values, ofReads, "without --reads: nobody reads");
  }
  checkQuorums({ ...values, servers: bounds.servers });
  try {
    drawsOf(bounds);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(
      `Cannot use --draws "${bounds.draws}" with --delivery ${bounds.delivery}, --losses ${bounds.losses}, --copies ${bounds.copies}, --crashes ${bounds.crashes} and --late ${bounds.late}: a draw can then be counted so often that no likes up to 42 tell which were; allowed are fewer draws or faults`,
    );
  }
}

/** The flags that were given, for a shell, without those of what is told. */
function flagsOf(values: Values): string {
  const told: readonly FlagKey[] = ["statesMax", "diagram", "replay", "json"];
  return Object.entries(values).map(([key, value]) => {
    const isTold = told.includes(key as FlagKey);
    if (isTold || value === undefined || value === false) return "";
    const isDefault = key === "delivery"
      ? value === DEFAULT_BOUNDS.delivery
      : key === "replicas" && value === EXPLORATION_DEFAULT.replicas;
    if (isDefault) return "";
    const name = ` --${flagName(key as FlagKey)}`;
    return value === true ? name : `${name} ${shellWord(`${value}`)}`;
  }).join("");
}
