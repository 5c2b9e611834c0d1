/**
 * The first question to each primary of a run.
 *
 * @module
 */

import type { Interruption } from "../../platform/interruption.ts";
import { StartError } from "../../platform/start_error.ts";
import { isMarked } from "../../rules/delivery_traits.ts";
import type { LiveRunOptions } from "./options.ts";
import type { Primaries, RunPrimary } from "./primaries.ts";
import { PrimaryBaseline } from "./primary_baseline.ts";
import type { AskedServer } from "./primary_holdings.ts";

/** The run whose primaries are asked. */
export interface BaselineContext {
  /** The run. */
  readonly options: LiveRunOptions;
  /** The primary, or the replicas. */
  readonly primaries: Primaries;
  /** Stops the run. */
  readonly interruption: Interruption;
}

/**
 * Asks a primary what it holds before a run begins.
 *
 * @param primary The primary.
 * @param context The run, all its primaries, and what stops it.
 * @param servers The likes servers with their sessions.
 * @returns What it held.
 * @throws {PrimaryAbsentError} If no primary answers for 5 s.
 * @throws {InterruptedError} If the run was stopped meanwhile.
 * @throws {StartError} If it is one of several replicas, and of the original
 * kind.
 */
export async function takeBaseline(
  primary: RunPrimary,
  { options, primaries, interruption }: BaselineContext,
  servers: readonly AskedServer[],
): Promise<PrimaryBaseline> {
  const areMany = primaries.all.length > 1;
  const baseline = await PrimaryBaseline.take({
    port: () => primary.port,
    // Without marks, what several replicas hold of one likes server can only be
    // put together by who counted it.
    servers: areMany && !isMarked(options.run.delivery) ? null : servers,
    interruption,
  });
  if (areMany && baseline.before === null) {
    throw new StartError(
      `Cannot start: the primary on 127.0.0.1:${primary.port} is of the original kind, which cannot be a replica`,
    );
  }
  return baseline;
}
