/**
 * Options of `host`.
 *
 * @module
 */

import { TICKS_PER_SECOND } from "../domain/ticks.ts";
import { parseFaultPlan } from "../faults/parse.ts";
import { shellWord } from "../faults/notation.ts";
import { faultRunOf } from "../host/run/fault_run.ts";
import type { HostOptions } from "../host/run/options.ts";
import type { FlagValues } from "../options/flags.ts";
import { refuseGiven } from "../options/read_run.ts";
import { readSamples } from "../options/read_samples.ts";
import { asUsage, UsageError } from "../options/usage_error.ts";
import {
  NODES_MAX,
  type WorkloadName,
  WORKLOADS,
} from "../domain/workloads.ts";
import type { FlagKeyOf } from "./commands.ts";
import type { CommandLine } from "./read_options.ts";
import { checkNamedFiles } from "./named_files.ts";

/**
 * Divides the words of a command line at the first `--`.
 *
 * @param args The words after the command.
 * @returns Those before it, and the program with its arguments behind it.
 */
export function splitProgram(
  args: readonly string[],
): [flags: readonly string[], program: readonly string[]] {
  const at = args.indexOf("--");
  return at < 0 ? [args, []] : [args.slice(0, at), args.slice(at + 1)];
}

/**
 * Checks what `host` is told.
 *
 * @param values The values of its flags.
 * @param words The program and its arguments.
 * @param line The rest of the command line.
 * @returns Its options.
 * @throws {UsageError} If no program or no workload is named, or values do not
 * fit together.
 */
export function hostOptions(
  values: FlagValues<FlagKeyOf<"host">>,
  words: readonly string[],
  { drawSeed, reproduce, program: prefix }: CommandLine,
): HostOptions {
  const [program = "", ...args] = words;
  if (program === "") {
    throw new UsageError(
      "Missing program: it stands behind --, such as host --workload echo -- ./echo.py",
    );
  }
  const { workload, nodes, rate, firstNode, topology } = values;
  if (workload === undefined) {
    throw new UsageError(
      `Missing --workload: it must be one of ${WORKLOADS.join(", ")}`,
    );
  }
  const { clients = clientsFor(rate, values.timeout, nodes) } = values;
  if (clients < nodes) {
    throw new UsageError(
      `Cannot use --clients "${clients}" with --nodes "${nodes}": each node needs one`,
    );
  }
  const seed = values.seed ?? drawSeed();
  const [likesMin, likesMax] = values.likes;
  const shape = {
    nodes,
    clients,
    firstNode,
    lifetimeTicks: values.lifetime,
  };
  const faults = asUsage(() =>
    parseFaultPlan(values, faultRunOf(shape), readSamples)
  );
  const { history, trace, diagram, report, dashboard, pagePort } = values;
  checkNamedFiles({ history, trace, diagram, report });
  if (diagram !== undefined && !hasElements(workload)) {
    throw new UsageError(
      `Cannot use --diagram with --workload ${workload}: it tells of an element that was lost, which broadcast and g-set have`,
    );
  }
  if (values.shrink) {
    refuseGiven(
      values,
      ["history", "trace", "diagram", "report", "dashboard"],
      "with --shrink: it shows one run, and --shrink makes many",
    );
  }
  return {
    hosted: {
      ...shape,
      workload,
      rate,
      drainTicks: values.drain,
      timeoutTicks: values.timeout,
      topology,
      likesMin,
      likesMax,
      seed,
      faults,
      program,
      args,
    },
    logDir: values.logDir,
    json: values.json,
    command: `${reproduce(seed)} -- ${words.map(shellWord).join(" ")}`,
    ...{ history, trace, diagram, report },
    shrink: values.shrink ? prefix : undefined,
    dashboardPort: dashboard ? pagePort : undefined,
  };
}

function hasElements(workload: WorkloadName): boolean {
  return workload === "broadcast" || workload === "g-set";
}

/**
 * The number of clients that wait if no answer ever comes; equal at all nodes.
 */
function clientsFor(rate: number, timeoutTicks: number, nodes: number): number {
  const waiting = rate * timeoutTicks / TICKS_PER_SECOND;
  const each = Math.max(1, Math.ceil(waiting / nodes));
  return Math.max(nodes, Math.min(NODES_MAX, nodes * each));
}
