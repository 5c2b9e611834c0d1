/**
 * `shrink`: the smallest fault plan with which a run still fails.
 *
 * @module
 */

import { formatFaultFlags } from "../faults/format.ts";
import { Interruption } from "../platform/interruption.ts";
import { simCommand, withFaultsSpelledOut } from "../options/command_line.ts";
import {
  type ShrinkCommandOptions,
  simOptionsOf,
} from "../options/sim_commands.ts";
import { lookUp, type Outcome, outcomeUnlessStopped } from "../sim/many.ts";
import type { SimOptions } from "../sim/options.ts";
import { shrink } from "../sim/shrink.ts";
import { explain } from "../verdict/explain.ts";
import { quantity } from "../view/numbers.ts";
import { programOf } from "./sim_command.ts";
import { EXIT_INTERRUPTED, VirtualOutput } from "./virtual_output.ts";

const EXIT_NOTHING_TO_SHRINK = 2;

/**
 * Shrinks the faults of a failing run.
 *
 * @param options The run.
 * @returns The exit code: 0 shrunk, 1 the result could not be written, 2 the
 * run does not fail, 130 stopped with the smallest plan so far.
 */
export async function runShrink(
  options: ShrinkCommandOptions,
): Promise<number> {
  using interruption = new Interruption();
  const output = new VirtualOutput();
  const given = withFaultsSpelledOut(simOptionsOf(options));
  const signal = interruption.stop;
  let tries = 0;
  let smallest: Outcome | null = null; // what came of the smallest plan so far
  const fails = async (candidate: SimOptions) => {
    const showTries = () =>
      output.show(1, () => `${quantity(tries, "plan")} tried`);
    showTries();
    const outcome = await outcomeUnlessStopped(candidate, true, {
      signal,
      onProgress: showTries,
    });
    await lookUp();
    tries++;
    // Not converged, or an invariant violated: both are worth a smaller plan.
    const hasFailed = outcome !== null && outcome.verdict?.converged !== true;
    if (hasFailed) smallest = outcome;
    return hasFailed;
  };
  if (!await fails(given)) {
    output.note(
      signal.aborted
        ? `Stopped before it was known whether the run with seed ${given.seed} fails`
        : `error: Cannot shrink the faults of a run that does not fail: with seed ${given.seed} it converges`,
    );
    return signal.aborted ? EXIT_INTERRUPTED : EXIT_NOTHING_TO_SHRINK;
  }
  const shrunk = await shrink(given, { signal, fails });
  const before = formatFaultFlags(given.faults);
  const faults = formatFaultFlags(shrunk.options.faults);
  const command = simCommand(programOf(options.command), shrunk.options);
  const why = reasonsOf(smallest);
  const result = { seed: given.seed, tries: shrunk.tries, before, faults, why };
  output.tell(
    options.json ? `${JSON.stringify({ ...result, command }, null, 2)}\n` : [
      `Seed ${given.seed} fails with ${countOf(before)}:`,
      ...before.map((flag) => `  ${flag}`),
      faults.length === 0
        ? `and it fails without any (${quantity(shrunk.tries, "plan")} tried).`
        : `It still fails with ${countOf(faults)} (${
          quantity(shrunk.tries, "plan")
        } tried):`,
      ...faults.map((flag) => `  ${flag}`),
      "",
      ...why,
      "",
      `reproduce: ${command}`,
      "",
    ].join("\n"),
  );
  return output.exitCode(signal.aborted ? EXIT_INTERRUPTED : 0);
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
