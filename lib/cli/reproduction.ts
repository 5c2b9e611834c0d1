/**
 * The command that does the same again.
 *
 * @module
 */

import { shellWord } from "../faults/notation.ts";

/**
 * Writes the command line that reproduces a run.
 *
 * @param program What is typed before the command: `deno task` or `likes`.
 * @param command The command.
 * @param args The words that were given after it.
 * @param seed The seed of the run, which is added if it was not given.
 * @returns A line for a POSIX shell.
 *
 * @example Usage
 * ```ts
 * import { reproduction } from "./reproduction.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   reproduction("likes", "sim", ["--partition", "1s..2s:->primary"], 7),
 *   "likes sim --partition '1s..2s:->primary' --seed 7",
 * );
 * ```
 */
export function reproduction(
  program: string,
  command: string,
  args: readonly string[],
  seed: number,
): string {
  const hasSeed = args.some((arg) => /^--seed(=|$)/.test(arg));
  const words = withoutRunsFile(
    hasSeed ? args : [...args, "--seed", `${seed}`],
  );
  return [program, command, ...words.map(shellWord)].join(" ");
}

/** With the file that they are in, the runs would be done already. */
function withoutRunsFile(args: readonly string[]): readonly string[] {
  return args.filter((arg, i) =>
    !/^--runs-file(=|$)/.test(arg) && args[i - 1] !== "--runs-file"
  );
}
