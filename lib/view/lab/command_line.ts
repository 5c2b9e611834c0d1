/**
 * A setting from a command line, as it is typed in a terminal.
 *
 * @module
 */

import type { RunOptions } from "../../options/run_options.ts";
import { flagName, FLAGS } from "../../options/flags.ts";
import { FIELD_LABELS, readSetting } from "./setting.ts";

/** Commands of which the flags describe a run. */
const COMMANDS: ReadonlySet<string> = new Set(["sim", "start", "parent"]);

/** Flags of these that say nothing of the run itself. */
const OF_OUTPUT: ReadonlySet<string> = new Set(["json", "check"]);

/** Flags without a value that a setting has. */
const TOGGLES: ReadonlySet<string> = new Set(
  (Object.keys(FIELD_LABELS) as (keyof typeof FIELD_LABELS)[])
    .filter((key) => FLAGS[key].kind === "toggle")
    .map(flagName),
);

/**
 * Reads the setting of a command line.
 *
 * @param line Such as `deno task sim --servers 3 --seed 7`, quoted as for a
 * POSIX shell; the words before the first flag may be left out.
 * @returns The run.
 * @throws {SyntaxError} If it is of another command, or cannot be taken apart.
 * @throws {Error} As {@linkcode readSetting} does.
 *
 * @example Usage
 * ```ts
 * import { settingFromCommand } from "./command_line.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { servers, seed } = settingFromCommand("likes sim --servers=3 --seed 9");
 * assertEquals([servers, seed], [3, 9]);
 * ```
 */
export function settingFromCommand(line: string): RunOptions {
  const words = wordsOf(line);
  const first = words.findIndex((word) => word.startsWith("--"));
  const before = first < 0 ? words : words.slice(0, first);
  const command = before.at(-1);
  if (command !== undefined && !COMMANDS.has(command)) {
    throw new SyntaxError(
      `Cannot read the command "${command}": allowed are ${
        [...COMMANDS, "explore"].join(", ")
      }`,
    );
  }
  const fields = new URLSearchParams();
  const flags = first < 0 ? [] : words.slice(first);
  for (let i = 0; i < flags.length; i++) {
    const word = flags[i] ?? "";
    const [, name = "", given] = /^--([a-z-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === "") {
      throw new SyntaxError(
        `Cannot read "${word}": a flag such as --servers is expected`,
      );
    }
    if (OF_OUTPUT.has(name)) continue;
    const isToggle = TOGGLES.has(name);
    const value = given ?? (isToggle ? "on" : flags[++i]) ?? "";
    if (value === "") {
      throw new SyntaxError(`Cannot use --${name}: a value is needed`);
    }
    fields.append(name, value);
  }
  return readSetting(fields);
}

/**
 * Reads the words of an exploration off a command line.
 *
 * @param line Such as `deno task explore --exact --replay draw0,deliver0`.
 * @returns The words behind `explore`; null if it is another command.
 * @throws {SyntaxError} If it cannot be taken apart.
 */
export function explorationFromCommand(line: string): string[] | null {
  const words = wordsOf(line);
  const at = words.indexOf("explore");
  const isFirst = at >= 0 &&
    words.slice(0, at).every((word) => !word.startsWith("--"));
  return isFirst ? words.slice(at + 1) : null;
}

/**
 * Writes the address of an exploration.
 *
 * @param flags The flags behind `explore`, as they are typed.
 * @returns The part of an address from `#` on.
 */
export function hashOfExploration(flags: string): string {
  return `#${new URLSearchParams({ explore: flags })}`;
}

/**
 * Reads the address of an exploration.
 *
 * @param hash The part of an address from `#` on.
 * @returns The words behind `explore`; null if it is another address.
 * @throws {SyntaxError} If they cannot be taken apart.
 */
export function explorationFromHash(hash: string): string[] | null {
  const flags = new URLSearchParams(hash.replace(/^#/, "")).get("explore");
  return flags === null ? null : wordsOf(flags);
}

/** Takes a line apart as a POSIX shell does, as far as quotes go. */
function wordsOf(line: string): string[] {
  const rest = line.replace(/^\s*\$?\s+/, "").replaceAll("\\\n", " ");
  const words = [...rest.matchAll(/(?:'[^']*'|"[^"]*"|\\.|[^\s'"\\])+/gs)];
  const left = rest.replace(/(?:'[^']*'|"[^"]*"|\\.|[^\s'"\\])+/gs, "").trim();
  if (left !== "") {
    throw new SyntaxError(
      `Cannot read the command: ${left[0]} is not closed`,
    );
  }
  return words.map(([word]) =>
    word.replace(
      /'([^']*)'|"([^"]*)"|\\(.)/gs,
      (_, single, double, escaped) => single ?? double ?? escaped,
    )
  );
}
