/**
 * `merge`: the report on many runs from the files that their shards wrote.
 *
 * @module
 */

import { Exit } from "../../domain/exit_codes.ts";
import type { SamplesReader } from "../../faults/latency.ts";
import { readSamples } from "../../options/read_samples.ts";
import { WHOLE } from "../../options/shard.ts";
import { UsageError } from "../../options/usage_error.ts";
import { yieldToEventLoop } from "../../platform/event_loop.ts";
import { InterruptedError, Interruption } from "../../platform/interruption.ts";
import { openToRead } from "../../platform/log_file.ts";
import { messageOf, StartError } from "../../platform/start_error.ts";
import { grouped } from "../../verdict/explain.ts";
import { VERSION } from "../../domain/version.ts";
import type { MergeCommandOptions } from "../command_options.ts";
import { CommandOutput, jsonText } from "../command_output.ts";
import { WholeFile } from "../whole_file.ts";
import { nameOf, RunsMerger } from "../runs/merge_runs.ts";
import { STANDARD_STREAM } from "../runs/runs_file.ts";
import {
  type RunsHeader,
  samplesOf,
  sweepCommand,
  sweepOf,
} from "../runs/runs_header.ts";
import type { SweepResult } from "../runs/result.ts";
import { resultOf } from "../runs/sweep_result.ts";

/** Bytes that are read at once. */
const CHUNK_BYTES = 1 << 20;

/**
 * Merges the files of shards.
 *
 * @param options Which.
 * @returns The exit code that the command gives that does all runs in one
 * process; 3 if the report could not be written.
 * @throws {StartError} If a file cannot be read, was changed, is of other runs
 * or has runs of another one, or runs are missing.
 * @throws {InterruptedError} If it was stopped.
 */
export async function runMerge(options: MergeCommandOptions): Promise<number> {
  using interruption = new Interruption();
  const { files, program } = options;
  if (files.filter((path) => path === STANDARD_STREAM).length > 1) {
    throw new UsageError("Cannot use - twice: standard input is read once");
  }
  const output = new CommandOutput();
  const report = WholeFile.at("report", options.report, output.note);
  let result: SweepResult | null = null;
  let header: RunsHeader | null = null;
  const merger = new RunsMerger({
    readSweep: (header) => readSweep(header, report !== null),
    onSweep: (sweep, first) => {
      header = first;
      result = resultOf({ ...sweep, shard: WHOLE }, program);
    },
    onRun: (run) => result!.add(run),
  });
  for (const [i, path] of files.entries()) {
    const reader = merger.open(nameOf(path));
    for await (const bytes of bytesOf(path)) {
      if (interruption.stop.aborted) {
        throw new InterruptedError("Stopped before all files were read");
      }
      reader.push(bytes);
      output.show(
        i / files.length,
        () =>
          `${i} of ${files.length} files, ${
            grouped(result?.runs ?? 0)
          } runs so far`,
      );
    }
    reader.end();
  }
  merger.end();
  return await tell(options, result!, header!, output, report);
}

async function tell(
  { json, program }: MergeCommandOptions,
  result: SweepResult,
  header: RunsHeader,
  output: CommandOutput,
  report: WholeFile | null,
): Promise<number> {
  const facts = {
    command: sweepCommand(program, header),
    wallSeconds: output.wallSeconds,
  };
  output.tell(
    json
      ? jsonText(result.json(facts))
      : result.table(facts, output.isColoured),
  );
  if (report !== null) {
    if (!await result.report(report, facts)) return Exit.UNWRITTEN;
  }
  return result.exitCode ?? Exit.DONE;
}

/**
 * The runs of a first line. A report does one of them again; otherwise the
 * files of measured delays are not needed, and may be on other machines.
 */
function readSweep(header: RunsHeader, isReported: boolean) {
  if (isReported && header.version !== VERSION) {
    throw new StartError(
      `Cannot write a report on runs of version ${header.version}: this is ${VERSION}, which may do them otherwise`,
    );
  }
  const noDelays: SamplesReader = () => Float64Array.of(0);
  try {
    const sweep = sweepOf(header, isReported ? readSamples : noDelays);
    if (!isReported) return sweep;
    const found = samplesOf(sweep.run.faults);
    for (const [path, checksum] of Object.entries(header.samples)) {
      if (found[path] === checksum) continue;
      throw new StartError(
        `Cannot write a report on these runs: ${path} holds other delays than it did`,
      );
    }
    return sweep;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new StartError(
      `Cannot merge runs of version ${header.version}: ${error.message}`,
      { cause: error },
    );
  }
}

async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(CHUNK_BYTES);
  if (path === STANDARD_STREAM) {
    for (let count; (count = await Deno.stdin.read(buffer)) !== null;) {
      yield buffer.subarray(0, count);
    }
    return;
  }
  using file = open(path);
  for (let count; (count = file.readSync(buffer)) !== null;) {
    yield buffer.subarray(0, count);
    await yieldToEventLoop();
  }
}

function open(path: string): Deno.FsFile {
  try {
    return openToRead(path);
  } catch (error) {
    throw new StartError(
      `Cannot read ${nameOf(path)}: ${
        error instanceof Deno.errors.NotFound
          ? "there is no such file"
          : error instanceof Deno.errors.NotCapable
          ? `read access is not permitted (start with --allow-read=${path}, or give it on standard input and name -)`
          : messageOf(error)
      }`,
      { cause: error },
    );
  }
}
