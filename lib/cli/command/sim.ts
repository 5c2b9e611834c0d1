/**
 * `sim`: a virtual run, or many.
 *
 * @module
 */

import { RunFiles } from "../../live/run/run_files.ts";
import { yieldToEventLoop } from "../../platform/event_loop.ts";
import { Interruption } from "../../platform/interruption.ts";
import { WholeFile } from "../whole_file.ts";
import { writeReport } from "../report_file.ts";
import { Exit } from "../../domain/exit_codes.ts";
import { secondsFromTicks } from "../../domain/ticks.ts";
import type { SimCommandOptions } from "../command_options.ts";
import { InvariantViolation } from "../../sim/invariants.ts";
import { runCommand } from "../../options/format_run.ts";
import { verdictOf } from "../../sim/run.ts";
import { Simulation } from "../../sim/simulation.ts";
import { grouped } from "../../verdict/explain.ts";
import type { HistoryEvent } from "../../verdict/history.ts";
import { verdictToJson } from "../../verdict/json.ts";
import { exitCodeOf, type StoppedRun } from "../../verdict/verdict.ts";
import { verdictTable } from "../../view/terminal/verdict_table.ts";
import { CommandOutput } from "../command_output.ts";
import {
  failureStory,
  NO_FAILURE,
  writeFailure,
} from "../diagram/failure_diagram.ts";
import { runSweep } from "../runs/run_sweep.ts";
import { VirtualPicture } from "../virtual_report.ts";

/** Events between two turns of the event loop: some milliseconds. */
const SLICE_EVENTS = 20_000;

/**
 * Runs in virtual time.
 *
 * @param options What to run.
 * @returns The exit code: 0 converged, 1 not or an invariant was violated, 3 a
 * file that it was told to write is not whole, 130 stopped; of many runs what
 * {@linkcode runSweep} says.
 */
export async function runSim(options: SimCommandOptions): Promise<number> {
  if (options.runs > 1) return await runSweep("sim", options);
  using interruption = new Interruption();
  return await runOne(options, interruption.stop);
}

async function runOne(
  options: SimCommandOptions,
  signal: AbortSignal,
): Promise<number> {
  const output = new CommandOutput();
  const onNote = output.note;
  // Histories and traces replace earlier ones when nothing is left that could
  // keep the run from beginning.
  const report = WholeFile.at("report", options.report, onNote);
  const diagram = WholeFile.at("diagram", options.diagram, onNote);
  const files = RunFiles.create(options, onNote);
  const picture = report && new VirtualPicture(options.run, options.command);
  const simulation = new Simulation(options.run, {
    check: options.check,
    onEvent: eachOf(
      files.areWanted
        ? (event) => files.add(event, simulation.meter)
        : undefined,
      picture?.onEvent,
    ),
  });
  picture?.watch(simulation);
  try {
    while (!signal.aborted && !simulation.advance(SLICE_EVENTS)) {
      output.show(
        simulation.now / simulation.faults.endTick,
        () => describe(simulation),
      );
      picture?.look();
      await files.caughtUp();
      await yieldToEventLoop();
    }
    simulation.stop();
  } catch (error) {
    if (!(error instanceof InvariantViolation)) throw error;
    output.note(`error: ${error.message}`);
    output.note(`reproduce: ${options.command}`);
    const areWhole = await files.end(secondsFromTicks(simulation.now)) &&
      await drawFailure(options, diagram, onNote, signal);
    return areWhole ? Exit.FAILED : Exit.UNWRITTEN;
  }
  // The digest is asked for before the clock, so that it is timed, too.
  const { digest } = simulation.recorder;
  const verdict = verdictOf(simulation, {
    digest,
    command: options.command,
    ...signal.aborted && { stopped: stoppedAt(simulation) },
  });
  const timed = { ...verdict, wallSeconds: output.wallSeconds };
  output.tell(
    options.json
      ? `${verdictToJson(timed)}\n`
      : verdictTable(timed, output.isColoured),
  );
  if (signal.aborted) {
    output.note(
      `Stopped after ${
        secondsFromTicks(simulation.now)
      } virtual seconds: the verdict is on the run so far`,
    );
  }
  const isReportWhole = report === null || picture === null ||
    signal.aborted || await writeReport(report, [picture.end(timed)]);
  const areFilesWhole = await files.end(secondsFromTicks(simulation.now));
  if (!isReportWhole || !areFilesWhole) return Exit.UNWRITTEN;
  if (signal.aborted) return Exit.INTERRUPTED;
  const code = exitCodeOf(verdict);
  if (code === Exit.DONE) {
    if (diagram !== null) output.note(NO_FAILURE);
    return code;
  }
  const isDrawn = await drawFailure(options, diagram, onNote, signal);
  return isDrawn ? code : Exit.UNWRITTEN;
}

/** Writes the diagram of a failing run, if there is to be one. */
async function drawFailure(
  { run, program, check }: SimCommandOptions,
  diagram: WholeFile | null,
  onNote: (text: string) => void,
  signal: AbortSignal,
): Promise<boolean> {
  if (diagram === null) return true;
  const command = runCommand(program, "sim", run);
  const story = await failureStory(run, command, { check }, signal);
  return writeFailure(diagram, story, onNote);
}

/** The moment at which a run was stopped. */
function stoppedAt({ now, faults }: Simulation): StoppedRun {
  return {
    afterSeconds: secondsFromTicks(now),
    plannedSeconds: secondsFromTicks(faults.endTick),
  };
}

/** Calls both listeners for each event, or the one that there is. */
function eachOf(
  one: ((event: HistoryEvent) => void) | undefined,
  other: ((event: HistoryEvent) => void) | undefined,
): ((event: HistoryEvent) => void) | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return (event) => {
    one(event);
    other(event);
  };
}

function describe({ now, faults, meter }: Simulation): string {
  const seconds = (ticks: number) =>
    grouped(Math.floor(secondsFromTicks(ticks)));
  return `${seconds(now)} of ${seconds(faults.endTick)} virtual s, likes: ${
    grouped(meter.likesGenerated)
  } generated, ${grouped(meter.likesCounted)} at the primary`;
}
