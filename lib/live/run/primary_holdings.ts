/**
 * Questions to a primary about the likes servers of one run.
 *
 * @module
 */

import { parseReply } from "../../protocol/replies.ts";
import { COUNTERS, STATS } from "../../protocol/queries.ts";
import { AwakeCountdown, sleep } from "../../platform/sleep.ts";
import {
  parseStats,
  parseStatsCounters,
  type ServerStats,
  type Stats,
} from "../primary/stats.ts";
import {
  type AskOptions,
  NoAnswerError,
  PrimaryClient,
  whyNoAnswer,
} from "./primary_client.ts";

/** Milliseconds in which a primary is tried to be reached. */
const PATIENCE_MS = 5_000;

/** Between two tries, in milliseconds. */
const RETRY_MS = 100;

/** Part of the patience that the first try waits for an answer. */
const FIRST_TRY = 0.4;

/** No primary answers on the port. */
export class PrimaryAbsentError extends Error {
  /** The name that stack traces print. */
  override readonly name = "PrimaryAbsentError";

  /** Whether something accepts connections there. */
  get isAccepting(): boolean {
    return this.cause instanceof NoAnswerError;
  }
}

function primaryAbsent(port: number, cause: unknown): PrimaryAbsentError {
  return new PrimaryAbsentError(
    `Cannot start: no primary answers on 127.0.0.1:${port}: ${
      whyNoAnswer(cause)
    } (start a primary with "primary", or run "start", which brings its own)`,
    { cause },
  );
}

/** A likes server that a primary is asked about. */
export interface AskedServer {
  /** Name, such as `LikesServer3`. */
  readonly name: string;
  /** Session in this run, 16 lower-case hexadecimal digits. */
  readonly sessionText: string;
}

/**
 * Asks a primary once, over one connection, for what it has done and for what
 * it holds of some likes servers: the answers are no longer than that, whatever
 * else the primary holds.
 *
 * A primary from before `COUNTERS` is asked for everything.
 *
 * @param servers The likes servers; null: of all, by whom it was counted, too.
 * @param options Where the primary is.
 * @returns What it said of itself and of these; null for a primary of the
 * original kind.
 * @throws {NoAnswerError} If no primary answers.
 * @throws {Error} If there is no connection, as Deno says it.
 */
export async function askHoldings(
  servers: readonly AskedServer[] | null,
  options: AskOptions,
): Promise<Stats | null> {
  using client = await PrimaryClient.connect(options);
  let line: string;
  try {
    line = await client.ask(COUNTERS);
  } catch (error) {
    if (error instanceof NoAnswerError && error.isOriginalKind) return null;
    throw error;
  }
  const reply = parseReply(line);
  try {
    const isOlder = reply.kind === "NAK" && !reply.temporary;
    if (isOlder || servers === null) {
      line = await client.ask(STATS);
      return parseStats(line);
    }
    const counters = parseStatsCounters(line);
    const values = await client.askAll(
      servers.map(({ name, sessionText }) => `READ ${name} ${sessionText}`),
    );
    return { ...counters, servers: values.map(serverStats) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new NoAnswerError(options.port, line);
  }
}

function serverStats(line: string): ServerStats {
  const reply = parseReply(line);
  if (reply.kind !== "VALUE") {
    throw new SyntaxError("The answer to READ is no value");
  }
  const { name, likes, entries } = reply;
  const marked = entries.reduce((sum, { total }) => sum + total, 0);
  return { name, unmarked: likes - marked, sessions: entries };
}

/** Limits of the tries of {@linkcode askPatiently}. */
export interface Patience {
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Milliseconds in which to try. @default {5000} */
  readonly patienceMs?: number | undefined;
}

/**
 * Asks a primary as {@linkcode askHoldings} does, again and again where nothing
 * accepts a connection, or nothing is answered: it may be starting, or stand
 * still.
 *
 * @param port Its port, at 127.0.0.1.
 * @param servers As {@linkcode askHoldings} takes them.
 * @param patience Limits of the tries.
 * @returns What it said; null for a primary of the original kind.
 * @throws {PrimaryAbsentError} If no primary answers for 5 s, or another server
 * does.
 */
export async function askPatiently(
  port: number,
  servers: readonly AskedServer[] | null,
  { signal, patienceMs = PATIENCE_MS }: Patience,
): Promise<Stats | null> {
  using countdown = new AwakeCountdown(patienceMs);
  for (let tries = 1;; tries++) {
    const timeoutMs = tries === 1
      ? FIRST_TRY * patienceMs
      : Math.max(RETRY_MS, countdown.leftMs);
    try {
      return await askHoldings(servers, { port, timeoutMs });
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) throw error;
      const isOver = signal.aborted || tries > 1 && countdown.leftMs <= 0;
      if (isOver || isForeign(error)) throw primaryAbsent(port, error);
    }
    await sleep(RETRY_MS, signal);
  }
}

/**
 * Whether another server has answered, with a whole line. A primary that is
 * busy or stopping may serve the next connection.
 */
function isForeign(error: unknown): boolean {
  if (!(error instanceof NoAnswerError) || error.end !== undefined) {
    return false;
  }
  const reply = parseReply(error.received);
  return !(reply.kind === "NAK" && reply.temporary);
}
