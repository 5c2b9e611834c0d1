/**
 * The primary's shell: port and lock. What happens to a
 * connection is in `lib/live/primary/connection.ts`, what to a report in
 * `lib/live/primary/intake.ts`; what is valid and what it counts is decided in
 * `lib/protocol/` and `lib/rules/`.
 *
 * @module
 */

import { LIVE_REPLICAS_MAX } from "./lib/domain/replicas.ts";
import { lockLogFolder } from "./lib/options/log_place.ts";
import { runToExit } from "./lib/cli/exit.ts";
import { primaryLock } from "./lib/domain/log_files.ts";
import {
  PRIMARY_DEFAULTS,
  type PrimaryOptions,
  type ReplicaOptions,
} from "./lib/options/primary_options.ts";
import { type Primary, PrimaryServer } from "./lib/live/primary/server.ts";
import { listenStartError } from "./lib/platform/start_error.ts";

export type { Primary, PrimaryOptions };

/**
 * Starts a primary in this process. Needs permission to listen on 127.0.0.1 and
 * to write in the log folder, and to read the log if it resumes.
 *
 * @param options How it is run
 * @returns The primary, listening
 * @throws {RangeError} If an option is out of range
 * @throws {StartError} If the port is in use, the log cannot be opened or
 * resumed, or another primary is using it
 *
 * @example
 * ```ts ignore
 * const primary = await servePrimary({ port: 0, logDir });
 * try {
 *   const client = await Deno.connect({ hostname: "127.0.0.1", port: primary.port });
 *   // …
 * } finally {
 *   await primary.stop();
 * }
 * ```
 */
export async function servePrimary(
  options: PrimaryOptions = {},
): Promise<Primary> {
  const settings = { ...PRIMARY_DEFAULTS, ...options };
  validateOptions(settings);
  const folder = settings.logDir.replace(/(?<=.)\/+$/, "");
  // The lock first, the log last: a primary that cannot start leaves the log of
  // the one before it as it is.
  const name = primaryLock(settings.replica?.number ?? null);
  const lock = await lockLogFolder(`${folder}/${name}`, "primary");
  let listener: Deno.TcpListener | undefined;
  try {
    listener = listen(settings);
    return new PrimaryServer(settings, listener, lock, folder);
  } catch (error) {
    listener?.close();
    lock.close();
    throw error;
  }
}

function validateOptions(settings: Required<PrimaryOptions>): void {
  if (settings.replica !== null) validateReplica(settings.replica);
  const ranges: [keyof PrimaryOptions, number, number][] = [
    ["port", 0, 65535],
    ["maxConnections", 1, 1_000_000],
    ["maxSessions", 1, 16_000_000],
    ["lineTimeoutMs", 1, 2 ** 31 - 1],
    ["replyTimeoutMs", 1, 2 ** 31 - 1],
  ];
  for (const [name, min, max] of ranges) {
    const value = settings[name];
    if (
      typeof value === "number" && value >= min && value <= max &&
      Number.isInteger(value)
    ) continue;
    throw new RangeError(
      `Cannot serve with ${name} ${value}: allowed are whole numbers from ${min} to ${max}`,
    );
  }
}

function validateReplica({ number, peers }: ReplicaOptions): void {
  if (peers.length < 1 || peers.length >= LIVE_REPLICAS_MAX) {
    throw new RangeError(
      `Cannot serve as one of ${
        peers.length + 1
      } replicas: allowed are 2 to ${LIVE_REPLICAS_MAX}`,
    );
  }
  if (!Number.isInteger(number) || number < 0 || number > peers.length) {
    throw new RangeError(
      `Cannot serve as replica ${number} with ${peers.length} peers: allowed are whole numbers from 0 to ${peers.length}`,
    );
  }
}

/**
 * Clients that may wait to be accepted; the system may allow fewer. One that
 * does not fit, because a thousand connect at once or the primary is busy,
 * would try again after 1, 3, 7 and more seconds. Deno 2.4 knows no such option
 * and takes 128.
 */
const TCP_BACKLOG = 4096;

function listen(settings: Required<PrimaryOptions>): Deno.TcpListener {
  const hostname = "127.0.0.1";
  for (let port = settings.port;; port++) {
    try {
      // Not written in the call: the types of Deno 2.4 would refuse what it
      // does not know.
      const options = { hostname, port, tcpBacklog: TCP_BACKLOG };
      return Deno.listen(options);
    } catch (error) {
      const isTaken = error instanceof Deno.errors.AddrInUse;
      if (!settings.searchPort || !isTaken || port === 65535) {
        throw listenStartError(port, error, "--port");
      }
    }
  }
}

if (import.meta.main) {
  const { main } = await import("./main.ts");
  // Not awaited here: the command imports this module, whose evaluation would
  // then wait for itself.
  runToExit(() => main(["primary", ...Deno.args]));
}
