/**
 * The machine of the measurements: numbers of two machines say nothing about
 * each other.
 *
 * @module
 */

import { outputIfAny } from "./process.ts";
import { compilerVersion } from "./yardsticks.ts";

/** The machine. */
export interface Machine {
  /** Model of its processor; left out where the system does not tell. */
  readonly cpu?: string;
  /** Cores that this process may use. */
  readonly cores: number;
  /** Memory, in MB; left out where the system does not tell. */
  readonly memoryMb?: number;
  /** Operating system and architecture. */
  readonly system: string;
}

/** Versions of what takes part; null: not on this machine. */
export interface Versions {
  readonly deno: string;
  readonly v8: string;
  readonly cc: string | null;
  readonly redis: string | null;
}

/** @returns What is known about this machine. */
export async function describeMachine(): Promise<Machine> {
  const cpuInfo = await outputIfAny("cat", ["/proc/cpuinfo"]) ?? "";
  const memoryInfo = await outputIfAny("cat", ["/proc/meminfo"]) ?? "";
  const cpu = /^model name\s*: (.+)$/m.exec(cpuInfo)?.[1];
  const kB = /^MemTotal:\s+(\d+) kB$/m.exec(memoryInfo)?.[1];
  return {
    ...(cpu !== undefined && { cpu }),
    cores: navigator.hardwareConcurrency,
    ...(kB !== undefined && {
      memoryMb: Math.round(Number(kB) * 1024 / 1e6),
    }),
    system: `${Deno.build.os} ${Deno.build.arch}`,
  };
}

/** @returns The versions of what takes part. */
export async function describeVersions(): Promise<Versions> {
  const redis = await outputIfAny("redis-server", ["--version"]);
  return {
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    cc: await compilerVersion(),
    redis: /v=(\S+)/.exec(redis ?? "")?.[1] ?? null,
  };
}
