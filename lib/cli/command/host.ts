/**
 * `host`: other people's programs as the nodes.
 *
 * @module
 */

import { Exit } from "../../domain/exit_codes.ts";
import { TICKS_PER_SECOND } from "../../domain/ticks.ts";
import { nodeNamesOf } from "../../host/network/naming.ts";
import { type HostState, runHost } from "../../host/run/host_run.ts";
import type { HostOptions } from "../../host/run/options.ts";
import { checkLogPlace } from "../../options/log_place.ts";
import { Interruption } from "../../platform/interruption.ts";
import { operationVerdictRecord } from "../../verdict/operations/verdict.ts";
import { formatCount } from "../../view/numbers.ts";
import { operationsTable } from "../../view/terminal/operations_table.ts";
import { CommandOutput, jsonText } from "../command_output.ts";
import { HostViews } from "../host_views.ts";

/** Between two pictures of the progress, in milliseconds. */
const FRAME_MS = 200;

/**
 * Runs programs as the nodes of a cluster, and gives the verdict.
 *
 * @param options The run.
 * @returns The exit code: 0 passed, 1 not, 3 the history or the report is not
 * whole, 130 stopped.
 */
export async function runHostCommand(options: HostOptions): Promise<number> {
  if (options.shrink !== undefined) {
    const { runHostShrink } = await import("./host_shrink.ts");
    return await runHostShrink(options, options.shrink);
  }
  using interruption = new Interruption();
  const output = new CommandOutput();
  const onNote = output.note;
  const { hosted: run, logDir } = options;
  checkLogPlace(`${logDir}/${nodeNamesOf(run)[0]}.log`);
  await using views = await HostViews.open(options, onNote);
  const plannedTicks = run.lifetimeTicks + run.drainTicks;
  let timer: ReturnType<typeof setInterval> | undefined;
  using _timer = { [Symbol.dispose]: () => clearInterval(timer) };
  const verdict = await runHost(options, interruption, {
    onNote,
    onComplaint: (complaint) => {
      output.note(`${complaint.text}.`);
      views.onComplaint(complaint);
    },
    onBegin: (state) => {
      timer = setInterval(() => {
        const now = state();
        const share = now.seconds * TICKS_PER_SECOND / plannedTicks;
        output.show(Math.min(1, share), () => describe(now));
      }, FRAME_MS);
    },
    onEvent: (event) => views.onEvent(event),
    ...views.observer !== null && { observer: views.observer },
  });
  output.tell(
    options.json
      ? jsonText(operationVerdictRecord(verdict))
      : operationsTable(verdict, output.isColoured),
  );
  if (!await views.end(verdict)) return Exit.UNWRITTEN;
  if (interruption.stop.aborted) return Exit.INTERRUPTED;
  return verdict.passed ? Exit.DONE : Exit.FAILED;
}

function describe({ seconds, done, ok, betweenNodes, up }: HostState): string {
  return `${Math.floor(seconds)} s, ${formatCount(up)} nodes up, ${
    formatCount(ok)
  } of ${formatCount(done)} operations succeeded, ${
    formatCount(betweenNodes)
  } messages between nodes`;
}
