/**
 * `shrink`: the smallest fault plan with which a run still fails.
 *
 * @module
 */

import { Exit } from "../../domain/exit_codes.ts";
import { formatFaultPlan } from "../../faults/format.ts";
import { spellOutFaults } from "../../faults/schedule.ts";
import type { Shrunk } from "../../faults/shrink/shrink.ts";
import { yieldToEventLoop } from "../../platform/event_loop.ts";
import { Interruption } from "../../platform/interruption.ts";
import { runCommand } from "../../options/format_run.ts";
import type { RunOptions } from "../../options/run_options.ts";
import { outcomeUnlessStopped } from "../../sim/runs/many.ts";
import type { Outcome } from "../../verdict/runs/figures.ts";
import { shrink } from "../../sim/runs/shrink.ts";
import { explain } from "../../verdict/explain.ts";
import { quantity } from "../../view/numbers.ts";
import type { ShrinkCommandOptions } from "../command_options.ts";
import { CommandOutput, jsonText } from "../command_output.ts";
import { WholeFile } from "../whole_file.ts";
import {
  failureStory,
  NO_FAILURE,
  writeFailure,
} from "../diagram/failure_diagram.ts";

/**
 * Shrinks the faults of a failing run.
 *
 * @param options The run.
 * @returns The exit code: 0 shrunk, or the run does not fail; 3 the diagram
 * could not be written; 130 stopped with the smallest plan so far.
 */
export async function runShrink(
  options: ShrinkCommandOptions,
): Promise<number> {
  using interruption = new Interruption();
  const output = new CommandOutput();
  const onNote = output.note;
  const diagram = WholeFile.at("diagram", options.diagram, onNote);
  const { run, program, json } = options;
  const given = { ...run, faults: spellOutFaults(run) };
  const signal = interruption.stop;
  const trials = new Trials(output, signal);
  const { seed } = given;
  const before = formatFaultPlan(given.faults, given.replicas);
  const hasFailed = await trials.fails(given);
  if (!hasFailed && signal.aborted) {
    output.note(
      `Stopped before it was known whether the run with seed ${seed} fails`,
    );
    return Exit.INTERRUPTED;
  }
  if (!hasFailed) {
    output.tell(
      json
        ? jsonText({ seed, fails: false, tries: trials.count, before })
        : `Seed ${seed} does not fail: it converges, so there is nothing to shrink\n`,
    );
    if (diagram !== null) output.note(NO_FAILURE);
    return Exit.DONE;
  }
  const shrunk = await shrink(given, {
    signal,
    fails: (candidate) => trials.fails(candidate),
  });
  const { options: left } = shrunk;
  const command = runCommand(program, "sim", left);
  const faults = formatFaultPlan(left.faults, left.replicas);
  const why = reasonsOf(trials.smallest);
  const tell = json ? shrunkJson : shrunkText;
  output.tell(tell(given, shrunk, { before, faults, why, command }));
  if (signal.aborted) return Exit.INTERRUPTED;
  if (diagram === null) return Exit.DONE;
  const story = await failureStory(
    left,
    command,
    { check: true },
    signal,
  );
  const isWritten = writeFailure(diagram, story, onNote);
  return isWritten ? Exit.DONE : Exit.UNWRITTEN;
}

/** Tries of plans. */
class Trials {
  /** Plans that were tried. */
  count = 0;
  /** The outcome of the smallest plan so far that fails; null if none does. */
  smallest: Outcome | null = null;
  readonly #output: CommandOutput;
  readonly #signal: AbortSignal;

  constructor(output: CommandOutput, signal: AbortSignal) {
    this.#output = output;
    this.#signal = signal;
  }

  /** Whether a run fails; not known, and false, once it was stopped. */
  async fails(candidate: RunOptions): Promise<boolean> {
    const showCount = () =>
      this.#output.show(1, () => `${quantity(this.count, "plan")} tried`);
    showCount();
    const outcome = await outcomeUnlessStopped(candidate, true, {
      signal: this.#signal,
      onProgress: showCount,
    });
    await yieldToEventLoop();
    this.count++;
    // Not converged, or an invariant violated: both are worth a smaller plan.
    const hasFailed = outcome !== null && outcome.verdict?.converged !== true;
    if (hasFailed) this.smallest = outcome;
    return hasFailed;
  }
}

/** Parts of the result that both of its forms tell. */
interface Told {
  /** Flags of the faults given. */
  readonly before: readonly string[];
  /** Flags of the faults that are left. */
  readonly faults: readonly string[];
  /** Reasons why the run still fails. */
  readonly why: readonly string[];
  /** Command that reproduces it. */
  readonly command: string;
}

function shrunkJson(
  given: RunOptions,
  { options, tries }: Shrunk<RunOptions>,
  { before, faults, why, command }: Told,
): string {
  return jsonText({
    ...{ seed: given.seed, fails: true, tries, before, faults, why },
    ...given.replicas > 1 && { replicas: options.replicas },
    ...given.readers > 0 && { readers: options.readers },
    command,
  });
}

function shrunkText(
  given: RunOptions,
  { options, tries }: Shrunk<RunOptions>,
  { before, faults, why, command }: Told,
): string {
  const tried = `(${quantity(tries, "plan")} tried)`;
  return [
    `Seed ${given.seed} fails with ${countOf(before)}:`,
    ...before.map((flag) => `  ${flag}`),
    faults.length === 0
      ? `and it fails without any ${tried}.`
      : `It still fails with ${countOf(faults)} ${tried}:`,
    ...faults.map((flag) => `  ${flag}`),
    ...fewerThan(given, options),
    "",
    ...why,
    "",
    `reproduce: ${command}`,
    "",
  ].join("\n");
}

/** Says how many replicas and readers are left, where there were some. */
function fewerThan(given: RunOptions, left: RunOptions): string[] {
  const texts = [
    [given.replicas, left.replicas, "replica", 1],
    [given.readers, left.readers, "reader", 0],
  ] as const;
  const told = texts.filter(([before, , , least]) => before > least)
    .map(([before, after, name]) => `${after} of ${quantity(before, name)}`);
  return told.length === 0 ? [] : [`It needs ${told.join(" and ")}.`];
}

function reasonsOf(outcome: Outcome | null): readonly string[] {
  if (outcome === null) return [];
  return outcome.verdict === undefined
    ? [outcome.violation]
    : explain(outcome.verdict);
}

function countOf(flags: readonly string[]): string {
  return flags.length === 1 ? "one fault" : `${flags.length} faults`;
}
