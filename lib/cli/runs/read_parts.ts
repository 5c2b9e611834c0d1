/**
 * The flags of many runs in parts, checked against the others.
 *
 * @module
 */

import type { FlagValues } from "../../options/flags.ts";
import { refuseGiven } from "../../options/read_run.ts";
import { formatShard } from "../../options/shard.ts";
import { UsageError } from "../../options/usage_error.ts";
import { HEADER_START, parseHeader } from "./runs_header.ts";
import { STANDARD_STREAM } from "./runs_file.ts";
import type { ManyRunsOptions } from "./run_sweep.ts";

type PartKey = "shard" | "runsFile" | "workers";

/**
 * Checks how many runs are to be done, and where they go.
 *
 * @param values The values of the flags.
 * @returns What they say.
 * @throws {UsageError} If they do not fit together.
 */
export function readParts(
  values: FlagValues<PartKey | "runs" | "seed" | "json">,
): ManyRunsOptions {
  const { runs, seed, shard, runsFile, workers } = values;
  if (runs === 1) {
    refuseGiven(
      values,
      ["shard", "runsFile"],
      `with --runs "${runs}": it is about many runs`,
    );
  }
  if (shard !== undefined && seed === undefined) {
    throw new UsageError(
      `Cannot use --shard ${
        formatShard(shard)
      } without --seed: all shards must begin from the same one`,
    );
  }
  if (runsFile === STANDARD_STREAM && values.json) {
    throw new UsageError(
      "Cannot use --json with --runs-file -: both are for standard output",
    );
  }
  return { runs, shard, runsFile, workers };
}

/**
 * The command line that goes on with a file of runs: its seed is that of the
 * file, where one was drawn.
 *
 * @param values The values of the flags.
 * @param line The rest of the command line.
 * @returns The line, with the seed of the file in place of one that is drawn.
 */
export function lineOfParts<L extends { readonly drawSeed: () => number }>(
  { runsFile }: FlagValues<"runsFile">,
  line: L,
): L {
  if (runsFile === undefined || runsFile === STANDARD_STREAM) return line;
  const drawSeed = () => seedIn(runsFile) ?? line.drawSeed();
  return { ...line, drawSeed };
}

/** Bytes that a first line may have. */
const FIRST_LINE_BYTES_MAX = 1 << 16;

function seedIn(path: string): number | undefined {
  try {
    if (!Deno.lstatSync(path).isFile) return undefined;
    using file = Deno.openSync(path);
    const bytes = new Uint8Array(FIRST_LINE_BYTES_MAX);
    const length = file.readSync(bytes) ?? 0;
    const [line = ""] = new TextDecoder().decode(bytes.subarray(0, length))
      .split("\n", 1);
    return line.startsWith(HEADER_START)
      ? parseHeader(line)?.firstSeed
      : undefined;
  } catch {
    // What is wrong with the file is told when it is opened.
    return undefined;
  }
}
