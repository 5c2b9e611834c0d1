/**
 * The first line of a runs file: what was run.
 *
 * @module
 */

import { VERSION } from "../../domain/version.ts";
import type { Latency, SamplesReader } from "../../faults/latency.ts";
import type { FaultPlan } from "../../faults/plan.ts";
import { runWords } from "../../options/format_run.ts";
import { parseCommand } from "../../options/parse.ts";
import { readRun } from "../../options/read_run.ts";
import {
  formatShard,
  partOf,
  readShard,
  type Shard,
} from "../../options/shard.ts";
import { shellWord } from "../../faults/notation.ts";
import { COMMANDS } from "../commands.ts";
import { checksumOf, hex, isSealed, sealed } from "./checksum.ts";
import type { Sweep, SweepCommand } from "./sweep.ts";

/** The beginning of every first line. */
export const HEADER_START = '{"runsFile":';

/** Version of the form of runs files. */
const FORM = 1;

/** Description of what was run, as a first line tells it. */
export interface RunsHeader {
  /** The version of the program. */
  readonly version: string;
  /** The command. */
  readonly command: SweepCommand;
  /** Flags of the command but for seed and number of runs, in one spelling. */
  readonly flags: readonly string[];
  /**
   * Files of `--latency samples:FILE`, each with the checksum of its delays.
   */
  readonly samples: Readonly<Record<string, string>>;
  /** The first of all seeds. */
  readonly firstSeed: number;
  /** The number of all seeds. */
  readonly runs: number;
  /** The checksum of all of these; lines of the sweep's runs begin from it. */
  readonly sweep: number;
  /** The part of the seeds that the lines are of. */
  readonly shard: Shard;
}

/**
 * Describes a sweep.
 *
 * @param sweep The runs.
 * @returns What its first line tells.
 */
export function headerOf(sweep: Sweep): RunsHeader {
  const { command, run, quorums, runs, check, shard } = sweep;
  const what = {
    version: VERSION,
    command,
    flags: [
      ...runWords(run),
      ...quorums ? ["--quorums"] : [],
      ...check ? ["--check"] : [],
    ],
    samples: samplesOf(run.faults),
    firstSeed: run.seed,
    runs,
  };
  return { ...what, sweep: checksumOf(JSON.stringify(what)), shard };
}

/**
 * Writes a first line.
 *
 * @param header What was run.
 * @returns The line, without its line feed.
 */
export function formatHeader(header: RunsHeader): string {
  const { sweep, shard, samples, ...what } = header;
  const part = partOf(shard, header.runs);
  const line = JSON.stringify({
    runsFile: FORM,
    ...what,
    ...Object.keys(samples).length > 0 && { samples },
    sweep: hex(sweep),
    shard: formatShard(shard),
    shardFirstSeed: header.firstSeed + part.first,
    shardRuns: part.runs,
  });
  return sealed(line.slice(0, -1));
}

/**
 * Reads a first line.
 *
 * @param line The line, without its line feed.
 * @returns What was run; null if the line was changed since it was written, or
 * an other version of the program wrote it in another form.
 */
export function parseHeader(line: string): RunsHeader | null {
  if (!isSealed(line)) return null;
  try {
    const fields = JSON.parse(line);
    const { version, command, flags, samples = {}, firstSeed, runs } = fields;
    if (fields.runsFile !== FORM) return null;
    if (command !== "sim" && command !== "compare") return null;
    const areWords = Array.isArray(flags) &&
      flags.every((word) => typeof word === "string");
    if (typeof version !== "string" || !areWords) return null;
    if (!Number.isSafeInteger(firstSeed) || !Number.isSafeInteger(runs)) {
      return null;
    }
    const shard = readShard(fields.shard, "shard");
    const what = { version, command, flags, samples, firstSeed, runs };
    const sweep = checksumOf(JSON.stringify(what));
    return { ...what, command, sweep, shard };
  } catch {
    return null;
  }
}

/**
 * Tells how two sweeps differ.
 *
 * @param one One of them.
 * @param other The other one.
 * @returns The differences in a few words, such as
 * `--loss 0.1 and no --loss`; empty if they are the same.
 */
export function differenceOf(one: RunsHeader, other: RunsHeader): string {
  const differences: string[] = [];
  const tell = (name: string, a: unknown, b: unknown) => {
    if (a !== b) differences.push(`${name} ${a} and ${b}`);
  };
  tell("version", one.version, other.version);
  tell("command", one.command, other.command);
  const [ours, theirs] = [one, other].map(({ flags }) => flagsOf(flags)) as [
    Map<string, string>,
    Map<string, string>,
  ];
  for (const name of new Set([...ours.keys(), ...theirs.keys()])) {
    const a = ours.get(name) ?? `no ${name}`;
    const b = theirs.get(name) ?? `no ${name}`;
    if (a !== b) differences.push(`${a} and ${b}`);
  }
  for (const path of Object.keys(one.samples)) {
    if (one.samples[path] === other.samples[path]) continue;
    if (path in other.samples) differences.push(`what ${path} held`);
  }
  tell("--seed", one.firstSeed, other.firstSeed);
  tell("--runs", one.runs, other.runs);
  return differences.join("; ");
}

/** Each flag with its values, by its name. */
function flagsOf(words: readonly string[]): Map<string, string> {
  const flags = new Map<string, string>();
  let name = "";
  for (const word of words) {
    if (word.startsWith("--")) {
      name = word;
      flags.set(name, [flags.get(name) ?? [], name].flat().join(" "));
    } else flags.set(name, `${flags.get(name)} ${shellWord(word)}`);
  }
  return flags;
}

/**
 * Reads the runs that a first line tells of.
 *
 * @param header What was run.
 * @param readSamples Reads the file of `--latency samples:FILE`.
 * @returns The runs.
 * @throws {UsageError} If this version of the program does not know them.
 */
export function sweepOf(
  header: RunsHeader,
  readSamples: SamplesReader,
): Sweep {
  const { command, flags, firstSeed, runs, shard } = header;
  const values = command === "sim"
    ? { ...parseCommand(command, COMMANDS.sim, flags).values, quorums: false }
    : {
      ...parseCommand(command, COMMANDS.compare, flags).values,
      check: false,
    };
  const run = readRun(values, () => firstSeed, readSamples);
  const { check, quorums } = values;
  return { command, run, quorums, check, runs, shard };
}

/**
 * The command that does all runs of a sweep in one process.
 *
 * @param program What is typed before the command: `deno task` or `likes`.
 * @param header What was run.
 * @returns A line for a POSIX shell.
 */
export function sweepCommand(program: string, header: RunsHeader): string {
  const { command, flags, firstSeed, runs } = header;
  const words = [...flags, "--runs", `${runs}`, "--seed", `${firstSeed}`];
  return [program, command, ...words.map(shellWord)].join(" ");
}

/**
 * The measured latencies of a plan.
 *
 * @param plan The plan.
 * @returns The checksum of the delays of each file, by its path.
 */
export function samplesOf(plan: FaultPlan): Record<string, string> {
  const samples: Record<string, string> = {};
  const look = (latency: Latency | null): void => {
    if (latency?.kind === "mix") {
      for (const part of latency.parts) look(part.latency);
    } else if (latency?.kind === "samples") {
      samples[latency.path] = hex(
        checksumOf(new Uint8Array(latency.delaysMs.buffer)),
      );
    }
  };
  look(plan.latency);
  look(plan.ackLatency);
  look(plan.peerLatency);
  look(plan.readLatency);
  return samples;
}
