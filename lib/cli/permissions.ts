/**
 * The permissions that a command cannot begin without, looked at before it
 * does. Whether it may write is found where the file is named: another one may
 * be, see `lib/platform/check_place.ts`.
 *
 * @module
 */

import { StartError } from "../platform/start_error.ts";
import { RUN_WORKER, usesWorkers } from "../sim/runs/workers.ts";
import { DELIVERIES } from "../domain/delivery.ts";
import type { Invocation } from "./invocation.ts";

/** A permission, and the flag of Deno that grants it. */
interface Need {
  readonly descriptor: Deno.PermissionDescriptor;
  readonly flag: string;
}

/**
 * Makes sure that a command has the permissions that it needs.
 *
 * @param invocation The command.
 * @throws {StartError} If one is missing: the message names the flag.
 */
export function checkPermissions(invocation: Invocation): void {
  for (const { descriptor, flag } of needsOf(invocation)) {
    if (Deno.permissions.querySync(descriptor).state === "granted") continue;
    throw new StartError(
      `Cannot begin ${invocation.command}: ${descriptor.name} access is not permitted (${
        // The binary has the permissions that it was compiled with.
        Deno.build.standalone
          ? `likes was compiled without ${flag}`
          : `start with ${flag}`})`,
    );
  }
}

function needsOf(invocation: Invocation): readonly Need[] {
  switch (invocation.command) {
    case "start":
      return [LOOPBACK, THIS_DENO];
    case "parent":
      return [portNeed(invocation.options.port), THIS_DENO];
    case "storm":
      return [LOOPBACK, THIS_DENO, folderNeed(invocation.options.logDir)];
    case "compare":
      return invocation.options.live ? [LOOPBACK, THIS_DENO] : workersNeed(
        invocation.options.runs * DELIVERIES.length,
        invocation.options.workers,
      );
    case "sim":
      return workersNeed(
        invocation.options.runs,
        invocation.options.workers,
      );
    case "host":
      return [ANY_PROGRAM];
    case "read":
      return invocation.options.ports.map(portNeed);
    case "explore":
    case "help":
    case "lab":
    case "merge":
    case "node":
    case "predict":
    case "primary":
    case "shrink":
      return [];
  }
}

/** Any port: servers listen on the first free one, proxies on whichever is. */
const LOOPBACK: Need = {
  descriptor: { name: "net", host: "127.0.0.1" },
  flag: "--allow-net=127.0.0.1",
};

/** Likes servers and the primary are processes of this Deno. */
const THIS_DENO: Need = {
  descriptor: { name: "run", command: Deno.execPath() },
  flag: `--allow-run=${Deno.execPath()}`,
};

/** Any program: the user says which, in whatever language it is written. */
const ANY_PROGRAM: Need = {
  descriptor: { name: "run" },
  flag: "--allow-run",
};

function portNeed(port: number): Need {
  const host = `127.0.0.1:${port}`;
  return { descriptor: { name: "net", host }, flag: "--allow-net=127.0.0.1" };
}

/** The audit of a storm reads the logs of its runs. */
function folderNeed(path: string): Need {
  return { descriptor: { name: "read", path }, flag: `--allow-read=${path}` };
}

/** A Web Worker reads its modules; the binary has them inside. */
function workersNeed(
  runs: number,
  workers: number | undefined,
): readonly Need[] {
  if (Deno.build.standalone || !usesWorkers(runs, workers)) return [];
  const path = decodeURIComponent(RUN_WORKER.pathname);
  const folder = decodeURIComponent(new URL("../../../", RUN_WORKER).pathname);
  return [{
    descriptor: { name: "read", path },
    flag: `--allow-read=${folder.replace(/\/$/, "")}`,
  }];
}
