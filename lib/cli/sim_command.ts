/**
 * `sim`: a virtual run, or many.
 *
 * @module
 */

import { Interruption } from "../live/interruption.ts";
import { secondsFromTicks } from "../rules/ticks.ts";
import { simCommand } from "../sim/command_line.ts";
import { type SimCommandOptions, simOptionsOf } from "../sim/commands.ts";
import { InvariantViolation } from "../sim/invariants.ts";
import { lookUp, simulateMany } from "../sim/many.ts";
import { verdictOf } from "../sim/run.ts";
import { RunsSummary } from "../sim/runs_report.ts";
import { Simulation } from "../sim/simulation.ts";
import { grouped } from "../verdict/explain.ts";
import { verdictToJson } from "../verdict/json.ts";
import { exitCodeOf } from "../verdict/verdict.ts";
import { runsTable } from "../view/runs_table.ts";
import { verdictTable } from "../view/verdict_table.ts";
import { HistoryFile } from "./history_file.ts";
import { EXIT_INTERRUPTED, VirtualOutput } from "./virtual_output.ts";

const EXIT_FAILED = 1;

/** Events between two looks up: some milliseconds. */
const SLICE_EVENTS = 20_000;

/**
 * Runs in virtual time.
 *
 * @param options What to run.
 * @returns The exit code: 0 converged, 1 not, or an invariant was violated, 130 stopped.
 */
export async function runSim(options: SimCommandOptions): Promise<number> {
  using interruption = new Interruption();
  return options.runs > 1
    ? await runMany(options, interruption.stop)
    : await runOne(options, interruption.stop);
}

async function runOne(
  options: SimCommandOptions,
  signal: AbortSignal,
): Promise<number> {
  const output = new VirtualOutput();
  using history = options.history === undefined
    ? null
    : new HistoryFile(options.history);
  const simulation = new Simulation(simOptionsOf(options), {
    check: options.check,
    ...history !== null && { onEvent: (event) => history.add(event) },
  });
  try {
    while (!signal.aborted && !simulation.advance(SLICE_EVENTS)) {
      output.show(
        simulation.now / simulation.faults.endTick,
        () => describe(simulation),
      );
      await lookUp();
    }
  } catch (error) {
    if (!(error instanceof InvariantViolation)) throw error;
    output.note(`error: ${error.message}`);
    output.note(`reproduce: ${options.command}`);
    return EXIT_FAILED;
  }
  // The digest is asked for before the clock, so that it is timed, too.
  const { digest } = simulation.recorder;
  const verdict = verdictOf(simulation, { digest, command: options.command });
  const timed = { ...verdict, wallSeconds: round(output.elapsedMs) / 1000 };
  output.tell(
    options.json
      ? `${verdictToJson(timed)}\n`
      : verdictTable(timed, { isColoured: output.isColoured }),
  );
  if (!signal.aborted) return exitCodeOf(verdict);
  output.note(
    `Stopped after ${
      secondsFromTicks(simulation.now)
    } virtual seconds: the verdict is on the run so far`,
  );
  return EXIT_INTERRUPTED;
}

function describe({ now, faults, meter }: Simulation): string {
  const seconds = (ticks: number) =>
    grouped(Math.floor(secondsFromTicks(ticks)));
  return `${seconds(now)} of ${seconds(faults.endTick)} virtual s, likes: ${
    grouped(meter.likesGenerated)
  } generated, ${grouped(meter.likesCounted)} at the primary`;
}

async function runMany(
  options: SimCommandOptions,
  signal: AbortSignal,
): Promise<number> {
  const output = new VirtualOutput();
  const first = simOptionsOf(options);
  const optionsAt = (i: number) => ({ ...first, seed: first.seed + i });
  const program = programOf(options.command);
  const summary = new RunsSummary(
    first.delivery,
    first.seed,
    (seed) => simCommand(program, { ...first, seed }),
  );
  const done = await simulateMany({
    count: options.runs,
    optionsAt,
    check: options.check,
  }, {
    signal,
    onOutcome: (outcome, i) => {
      summary.add(outcome);
      output.show(
        (i + 1) / options.runs,
        () =>
          `${grouped(i + 1)} of ${grouped(options.runs)} runs, ${
            grouped(summary.converged)
          } converged`,
      );
    },
  });
  const report = summary.report();
  const wallSeconds = round(output.elapsedMs) / 1000;
  output.tell(
    options.json
      ? `${
        JSON.stringify(
          { ...report, wallSeconds, command: options.command },
          null,
          2,
        )
      }\n`
      : runsTable(report, { isColoured: output.isColoured }),
  );
  if (done < options.runs) {
    output.note(
      `Stopped after ${done} of ${options.runs} runs: these are the results so far`,
    );
    return EXIT_INTERRUPTED;
  }
  return report.converged === report.runs ? 0 : EXIT_FAILED;
}

/**
 * What is typed before a command, from the command that reproduces a run.
 *
 * @param command Such as `deno task sim --seed 7`.
 * @returns `deno task` or `likes`.
 */
export function programOf(command: string): string {
  return command.startsWith("likes ") ? "likes" : "deno task";
}

/** Milliseconds, with what a clock can tell of them. */
function round(ms: number): number {
  return Math.round(10 * ms) / 10;
}
