/**
 * The command that does the same again.
 *
 * @module
 */

import { shellWord } from "../faults/notation.ts";
import { type FlagKey, flagName } from "../options/flags.ts";

/**
 * Flags that name files which a run writes: who does it again writes none of
 * them anew, and with a runs file it would have been done already.
 */
const WRITTEN = [
  "history",
  "trace",
  "diagram",
  "report",
  "runsFile",
] as const satisfies readonly FlagKey[];

const WRITTEN_REGEXP = new RegExp(
  `^--(?:${WRITTEN.map(flagName).join("|")})(=|$)`,
);

/**
 * Writes the command line that reproduces a run.
 *
 * @param program What is typed before the command: `deno task` or `likes`.
 * @param command The command.
 * @param args The words that were given after it.
 * @param seed The seed of the run, which is added if it was not given.
 * @returns A line for a POSIX shell, which writes no file that the run wrote.
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
  const words = withoutFiles(args);
  if (!words.some((word) => /^--seed(=|$)/.test(word))) {
    words.push("--seed", `${seed}`);
  }
  return [program, command, ...words.map(shellWord)].join(" ");
}

function withoutFiles(args: readonly string[]): string[] {
  const words: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? "";
    const [flag, equals] = WRITTEN_REGEXP.exec(word) ?? [];
    if (flag === undefined) words.push(word);
    else if (equals === "") i++;
  }
  return words;
}
