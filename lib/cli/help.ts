/**
 * The help, from the same tables that the command line is read by.
 *
 * @module
 */

import { type CommandName, commandNames, COMMANDS } from "./commands.ts";
import type { Command } from "../options/command.ts";
import type { Flag } from "../options/flag.ts";
import { type FlagKey, flagName, FLAGS } from "../options/flags.ts";

/** The help is wrapped to this many columns. */
const COLUMNS = 80;

/** Longer flags put their help on the next line. */
const FLAG_COLUMNS = 28;

/** Placeholders of values in which there are durations. */
const DURATION_REGEXP = /TIME|DELAY|WINDOW/;

/**
 * The help of the whole program.
 *
 * @param program What is typed before a command: `deno task` or `likes`.
 * @returns Lines, each ended by LF.
 */
export function overview(program: string): string {
  const names = commandNames();
  const width = Math.max(...names.map((name) => name.length));
  return [
    "An eventual consistency simulator: likes servers report to one primary.",
    "",
    `Usage: ${program} COMMAND [FLAGS]`,
    "",
    ...names.flatMap((name) =>
      hanging(`  ${name.padEnd(width)}  `, COMMANDS[name].summary)
    ),
    "",
    `Each command has --help.`,
    "",
  ].join("\n");
}

/**
 * The help of one command.
 *
 * @param name The command.
 * @param program What is typed before it: `deno task` or `likes`.
 * @returns Lines, each ended by LF.
 */
export function commandHelp(name: CommandName, program: string): string {
  const command: Command = COMMANDS[name];
  const { operands, trailing } = command;
  const usage = [
    ...[program, name, ...operands, "[FLAGS]"],
    ...trailing === undefined ? [] : ["--", trailing],
  ].join(" ");
  const lines = [
    ...wrap(`${command.summary}.`, COLUMNS),
    "",
    `Usage: ${usage}`,
  ];
  for (const section of command.sections) {
    const keys = section.flags.filter((key) => !FLAGS[key].hidden);
    lines.push(
      "",
      `${section.title}:`,
      ...keys.flatMap((key) => flagHelp(key, command)),
    );
  }
  const takesDurations = command.sections.some(({ flags }) =>
    flags.some((key) => DURATION_REGEXP.test(FLAGS[key].placeholder))
  );
  if (takesDurations) {
    lines.push(
      "",
      "Durations are written 300s, 1.5s, 20ms, 5m, 1h, or as a bare number of seconds.",
    );
  }
  return [...lines, ""].join("\n");
}

function flagHelp(key: FlagKey, { flags }: Command): string[] {
  const flag: Flag<unknown> = flags?.[key] ?? FLAGS[key];
  const head = `  --${flagName(key)} ${flag.placeholder}`.trimEnd();
  const { defaultText, otherDefault } = flag;
  const defaults = [defaultText, otherDefault].filter((text) => text);
  const notes = [
    ...defaults.length === 0 ? [] : [`default ${defaults.join("; ")}`],
    ...flag.kind === "list" ? ["repeatable"] : [],
  ];
  const text = notes.length === 0
    ? flag.help
    : `${flag.help} (${notes.join(", ")})`;
  if (head.length + 2 > FLAG_COLUMNS) {
    return [head, ...hanging(" ".repeat(FLAG_COLUMNS), text)];
  }
  return hanging(head.padEnd(FLAG_COLUMNS), text);
}

/**
 * Wraps `text` behind `head`, later lines indented as far as `head` is long.
 */
function hanging(head: string, text: string): string[] {
  const indent = " ".repeat(head.length);
  return wrap(text, COLUMNS - head.length).map((line, i) =>
    (i === 0 ? head : indent) + line
  );
}

function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines;
}
