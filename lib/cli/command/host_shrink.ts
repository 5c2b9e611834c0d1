/**
 * `host --shrink`: fewer faults, nodes and operations with which a run of other
 * people's programs still fails.
 *
 * @module
 */

import { Exit } from "../../domain/exit_codes.ts";
import { formatFaultPlan } from "../../faults/format.ts";
import { formatTicks, shellWord } from "../../faults/notation.ts";
import { hostNaming, nodeNamesOf } from "../../host/network/naming.ts";
import { runHost } from "../../host/run/host_run.ts";
import type { HostOptions, HostRun } from "../../host/run/options.ts";
import { type FailedRun, shrinkHostRun } from "../../host/run/shrink.ts";
import { checkLogPlace } from "../../options/log_place.ts";
import {
  Interruption,
  unlessInterrupted,
} from "../../platform/interruption.ts";
import type { OperationVerdict } from "../../verdict/operations/verdict.ts";
import { formatCount, quantity } from "../../view/numbers.ts";
import { CommandOutput, jsonText } from "../command_output.ts";

/**
 * Shrinks a failing run of other people's programs.
 *
 * @param options The run.
 * @param prefix The words before a command: `deno task` or `likes`.
 * @returns The exit code: 0 shrunk, or the run does not fail; 130 stopped, with
 * the smallest run so far.
 * @throws {StartError} If the program cannot be started.
 */
export async function runHostShrink(
  options: HostOptions,
  prefix: string,
): Promise<number> {
  using interruption = new Interruption();
  const output = new CommandOutput();
  const { hosted, logDir, json } = options;
  checkLogPlace(`${logDir}/${nodeNamesOf(hosted)[0]}.log`);
  const signal = interruption.stop;
  let attempts = 0;
  const attempt = async (run: HostRun) => {
    output.show(1, () => `${quantity(attempts, "run")} made`);
    attempts++;
    return await outcomeOf({ ...options, hosted: run }, signal);
  };
  const { kept, verdict, tries } = await shrinkHostRun(hosted, {
    attempt,
    signal,
    onKept: (failed) => output.note(`Fails ${described(failed)}`),
  });
  const [given] = kept;
  const last = kept.at(-1);
  if (given === undefined || last === undefined) {
    if (signal.aborted) {
      output.note("Stopped before it was known whether the run fails");
      return Exit.INTERRUPTED;
    }
    output.tell(
      json
        ? jsonText({ seed: hosted.seed, fails: false, attempts })
        : `It does not fail in ${
          quantity(attempts, "run")
        }, so there is nothing to shrink\n`,
    );
    return Exit.DONE;
  }
  const why = reasonsOf(verdict);
  const command = commandOf(prefix, last.run);
  output.tell(
    json
      ? jsonText({
        ...{ seed: hosted.seed, fails: true, tries, attempts },
        kept: kept.map(recordOf),
        smallest: recordOf(last),
        why,
        command,
      })
      : [
        `It fails ${described(given)}`,
        `and still ${described(last)}`,
        `(${quantity(tries, "different run")} tried, ${
          quantity(attempts, "time")
        } in all)`,
        "",
        ...why,
        "",
        `reproduce: ${command}`,
        "",
      ].join("\n"),
  );
  return signal.aborted ? Exit.INTERRUPTED : Exit.DONE;
}

/** The verdict on a run; null if it was stopped. */
async function outcomeOf(
  options: HostOptions,
  signal: AbortSignal,
): Promise<OperationVerdict | null> {
  const interruption = { stop: signal, kill: signal };
  const verdict = await unlessInterrupted(runHost(options, interruption, {
    onNote() {},
    onComplaint() {},
  }));
  return signal.aborted ? null : verdict;
}

function faultsOf({ faults, nodes, firstNode }: HostRun): string[] {
  return formatFaultPlan(faults, nodes, hostNaming(firstNode));
}

function described({ run, failed, attempts }: FailedRun): string {
  const faults = faultsOf(run);
  return `in ${formatCount(failed)} of ${quantity(attempts, "run")} with ${
    quantity(run.nodes, "node")
  }, ${formatTicks(run.lifetimeTicks)} at ${run.rate} ${
    run.rate === 1 ? "operation" : "operations"
  } a second, ${faults.length === 0 ? "no fault" : faults.join(" ")}`;
}

function recordOf({ run, failed, attempts }: FailedRun) {
  return {
    nodes: run.nodes,
    lifetime: formatTicks(run.lifetimeTicks),
    rate: run.rate,
    faults: faultsOf(run),
    failed,
    attempts,
  };
}

function reasonsOf(verdict: OperationVerdict | null): string[] {
  if (verdict === null) return [];
  const fatal = verdict.complaints.filter(({ isFatal }) => isFatal);
  return [...verdict.findings, ...fatal].map(({ text }) => `${text}.`);
}

/** The command line of a run, for a shell. */
function commandOf(prefix: string, run: HostRun): string {
  const isCounter = run.workload.endsWith("counter");
  const flags: [flag: string, text: string][] = [
    ["--workload", run.workload],
    ["--nodes", `${run.nodes}`],
    ["--rate", `${run.rate}`],
    ["--lifetime", formatTicks(run.lifetimeTicks)],
    ["--drain", formatTicks(run.drainTicks)],
    ["--clients", `${run.clients}`],
    ["--timeout", formatTicks(run.timeoutTicks)],
  ];
  if (run.workload === "broadcast") flags.push(["--topology", run.topology]);
  if (isCounter) flags.push(["--likes", `${run.likesMin}..${run.likesMax}`]);
  if (run.firstNode !== 1) flags.push(["--first-node", `${run.firstNode}`]);
  flags.push(["--seed", `${run.seed}`]);
  return [
    `${prefix} host`,
    ...flags.map(([flag, text]) => `${flag} ${shellWord(text)}`),
    ...faultsOf(run),
    "--",
    ...[run.program, ...run.args].map(shellWord),
  ].join(" ");
}
