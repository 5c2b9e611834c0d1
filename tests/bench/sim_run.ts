// deno-lint-ignore-file no-console
/**
 * One measurement of the virtual run, in a process of its own: a JSON object on
 * standard output.
 *
 * ```sh
 * deno run tests/bench/sim_run.ts '{"servers":1000,"lifetimeSeconds":300,"isStorm":false,"warmUps":0,"runs":1}'
 * ```
 *
 * @module
 */

import type { FaultFlags } from "../../lib/faults/plan.ts";
import { TICKS_PER_SECOND } from "../../lib/domain/ticks.ts";
import { parseFaultPlan } from "../../lib/faults/parse.ts";
import { DEFAULT_RUN } from "../../lib/options/run_options.ts";
import { verdictOf } from "../../lib/sim/run.ts";
import { Simulation } from "../../lib/sim/simulation.ts";

/** The run that is to be measured. */
export interface SimRunRequest {
  /** Number of likes servers. */
  readonly servers: number;
  /** The lifetime of each, in virtual seconds. */
  readonly lifetimeSeconds: number;
  /** Whether there are faults besides latency. */
  readonly isStorm: boolean;
  /** Runs before, with other seeds, that are not measured. */
  readonly warmUps: number;
  /** Runs measured. */
  readonly runs: number;
}

/** The measurements of a run. */
export interface SimRunResult {
  /**
   * Reports that reached the primary, a second of real time: from options to
   * verdict.
   */
  readonly reportsPerSecond: number;
  /** Resident memory that the runs took, for each likes server. */
  readonly bytesPerServer: number;
}

/** Events between two looks at the memory. */
const SLICE_EVENTS = 1_000_000;

/**
 * The faults of the storm: 5 % loss, 1 % duplication, two partitions, the
 * second of half of the likes servers and one way.
 *
 * @param request The run.
 * @returns The flags.
 */
function faultsOf(
  { isStorm, servers, lifetimeSeconds }: SimRunRequest,
): FaultFlags {
  const latency = "exp:20ms";
  if (!isStorm) return { latency };
  const at = (share: number) => `${share * lifetimeSeconds}s`;
  const storm: FaultFlags = {
    latency,
    loss: "5/100",
    duplicate: "1/100",
    partition: [
      `${at(0.2)}..${at(0.23)}`,
      `${at(0.5)}..${at(0.53)}:LikesServer0-${(servers >> 1) - 1}:->primary`,
    ],
  };
  return storm;
}

function measure(request: SimRunRequest): SimRunResult {
  const { servers, lifetimeSeconds, warmUps, runs } = request;
  const calm = {
    ...DEFAULT_RUN,
    servers,
    lifetimeTicks: lifetimeSeconds * TICKS_PER_SECOND,
    spawnIntervalTicks: 0,
  };
  const faults = parseFaultPlan(faultsOf(request), calm);
  const options = { ...calm, faults };
  const rssBefore = Deno.memoryUsage().rss;
  let rssMax = rssBefore;
  let reports = 0;
  let beganMs = performance.now();
  for (let seed = 0; seed < warmUps + runs; seed++) {
    if (seed === warmUps) {
      reports = 0;
      beganMs = performance.now();
    }
    const simulation = new Simulation({ ...options, seed });
    while (!simulation.advance(SLICE_EVENTS)) {
      rssMax = Math.max(rssMax, Deno.memoryUsage().rss);
    }
    const verdict = verdictOf(simulation);
    if (verdict.converged !== true) throw new Error(`Seed ${seed} failed`);
    reports += verdict.reports ?? 0;
    rssMax = Math.max(rssMax, Deno.memoryUsage().rss);
  }
  const seconds = (performance.now() - beganMs) / 1000;
  return {
    reportsPerSecond: reports / seconds,
    bytesPerServer: (rssMax - rssBefore) / servers,
  };
}

if (import.meta.main) {
  console.log(JSON.stringify(measure(JSON.parse(Deno.args[0] ?? ""))));
}
