/**
 * A whole command line, read: which command, and what it is told.
 *
 * @module
 */

import { quote } from "../faults/notation.ts";
import type { HostOptions } from "../host/run/options.ts";
import type { LiveRunOptions } from "../live/run/options.ts";
import type { PrimaryCommandOptions } from "../options/primary_options.ts";
import { DEFAULT_RUN } from "../options/run_options.ts";
import type {
  CompareCommandOptions,
  LabCommandOptions,
  MergeCommandOptions,
  NodeCommandOptions,
  PredictCommandOptions,
  ReadOptions,
  ShrinkCommandOptions,
  SimCommandOptions,
  StormCommandOptions,
} from "./command_options.ts";
import {
  type CommandName,
  commandNames,
  COMMANDS,
  type FlagKeyOf,
  isCommand,
} from "./commands.ts";
import { commandHelp, overview } from "./help.ts";
import { hostOptions, splitProgram } from "./host_options.ts";
import {
  type CommandLine,
  compareOptions,
  liveRunOptions,
  parentOptions,
  predictOptions,
  primaryOptions,
  readOptions,
  shrinkOptions,
  simOptions,
} from "./read_options.ts";
import {
  type ExploreOptions,
  exploreOptions,
} from "../explore/explore_options.ts";
import { labOptions } from "./lab_options.ts";
import { parseCommand, suggestion } from "../options/parse.ts";
import { reproduction } from "./reproduction.ts";
import { UsageError } from "../options/usage_error.ts";

/** A command and its options; or a text to print. */
export type Invocation =
  | { readonly command: "help"; readonly text: string }
  | { readonly command: "primary"; readonly options: PrimaryCommandOptions }
  | { readonly command: "parent"; readonly options: LiveRunOptions }
  | { readonly command: "start"; readonly options: LiveRunOptions }
  | { readonly command: "read"; readonly options: ReadOptions }
  | { readonly command: "sim"; readonly options: SimCommandOptions }
  | { readonly command: "compare"; readonly options: CompareCommandOptions }
  | { readonly command: "merge"; readonly options: MergeCommandOptions }
  | { readonly command: "predict"; readonly options: PredictCommandOptions }
  | { readonly command: "explore"; readonly options: ExploreOptions }
  | { readonly command: "shrink"; readonly options: ShrinkCommandOptions }
  | { readonly command: "storm"; readonly options: StormCommandOptions }
  | { readonly command: "host"; readonly options: HostOptions }
  | { readonly command: "node"; readonly options: NodeCommandOptions }
  | { readonly command: "lab"; readonly options: LabCommandOptions };

/** Names and chance that a command line is read with. */
type InvocationContext = Omit<CommandLine, "reproduce">;

/**
 * Reads a command line.
 *
 * @param args The words after the program's name.
 * @param context The program's name, and where a seed comes from.
 * @returns What is to be done.
 * @throws {UsageError} If the words cannot be followed.
 *
 * @example Usage
 * ```ts
 * import { parseInvocation } from "./invocation.ts";
 * import { assert } from "@std/assert";
 *
 * const invocation = parseInvocation(["start", "--servers", "3"], {
 *   program: "likes",
 *   drawSeed: () => 7,
 * });
 * assert(invocation.command === "start");
 * assert(invocation.options.run.servers === 3);
 * assert(invocation.options.command === "likes start --servers 3 --seed 7");
 * ```
 */
export function parseInvocation(
  args: readonly string[],
  context: InvocationContext,
): Invocation {
  const { program } = context;
  const [word, ...rest] = args;
  if (word === undefined) {
    throw new UsageError(`Missing command\n\n${overview(program).trimEnd()}`);
  }
  if (word === "help" || isHelp(word)) {
    const [topic] = rest;
    return {
      command: "help",
      text: topic === undefined || isHelp(topic)
        ? overview(program)
        : commandHelp(commandNamed(topic), program),
    };
  }
  const name = commandNamed(word);
  // What stands behind -- is another program's.
  const [own] = name === "host" ? splitProgram(rest) : [rest];
  if (own.some(isHelp)) {
    return { command: "help", text: commandHelp(name, program) };
  }
  return invocationOf(name, rest, context);
}

function invocationOf(
  name: CommandName,
  args: readonly string[],
  context: InvocationContext,
): Invocation {
  const { program, drawSeed } = context;
  const line: CommandLine = {
    ...context,
    reproduce: (seed) => reproduction(program, name, args, seed),
  };
  const parsed = <C extends CommandName>(command: C) =>
    parseCommand<FlagKeyOf<C>>(command, COMMANDS[command], args);
  const valuesOf = <C extends CommandName>(command: C) =>
    parsed(command).values;
  switch (name) {
    case "primary":
      return {
        command: name,
        options: primaryOptions(valuesOf(name), drawSeed),
      };
    case "read":
      return { command: name, options: readOptions(valuesOf(name)) };
    case "parent":
      return { command: name, options: parentOptions(valuesOf(name), line) };
    case "start":
      return { command: name, options: liveRunOptions(valuesOf(name), line) };
    case "sim":
      return { command: name, options: simOptions(valuesOf(name), line) };
    case "compare":
      return { command: name, options: compareOptions(valuesOf(name), line) };
    case "merge": {
      const { values, operands: files } = parsed(name);
      return { command: name, options: { ...values, files, program } };
    }
    case "predict":
      return { command: name, options: predictOptions(valuesOf(name), line) };
    case "explore":
      return {
        command: name,
        options: exploreOptions(valuesOf(name), program),
      };
    case "shrink": {
      const { values, operands } = parsed(name);
      return { command: name, options: shrinkOptions(values, operands, line) };
    }
    case "host": {
      const [flags, program] = splitProgram(args);
      const { values } = parseCommand(name, COMMANDS[name], flags);
      return {
        command: name,
        options: hostOptions(values, program, {
          ...line,
          reproduce: (seed) => reproduction(line.program, name, flags, seed),
        }),
      };
    }
    case "node": {
      const {
        gossip = DEFAULT_RUN.gossip,
        gossipStyle = DEFAULT_RUN.gossipStyle,
        seed = drawSeed(),
      } = valuesOf(name);
      return { command: name, options: { gossip, gossipStyle, seed } };
    }
    case "lab":
      return { command: name, options: labOptions(valuesOf(name), program) };
    case "storm": {
      const { seed = drawSeed(), ...others } = valuesOf(name);
      return { command: name, options: { ...others, seed, program } };
    }
  }
}

function commandNamed(word: string): CommandName {
  if (isCommand(word)) return word;
  const known = commandNames();
  const meant = suggestion(word, known);
  throw new UsageError(
    `Unknown command ${quote(word)}: ${
      meant === undefined ? "" : `did you mean ${meant}? `
    }allowed are ${known.join(", ")}`,
  );
}

function isHelp(word: string): boolean {
  return word === "--help" || word === "-h";
}
