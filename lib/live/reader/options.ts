/**
 * The arguments of a reader: its parent writes them, the reader reads them.
 *
 * @module
 */

import {
  READ_REPAIRS,
  type ReadRepair,
  REPLICA_CHOICES,
  type ReplicaChoice,
} from "../../domain/replicas.ts";
import { oneOf, readPorts } from "../worker/options.ts";

/** The reads of a reader. Times are ticks of 0.1 ms since the run's start. */
export interface ReaderOptions {
  /** The reader's number. */
  readonly reader: number;
  /** Reads that processes before this one have begun: 0 at the first. */
  readonly readsBefore: number;
  /** Number of likes servers, which are what can be read. */
  readonly servers: number;
  /** The ports of the replicas by their numbers, at 127.0.0.1. */
  readonly ports: readonly number[];
  /** The root of all randomness. */
  readonly seed: number;
  /** The end of the last lifetime: no read begins then or later. */
  readonly endTicks: number;
  /** Shortest pause between two reads. */
  readonly readIntervalMinTicks: number;
  /** Longest pause between two reads. */
  readonly readIntervalMaxTicks: number;
  /** The time for which a read waits for its answer. */
  readonly ackTimeoutTicks: number;
  /** The replicas that a read asks. */
  readonly readFrom: ReplicaChoice;
  /** Read quorum R: replicas that must answer. */
  readonly readQuorum: number;
  /** Time of read repair: `off`, `after` the answer, or `before` it. */
  readonly readRepair: ReadRepair;
  /**
   * Write quorum W: replicas that must have what is answered, with repair
   * `before`.
   */
  readonly writeQuorum: number;
}

const NUMBERS = [
  "reader",
  "readsBefore",
  "servers",
  "seed",
  "endTicks",
  "readIntervalMinTicks",
  "readIntervalMaxTicks",
  "ackTimeoutTicks",
  "readQuorum",
  "writeQuorum",
] as const;

/**
 * Writes the options as arguments.
 *
 * @param options What the reader is told.
 * @returns Arguments for its command line: `name=value` each.
 */
export function readerArguments(options: ReaderOptions): string[] {
  return [
    ...NUMBERS.map((name) => `${name}=${options[name]}`),
    `ports=${options.ports.join(",")}`,
    `readFrom=${options.readFrom}`,
    `readRepair=${options.readRepair}`,
  ];
}

/**
 * Reads the arguments that {@linkcode readerArguments} wrote.
 *
 * @param args Arguments of a reader's command line.
 * @returns What the reader is told.
 * @throws {SyntaxError} If an argument is missing or is not of its kind.
 */
export function parseReaderArguments(args: readonly string[]): ReaderOptions {
  const given = new Map(
    args.map((arg) => arg.split("=", 2) as [string, string]),
  );
  const numbers = NUMBERS.map((name) => {
    const text = given.get(name) ?? "";
    if (/^\d{1,16}$/.test(text)) return [name, Number(text)];
    throw new SyntaxError(
      `Cannot run a reader with "${name}=${text}": allowed are whole numbers; readers are started by "parent" or "start"`,
    );
  });
  return {
    ...Object.fromEntries(numbers) as Record<typeof NUMBERS[number], number>,
    ports: readPorts(given.get("ports") ?? ""),
    readFrom: oneOf(REPLICA_CHOICES, "readFrom", given),
    readRepair: oneOf(READ_REPAIRS, "readRepair", given),
  };
}
