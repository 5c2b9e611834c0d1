/**
 * The arguments of a likes server: its parent writes them, the likes server
 * reads them.
 *
 * Both sides use this module. It is for the parent only: people set these with
 * the flags of `parent` and `start`.
 *
 * @module
 */

import { DELIVERIES, type Delivery } from "../../domain/delivery.ts";
import {
  READ_REPAIRS,
  type ReadRepair,
  REPLICA_CHOICES,
  type ReplicaChoice,
} from "../../domain/replicas.ts";
import { formatSession, parseSession } from "../../protocol/report.ts";

/**
 * The part of a likes server's session that its parent saw before that likes
 * server died.
 */
export interface SeenOfSession {
  /** Draws it was seen to make. */
  readonly seq: number;
  /** Likes of those draws. */
  readonly total: number;
  /** The highest draw that is known to be acknowledged, 0 when none is. */
  readonly acknowledgedSeq: number;
  /** Likes that are known to be acknowledged. */
  readonly acknowledged: number;
  /** The number of its last attempt to send a report. */
  readonly attempt: number;
  /** The number of its last read of its own likes. */
  readonly read: number;
}

/**
 * The life of a likes server, as its parent plans it. Times are ticks of 0.1 ms
 * since the start of the run.
 */
export interface WorkerOptions {
  /** The likes server's id, 0 to 9999. */
  readonly id: number;
  /** The session, two halves of 32 bits each. */
  readonly session: readonly [high: number, low: number];
  /** The planned start of this likes server. */
  readonly startTicks: number;
  /** The end of its lifetime. */
  readonly endTicks: number;
  /**
   * The beginning of its time to deliver what is left: the planned end of the
   * run.
   */
  readonly drainFromTicks: number;
  /**
   * The length of that time. If the lifetime is cut short, it begins then.
   */
  readonly drainTicks: number;
  /** Shortest pause between two draws. */
  readonly intervalMinTicks: number;
  /** Longest pause between two draws. */
  readonly intervalMaxTicks: number;
  /** Fewest likes of a draw, 0 to 42. */
  readonly likesMin: number;
  /** Most likes of a draw, 0 to 42. */
  readonly likesMax: number;
  /** The seed of the run. */
  readonly seed: number;
  /** The rule for a report that got no answer. */
  readonly delivery: Delivery;
  /** The time for which an attempt waits for an answer. */
  readonly ackTimeoutTicks: number;
  /** Whether it holds one connection open instead of one for each report. */
  readonly keepAlive: boolean;
  /** The ports of the replicas by their numbers, at 127.0.0.1; at least one. */
  readonly ports: readonly number[];
  /**
   * The replica that a report goes to: its home, or any, drawn for each
   * attempt.
   */
  readonly writeTo: ReplicaChoice;
  /** Write quorum W: replicas that must have acknowledged a draw. */
  readonly writeQuorum: number;
  /** Whether it leaves a home that fails. */
  readonly failover: boolean;
  /**
   * Time from each acknowledgement to the read of its own likes, in ticks;
   * null: no own reads.
   */
  readonly readAfterTicks: number | null;
  /** The replicas that a read asks. */
  readonly readFrom: ReplicaChoice;
  /** Read quorum R: replicas that must answer. */
  readonly readQuorum: number;
  /** Time of read repair: `off`, `after` the answer, or `before` it. */
  readonly readRepair: ReadRepair;
  /** The path of its log. */
  readonly log: string;
  /**
   * Set for a likes server that died and is started again: what its parent saw
   * of it.
   */
  readonly resume?: SeenOfSession;
  /**
   * Reads the log, prints what it holds and ends: for a likes server that was
   * left dead.
   */
  readonly tally: boolean;
}

const NUMBERS = [
  "id",
  "startTicks",
  "endTicks",
  "drainFromTicks",
  "drainTicks",
  "intervalMinTicks",
  "intervalMaxTicks",
  "likesMin",
  "likesMax",
  "seed",
  "ackTimeoutTicks",
  "writeQuorum",
  "readQuorum",
] as const;

const SEEN = [
  "seq",
  "total",
  "acknowledgedSeq",
  "acknowledged",
  "attempt",
  "read",
] as const;

/**
 * Writes the options as arguments.
 *
 * @param options What the likes server is told.
 * @returns Arguments for its command line: `name=value` each.
 */
export function workerArguments(options: WorkerOptions): string[] {
  const args = NUMBERS.map((name) => `${name}=${options[name]}`);
  args.push(
    `session=${formatSession(...options.session)}`,
    `delivery=${options.delivery}`,
    `log=${options.log}`,
    `ports=${options.ports.join(",")}`,
  );
  args.push(
    `writeTo=${options.writeTo}`,
    `readFrom=${options.readFrom}`,
    `readRepair=${options.readRepair}`,
  );
  const { readAfterTicks } = options;
  if (readAfterTicks !== null) args.push(`readAfterTicks=${readAfterTicks}`);
  if (!options.failover) args.push("noFailover=1");
  if (options.keepAlive) args.push("keepAlive=1");
  if (options.tally) args.push("tally=1");
  if (options.resume !== undefined) {
    for (const name of SEEN) args.push(`seen.${name}=${options.resume[name]}`);
  }
  return args;
}

/**
 * The permissions that a likes server needs, as flags: to reach the replicas
 * and to write its own log. One that goes on from its log, or only reads it,
 * needs to read that one file as well; one that only reads it needs nothing
 * else.
 *
 * @param options What the likes server is told.
 * @returns Flags for `deno run`.
 */
export function workerPermissions(options: WorkerOptions): string[] {
  // A comma would separate paths here: the command line allows none in the log
  // folder.
  const { log } = options;
  if (options.tally) return [`--allow-read=${log}`];
  const permissions = [
    netPermission(options.ports),
    `--allow-write=${log}`,
  ];
  if (options.resume !== undefined) permissions.push(`--allow-read=${log}`);
  return permissions;
}

/**
 * The permission to connect to replicas and to nobody else.
 *
 * @param ports The replicas' ports, at 127.0.0.1.
 * @returns A flag for `deno run`.
 */
export function netPermission(ports: readonly number[]): string {
  return `--allow-net=${ports.map((port) => `127.0.0.1:${port}`).join(",")}`;
}

/**
 * Reads the arguments that {@linkcode workerArguments} wrote.
 *
 * @param args Arguments of a likes server's command line.
 * @returns What the likes server is told.
 * @throws {SyntaxError} If an argument is missing or is not of its kind.
 */
export function parseWorkerArguments(args: readonly string[]): WorkerOptions {
  const given = new Map<string, string>();
  for (const arg of args) {
    const equals = arg.indexOf("=");
    given.set(arg.slice(0, equals), arg.slice(equals + 1));
  }
  function text(name: string): string {
    const value = given.get(name);
    if (value === undefined) {
      throw new SyntaxError(
        `Cannot run a likes server without "${name}=…": likes servers are started by "parent" or "start"`,
      );
    }
    return value;
  }
  function number(name: string): number {
    const value = text(name);
    if (!/^\d{1,16}$/.test(value)) {
      throw new SyntaxError(
        `Cannot run a likes server with "${name}=${value}": allowed are whole numbers`,
      );
    }
    return Number(value);
  }
  const delivery = DELIVERIES.find((mode) => mode === text("delivery"));
  if (delivery === undefined) {
    throw new SyntaxError(
      `Cannot run a likes server with "delivery=${text("delivery")}": ` +
        `allowed are ${DELIVERIES.join(", ")}`,
    );
  }
  return {
    id: number("id"),
    session: parseSession(text("session")),
    startTicks: number("startTicks"),
    endTicks: number("endTicks"),
    drainFromTicks: number("drainFromTicks"),
    drainTicks: number("drainTicks"),
    intervalMinTicks: number("intervalMinTicks"),
    intervalMaxTicks: number("intervalMaxTicks"),
    likesMin: number("likesMin"),
    likesMax: number("likesMax"),
    seed: number("seed"),
    delivery,
    ackTimeoutTicks: number("ackTimeoutTicks"),
    keepAlive: given.has("keepAlive"),
    ports: readPorts(text("ports")),
    writeTo: oneOf(REPLICA_CHOICES, "writeTo", given),
    writeQuorum: number("writeQuorum"),
    failover: !given.has("noFailover"),
    readAfterTicks: given.has("readAfterTicks")
      ? number("readAfterTicks")
      : null,
    readFrom: oneOf(REPLICA_CHOICES, "readFrom", given),
    readQuorum: number("readQuorum"),
    readRepair: oneOf(READ_REPAIRS, "readRepair", given),
    log: text("log"),
    tally: given.has("tally"),
    ...given.has("seen.seq") && {
      resume: {
        seq: number("seen.seq"),
        total: number("seen.total"),
        acknowledgedSeq: number("seen.acknowledgedSeq"),
        acknowledged: number("seen.acknowledged"),
        attempt: number("seen.attempt"),
        read: number("seen.read"),
      },
    },
  };
}

/**
 * Reads an argument that is a word of a list.
 *
 * @param words The list.
 * @param name The argument's name.
 * @param given All arguments.
 * @returns The word.
 * @throws {SyntaxError} If it is missing or is none of them.
 */
export function oneOf<Word extends string>(
  words: readonly Word[],
  name: string,
  given: ReadonlyMap<string, string>,
): Word {
  const text = given.get(name) ?? "…";
  const word = words.find((one) => one === text);
  if (word !== undefined) return word;
  throw new SyntaxError(
    `Cannot run a process with "${name}=${text}": allowed are ${
      words.join(", ")
    }`,
  );
}

/**
 * Reads the ports of replicas.
 *
 * @param text Numbers with commas between them.
 * @returns The ports.
 * @throws {SyntaxError} If it is anything else.
 */
export function readPorts(text: string): number[] {
  if (/^\d{1,5}(,\d{1,5})*$/.test(text)) return text.split(",").map(Number);
  throw new SyntaxError(
    `Cannot run a process with "ports=${text}": allowed are whole numbers with commas between them`,
  );
}
