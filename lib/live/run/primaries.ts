/**
 * The primaries of a live run: one, or the replicas.
 *
 * @module
 */

import {
  InterruptedError,
  type Interruption,
} from "../../platform/interruption.ts";
import { closeQuietly } from "../../platform/close_quietly.ts";
import { PortTakenError, StartError } from "../../platform/start_error.ts";
import { isNetworkWatched, type LiveRunOptions } from "./options.ts";
import { OwnPrimary } from "./own_primary.ts";

/** The most times that ports are looked for which are free together. */
const PORT_TRIES_MAX = 20;

/** A primary of a run. */
export interface RunPrimary {
  /** Port at 127.0.0.1. */
  readonly port: number;
  /** The primary, if it is this process's own and faults can happen to it. */
  readonly own?: OwnPrimary;
}

/** The primaries of a run. */
export interface Primaries extends AsyncDisposable {
  /** The primaries, by their numbers; at least one. */
  readonly all: readonly RunPrimary[];
  /**
   * Listeners that replicas connect to in place of the others, by their
   * numbers, where a network with faults is to be between them.
   */
  readonly listeners?: readonly Deno.TcpListener[] | undefined;
}

/** Settings of the primaries of `start`. */
export interface OwnPrimariesOptions {
  /** The run. */
  readonly live: LiveRunOptions;
  /** Stops them, or ends the wait for them. */
  readonly interruption: Interruption;
  /** Called with each line that one of them prints. */
  readonly onLine: (line: string) => void;
  /** Called with each warning and error. */
  readonly onNote: (text: string) => void;
}

/**
 * Primaries that others have started.
 *
 * @param ports Their ports at 127.0.0.1, by their numbers.
 * @returns The primaries.
 */
export function primariesAt(ports: readonly number[]): Primaries {
  return {
    all: ports.map((port) => ({ port })),
    async [Symbol.asyncDispose]() {},
  };
}

/** The primaries of `start`: subprocesses of this process. */
export class OwnPrimaries implements Primaries {
  /** The primaries as the run sees them. */
  readonly all: readonly RunPrimary[];
  readonly listeners?: readonly Deno.TcpListener[] | undefined;
  readonly #primaries: readonly OwnPrimary[];

  private constructor(
    primaries: readonly OwnPrimary[],
    listeners?: readonly Deno.TcpListener[],
  ) {
    this.#primaries = primaries;
    this.all = primaries.map((own) => ({
      own,
      get port() {
        return own.port;
      },
    }));
    this.listeners = listeners;
  }

  /**
   * Starts the primaries of a run.
   *
   * @param options What they need.
   * @returns The primaries, listening.
   * @throws {StartError} If one does not come so far: the others have ended.
   * @throws {InterruptedError} If somebody lost patience.
   */
  static async start(options: OwnPrimariesOptions): Promise<OwnPrimaries> {
    const { replicas } = options.live.run;
    if (replicas === 1) {
      return new OwnPrimaries([await OwnPrimary.start(options)]);
    }
    if (isNetworkWatched(options.live)) {
      const listeners = listenTogether(replicas, 0);
      try {
        const peers = listeners.map(({ addr }) => addr.port);
        const primaries = await startOnFreePorts(options, peers);
        return new OwnPrimaries(primaries, listeners);
      } catch (error) {
        for (const listener of listeners) listener.close();
        throw error;
      }
    }
    return new OwnPrimaries(await startOnFreePorts(options));
  }

  /**
   * A primary.
   *
   * @param number Its number.
   * @returns The primary.
   */
  at(number: number): OwnPrimary | undefined {
    return this.#primaries[number];
  }

  /**
   * Stops all, and closes what no network has taken over.
   *
   * @returns Fulfils when all have ended.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const listener of this.listeners ?? []) closeQuietly(listener);
    await Promise.all(this.#primaries.map((one) => one.stop()));
  }
}

/**
 * Starts replicas, each on the first free port beyond that of the one before.
 *
 * @param options What they need.
 * @param peers The ports at which they reach each other, by their numbers; left
 * out: their own.
 * @returns The replicas, listening.
 * @throws {StartError} If one does not come so far: the others have ended.
 * @throws {InterruptedError} If somebody lost patience.
 */
async function startOnFreePorts(
  options: OwnPrimariesOptions,
  peers?: readonly number[],
): Promise<OwnPrimary[]> {
  let { port, run: { replicas } } = options.live;
  for (let tries = 1;; tries++) {
    const ports = freePorts(replicas, port);
    try {
      return await startAll(options, ports, peers ?? ports);
    } catch (error) {
      // Somebody else was faster.
      const isTaken = error instanceof PortTakenError;
      if (!isTaken || tries === PORT_TRIES_MAX) throw error;
      port = port === 0 ? 0 : (ports.at(-1) as number) + 1;
    }
  }
}

/** Starts replicas on some ports, which reach each other at these or others. */
async function startAll(
  options: OwnPrimariesOptions,
  ports: readonly number[],
  peers: readonly number[],
): Promise<OwnPrimary[]> {
  const starts = await Promise.allSettled(
    ports.map((port, number) =>
      OwnPrimary.start({
        ...options,
        replica: {
          ...{ number, port },
          peers: peers.filter((_, other) => other !== number),
        },
      })
    ),
  );
  const started = starts.flatMap((one) =>
    one.status === "fulfilled" ? [one.value] : []
  );
  if (started.length === ports.length) return started;
  await Promise.all(started.map((one) => one.stop()));
  const reasons: unknown[] = starts.flatMap((one) =>
    one.status === "rejected" ? [one.reason] : []
  );
  throw reasons.find((one) => !(one instanceof InterruptedError)) ?? reasons[0];
}

/**
 * Finds ports that are free together.
 *
 * @param count Number of ports.
 * @param from The first one to try; 0: any.
 * @returns Ports at 127.0.0.1, in rising order but for any.
 * @throws {StartError} If there are not so many.
 */
function freePorts(count: number, from: number): number[] {
  const listeners = listenTogether(count, from);
  for (const listener of listeners) listener.close();
  return listeners.map(({ addr }) => addr.port);
}

/** Listens at ports that are free together, as {@linkcode freePorts}. */
function listenTogether(count: number, from: number): Deno.TcpListener[] {
  const listeners: Deno.TcpListener[] = [];
  try {
    for (
      let port = from;
      listeners.length < count;
      port += from === 0 ? 0 : 1
    ) {
      if (port > 65_535) {
        throw new StartError(
          `Cannot start: fewer than ${count} ports from ${from} on are free (--port)`,
        );
      }
      try {
        listeners.push(Deno.listen({ hostname: "127.0.0.1", port }));
      } catch (error) {
        if (!(error instanceof Deno.errors.AddrInUse)) throw error;
      }
    }
    return listeners;
  } catch (error) {
    for (const listener of listeners) listener.close();
    throw error;
  }
}
