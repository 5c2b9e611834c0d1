/**
 * The programs in C that give load or are measured against, in the folder
 * `yardsticks`.
 *
 * @module
 */

import { output, outputIfAny, ROOT } from "./process.ts";
import { Skipped } from "./results.ts";

/** Names of the programs. */
export type Yardstick =
  | "accept_loop"
  | "node_echo"
  | "one_shot_load"
  | "paced_load"
  | "pipelined_load"
  | "primary_limit"
  | "sim_heap"
  | "wars";

const COMPILERS = ["cc", "gcc"] as const;

const compiled = new Map<Yardstick, Promise<string>>();

/**
 * Compiles a yardstick, once.
 *
 * @param name Which.
 * @param folder Where the programs go.
 * @returns The program's path.
 * @throws {Skipped} If there is no C compiler.
 */
export async function yardstick(
  name: Yardstick,
  folder: string,
): Promise<string> {
  const path = compiled.get(name) ?? compile(name, folder);
  compiled.set(name, path);
  return await path;
}

async function compile(name: Yardstick, folder: string): Promise<string> {
  const program = `${folder}/${name}`;
  const source = `${ROOT}tests/bench/yardsticks/${name}.c`;
  for (const compiler of COMPILERS) {
    if (await outputIfAny(compiler, ["--version"]) === null) continue;
    await output(compiler, [
      ...["-O2", "-w", "-pthread"],
      ...["-o", program, source, "-lm"],
    ]);
    return program;
  }
  throw new Skipped("no C compiler");
}

/** @returns The C compiler's first line about itself, or null. */
export async function compilerVersion(): Promise<string | null> {
  for (const compiler of COMPILERS) {
    const text = await outputIfAny(compiler, ["--version"]);
    if (text !== null) return text.split("\n")[0] ?? null;
  }
  return null;
}
