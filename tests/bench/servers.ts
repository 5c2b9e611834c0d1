/**
 * The servers that are measured: our primary, and those that it is measured
 * beside.
 *
 * @module
 */

import type { BenchContext } from "./context.ts";
import { freePort, outputIfAny, ROOT, Server } from "./process.ts";
import { Skipped } from "./results.ts";
import { yardstick } from "./yardsticks.ts";

/** A server that listens. */
export interface Listening extends AsyncDisposable {
  /** The process. */
  readonly server: Server;
  /** The port at which it listens. */
  readonly port: number;
}

/** Numbers the folders: no two servers share one. */
let folders = 0;

function newFolder(context: BenchContext, name: string): string {
  const path = `${context.folder}/${name}-${++folders}`;
  Deno.mkdirSync(path);
  return path;
}

function listening(server: Server, port: number, folder: string): Listening {
  return {
    server,
    port,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      Deno.removeSync(folder, { recursive: true });
    },
  };
}

/**
 * Starts our primary, with the permissions and the flags that its task has.
 *
 * @param context How the benchmark is run.
 * @param flags Flags of the command `primary`.
 * @param listenAt Its port; 0: any that is free.
 * @returns The primary.
 */
export async function startPrimary(
  context: BenchContext,
  flags: readonly string[] = [],
  listenAt = 0,
): Promise<Listening> {
  const folder = newFolder(context, "primary");
  const server = new Server(Deno.execPath(), [
    ...["run", "--no-prompt", "--quiet"],
    ...["--allow-net=127.0.0.1", `--allow-write=${folder}`],
    ...[`${ROOT}main.ts`, "primary", "--log-dir", folder],
    ...["--port", `${listenAt}`],
    ...flags,
  ]);
  const [, port] = await server.line(/listening on 127\.0\.0\.1:(\d+)$/);
  return listening(server, Number(port), folder);
}

/**
 * Starts `primary_limit`: what one thread in C can do.
 *
 * @param context How the benchmark is run.
 * @returns The server.
 * @throws {Skipped} If there is no C compiler.
 */
export async function startLimit(context: BenchContext): Promise<Listening> {
  const program = await yardstick("primary_limit", context.folder);
  return await startC(context, program);
}

/**
 * Starts `accept_loop`: a primary that works as the original C server does.
 *
 * @param context How the benchmark is run.
 * @returns The server.
 * @throws {Skipped} If there is no C compiler.
 */
export async function startAcceptLoop(
  context: BenchContext,
): Promise<Listening> {
  return await startC(context, await yardstick("accept_loop", context.folder));
}

async function startC(
  context: BenchContext,
  program: string,
): Promise<Listening> {
  const folder = newFolder(context, "c");
  const port = freePort();
  const server = new Server(program, [`${port}`, `${folder}/log`]);
  await server.accepts(port);
  return listening(server, port, folder);
}

/**
 * Starts `bare_accept.ts`: what Deno takes of the time that a connection per
 * report costs.
 *
 * @param context How the benchmark is run.
 * @returns The server.
 */
export async function startBareAccept(
  context: BenchContext,
): Promise<Listening> {
  const folder = newFolder(context, "bare");
  const port = freePort();
  const server = new Server(Deno.execPath(), [
    ...["run", "--no-prompt", "--quiet", "--allow-net=127.0.0.1"],
    ...[`${ROOT}tests/bench/bare_accept.ts`, `${port}`],
  ]);
  await server.accepts(port);
  return listening(server, port, folder);
}

/** The moments at which Redis takes its journal to the disk. */
export type RedisFsync = "everysec" | "always";

/**
 * Starts Redis with a journal. It is not asked to rewrite it meanwhile, which
 * would slow it down, nor to save snapshots.
 *
 * @param context How the benchmark is run.
 * @param fsync When its journal goes to the disk.
 * @returns Redis.
 * @throws {Skipped} If it or its load is not on this machine.
 */
export async function startRedis(
  context: BenchContext,
  fsync: RedisFsync,
): Promise<Listening> {
  for (const program of ["redis-server", "redis-benchmark"]) {
    if (await outputIfAny(program, ["--version"]) !== null) continue;
    throw new Skipped(`no ${program}`);
  }
  const folder = newFolder(context, "redis");
  const port = freePort();
  const server = new Server("redis-server", [
    ...["--bind", "127.0.0.1", "--port", `${port}`, "--dir", folder],
    ...["--save", "", "--appendonly", "yes", "--appendfsync", fsync],
    ...["--auto-aof-rewrite-percentage", "0"],
  ]);
  await server.accepts(port);
  return listening(server, port, folder);
}
