/**
 * From the words of a command line to the values of a command's flags.
 *
 * `parseArgs` of the standard library takes the words apart; what it lets pass
 * is refused here: an unknown flag, a flag given twice, a value that is missing
 * or too many, a value that cannot be read.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { closestString, levenshteinDistance } from "@std/text";
import { quote } from "../faults/notation.ts";
import type { Command } from "./command.ts";
import type { Flag } from "./flag.ts";
import { type FlagKey, flagName, FLAGS, type FlagValues } from "./flags.ts";
import { LIVE_FLAGS } from "./flags_of_worlds.ts";
import { asUsage, UsageError } from "./usage_error.ts";

/** A command line, read. */
export interface Parsed<K extends FlagKey> {
  /** The value of each flag that the command takes. */
  readonly values: FlagValues<K>;
  /** Words besides flags, at least one for each operand of the command. */
  readonly operands: readonly string[];
}

/** A word this far from a known one is no misspelling of it. */
const SUGGESTION_DISTANCE_MAX = 3;

/**
 * Reads the words after a command.
 *
 * @param name The name of the command.
 * @param command What it takes.
 * @param args The words.
 * @returns The values of its flags, and its operands.
 * @throws {UsageError} If the words cannot be followed.
 *
 * @example Usage
 * ```ts
 * import { parseCommand } from "./parse.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { values } = parseCommand("start", {
 *   summary: "Run",
 *   operands: [],
 *   sections: [{ title: "Flags", flags: ["servers", "interval", "json"] }],
 * }, ["--servers", "3", "--json"]);
 * assertEquals(values.servers, 3);
 * assertEquals(values.json, true);
 * assertEquals(values.interval, [10_000, 50_000]);
 * ```
 */
export function parseCommand<K extends FlagKey>(
  name: string,
  command: Command<K>,
  args: readonly string[],
): Parsed<K> {
  const flags = new Map<string, Flag<unknown>>();
  const keys = command.sections.flatMap((section) => section.flags);
  for (const key of keys) {
    flags.set(flagName(key), command.flags?.[key] ?? FLAGS[key]);
  }

  const parsed = parseArgs(withJoinedValues(args, flags), {
    boolean: namesOf(flags, (flag) => flag.kind === "toggle"),
    string: ["_", ...namesOf(flags, (flag) => flag.kind !== "toggle")],
    collect: [...flags.keys()],
    unknown: (word, key) => {
      if (key !== undefined) throw unknownFlag(word, name, command, flags);
      return true;
    },
  });
  const operands = parsed._.map(String);
  checkOperands(name, command, operands);

  const isLive = command.isLive ?? givenOf(parsed[flagName("live")]).length > 0;
  const flagsOfRun: Record<FlagKey, Flag<unknown>> = {
    ...FLAGS,
    ...isLive && LIVE_FLAGS,
    ...command.flags,
  };
  const values: Partial<Record<FlagKey, unknown>> = {};
  for (const key of keys) {
    const given = givenOf(parsed[flagName(key)]);
    values[key] = readFlag(flagName(key), flagsOfRun[key], given);
  }
  // The table says which flag has which type, and this loop has read each of
  // them.
  return { values: values as FlagValues<K>, operands };
}

/** Every value that a flag was given, in order. */
function givenOf(found: unknown): readonly string[] {
  return Array.isArray(found) ? found.map(String) : [];
}

function readFlag(
  name: string,
  flag: Flag<unknown>,
  given: readonly string[],
): unknown {
  if (given.length > 1 && flag.kind !== "list") {
    throw new UsageError(
      flag.kind === "toggle"
        ? `Cannot use --${name} twice`
        : `Cannot use --${name} twice, with ${
          given.map(quote).join(" and ")
        }: it takes one value`,
    );
  }
  return asUsage(() => flag.read(given, `--${name}`));
}

function checkOperands(
  name: string,
  command: Command,
  operands: readonly string[],
): void {
  const missing = command.operands[operands.length];
  if (missing !== undefined) {
    throw new UsageError(
      `Missing ${missing.replace("…", "")}: ${name} needs one`,
    );
  }
  const extra = operands[command.operands.length];
  if (extra !== undefined && !command.operands.at(-1)?.endsWith("…")) {
    throw new UsageError(
      `Cannot use ${quote(extra)}: ${name} takes ${
        [...command.operands, "flags, which begin with --"].join(" and ")
      }`,
    );
  }
}

/**
 * Writes `--flag value` as `--flag=value` where `parseArgs` would take it
 * otherwise: a value that begins with a dash would be a flag of its own.
 * Refuses what it would take silently: a toggle with a value, a flag that ends
 * in `=`.
 */
function withJoinedValues(
  args: readonly string[],
  flags: ReadonlyMap<string, Flag<unknown>>,
): string[] {
  const joined: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? "";
    if (word === "--") {
      // `deno task start -- --json` is how some are used to pass flags through;
      // nothing here begins with a dash but flags.
      continue;
    }
    const [, name = "", , text] = /^--([^=]+)(=(.*))?$/s.exec(word) ?? [];
    const flag = flags.get(name);
    const next = args[i + 1];
    if (flag?.kind === "toggle") {
      if (text !== undefined || next === "true" || next === "false") {
        throw new UsageError(
          `Cannot use --${name} with ${
            quote(text ?? next ?? "")
          }: it takes no value`,
        );
      }
      joined.push(word);
    } else if (flag !== undefined && text === undefined) {
      if (next === undefined || next.startsWith("--")) {
        throw missingValue(name, flag);
      }
      joined.push(`${word}=${next}`);
      i++;
      if (next === "") throw missingValue(name, flag);
    } else if (flag !== undefined && text === "") {
      throw missingValue(name, flag);
    } else {
      joined.push(word);
    }
  }
  return joined;
}

function missingValue(name: string, flag: Flag<unknown>): UsageError {
  const { placeholder, defaultText, example = defaultText } = flag;
  const suchAs = example === undefined ? "" : `, such as ${example}`;
  return new UsageError(
    `Missing value of --${name}: ${placeholder} is needed${suchAs}`,
  );
}

function unknownFlag(
  word: string,
  name: string,
  { refused = {} }: Command,
  flags: ReadonlyMap<string, Flag<unknown>>,
): UsageError {
  const given = word.split("=", 1)[0] ?? word;
  for (const [key, reason] of Object.entries(refused)) {
    if (given !== `--${flagName(key as FlagKey)}`) continue;
    return new UsageError(`Cannot use ${given} with ${name}: ${reason}`);
  }
  const meant = suggestion(given.replace(/^-+/, ""), [
    ...namesOf(flags, (flag) => !flag.hidden),
    "help",
  ]);
  return new UsageError(
    `Unknown flag ${quote(given)} of ${name}: ${
      meant === undefined ? "" : `did you mean --${meant}? `
    }${name} --help lists what is allowed`,
  );
}

/**
 * The word that was probably meant.
 *
 * @param word What was given, in letters of either case.
 * @param known What is allowed, in small letters.
 * @returns The nearest of the known words, or nothing if none is near.
 *
 * @example Usage
 * ```ts
 * import { suggestion } from "./parse.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(suggestion("sevrers", ["servers", "seed"]), "servers");
 * assertEquals(suggestion("zzzzzzz", ["servers", "seed"]), undefined);
 * ```
 */
export function suggestion(
  word: string,
  known: readonly string[],
): string | undefined {
  if (word === "" || known.length === 0) return undefined;
  const plain = word.toLowerCase();
  const nearest = closestString(plain, known);
  const distance = levenshteinDistance(plain, nearest);
  const isNear = distance <= SUGGESTION_DISTANCE_MAX &&
    distance < nearest.length / 2 + 1;
  return isNear ? nearest : undefined;
}

function namesOf(
  flags: ReadonlyMap<string, Flag<unknown>>,
  isWanted: (flag: Flag<unknown>) => boolean,
): string[] {
  return [...flags].filter(([, flag]) => isWanted(flag)).map(([name]) => name);
}
