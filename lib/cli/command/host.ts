/**
 * `host`: other people's programs as the nodes.
 *
 * @module
 */

import { Exit } from "../../domain/exit_codes.ts";
import { TICKS_PER_SECOND } from "../../domain/ticks.ts";
import { type HostState, runHost } from "../../host/run/host_run.ts";
import type { HostOptions } from "../../host/run/options.ts";
import { checkLogPlace } from "../../options/log_place.ts";
import { createLineFile } from "../../options/named_line_file.ts";
import { Interruption } from "../../platform/interruption.ts";
import { operationVerdictRecord } from "../../verdict/operations/verdict.ts";
import { formatCount } from "../../view/numbers.ts";
import { operationsTable } from "../../view/terminal/operations_table.ts";
import { CommandOutput, jsonText } from "../command_output.ts";

/** Between two pictures of the progress, in milliseconds. */
const FRAME_MS = 200;

/**
 * Runs programs as the nodes of a cluster, and gives the verdict.
 *
 * @param options The run.
 * @returns The exit code: 0 passed, 1 not, 3 the history is not whole, 130
 * stopped.
 */
export async function runHostCommand(options: HostOptions): Promise<number> {
  using interruption = new Interruption();
  const output = new CommandOutput();
  const { hosted: run, logDir } = options;
  checkLogPlace(`${logDir}/n${run.firstNode}.log`);
  const history = options.history === undefined
    ? null
    : createLineFile(options.history, "history", (text) => output.note(text));
  let timer: ReturnType<typeof setInterval> | undefined;
  const plannedTicks = run.lifetimeTicks + run.drainTicks;
  try {
    const verdict = await runHost(options, interruption, {
      onNote: (text) => output.note(text),
      onComplaint: ({ text }) => output.note(`${text}.`),
      onBegin: (state) => {
        timer = setInterval(
          () =>
            output.show(
              state.seconds * TICKS_PER_SECOND / plannedTicks,
              () => describe(state),
            ),
          FRAME_MS,
        );
      },
      ...history !== null &&
        { onEvent: (event) => history.add(JSON.stringify(event)) },
    });
    output.tell(
      options.json
        ? jsonText(operationVerdictRecord(verdict))
        : operationsTable(verdict, output.isColoured),
    );
    const isHistoryWhole = await history?.end() !== false;
    if (!isHistoryWhole) return Exit.UNWRITTEN;
    if (interruption.stop.aborted) return Exit.INTERRUPTED;
    return verdict.passed ? Exit.DONE : Exit.FAILED;
  } finally {
    clearInterval(timer);
  }
}

function describe({ seconds, done, ok, betweenNodes, up }: HostState): string {
  return `${Math.floor(seconds)} s, ${formatCount(up)} nodes up, ${
    formatCount(ok)
  } of ${formatCount(done)} operations succeeded, ${
    formatCount(betweenNodes)
  } messages between nodes`;
}
