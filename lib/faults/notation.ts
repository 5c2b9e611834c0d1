/**
 * The notation of values on the command line: durations, ranges and ratios.
 * One notation for every flag, so that `300s` means the same everywhere.
 *
 * Every parser takes the flag it reads for, because an error that does not say
 * which flag was wrong helps nobody. A text of the wrong form is a
 * `SyntaxError`, a value of the right form but out of bounds a `RangeError`.
 *
 * @module
 */

import { TICKS_PER_MS, ticksFromMs } from "../domain/ticks.ts";

/** A share of all messages, together with the text it was given as. */
export interface Ratio {
  /** From 0, never, to 1, always. */
  readonly value: number;
  /**
   * The text as given, for printing: `3/100` and `0.03` are equal, but not the
   * same.
   */
  readonly text: string;
}

/** The ratio that says never. */
export const RATIO_NONE: Ratio = { value: 0, text: "0" };

/**
 * The longest duration, in milliseconds: 59 hours, so that every duration
 * holds in 32 bits of 0.1 ms ticks.
 */
export const DURATION_MS_MAX = 59 * 3_600_000;

/** The form of a duration, for error messages. */
const DURATION_FORM =
  "a duration is written 300s, 1.5s, 20ms, 5m, 1h, or as a bare number of seconds";

/** The form of a ratio, for error messages. */
const RATIO_FORM = "a ratio is written 3/100 or 0.03, from 0 to 1";

const DURATION_REGEXP = /^(\d+|\d*\.\d+)(ms|s|m|h)?$/;
/** A number without a sign, whole or with a point: `100`, `0.5`, `.5`. */
export const DECIMAL_REGEXP: RegExp = /^(\d+|\d*\.\d+)$/;
const FRACTION_REGEXP = /^(\d+)\/(\d+)$/;
const INTEGER_REGEXP = /^\d+$/;

/** Given text longer than this is cut in messages. */
const QUOTED_LENGTH_MAX = 80;

/**
 * Quotes what was given for an error message: on one line, without control
 * characters that a terminal would obey, and cut when very long.
 *
 * @param text What was given.
 * @returns The text in double quotes.
 *
 * @example Usage
 * ```ts
 * import { quote } from "./notation.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(quote("5 parsecs"), '"5 parsecs"');
 * assertEquals(quote("\x1b[2J"), '"\\u001b[2J"');
 * ```
 */
export function quote(text: string): string {
  const cut = text.length > QUOTED_LENGTH_MAX
    ? `${text.slice(0, QUOTED_LENGTH_MAX)}…`
    : text;
  // JSON leaves DEL and the C1 controls (of which U+009B begins terminal
  // sequences) and direction marks as they are; a terminal does not.
  return JSON.stringify(cut).replace(
    /[^\x20-\x7e…]/g,
    (character) =>
      "\\u" + character.charCodeAt(0).toString(16).padStart(4, "0"),
  );
}

/**
 * The error about a text that has not the form of its flag.
 *
 * @param flag The flag, with its dashes, or what {@linkcode partOf} says.
 * @param text What was given.
 * @param form The form that is needed.
 * @returns The error, to be thrown.
 */
export function unreadable(
  flag: string,
  text: string,
  form: string,
): SyntaxError {
  return new SyntaxError(`Cannot read ${flag} ${quote(text)}: ${form}`);
}

/**
 * The error about a value that has the right form and is not allowed.
 *
 * @param flag The flag, with its dashes, or what {@linkcode partOf} says.
 * @param text What was given.
 * @param allowed What is allowed, or why this is not.
 * @returns The error, to be thrown.
 */
export function unusable(
  flag: string,
  text: string,
  allowed: string,
): RangeError {
  return new RangeError(`Cannot use ${flag} ${quote(text)}: ${allowed}`);
}

/** Words that a POSIX shell passes on as they are. */
const PLAIN_WORD_REGEXP = /^[\w@%+=:,./-]+$/;

/**
 * Quotes a word where a shell would take it apart.
 *
 * @param word What is to arrive as one word.
 * @returns The word, in single quotes where it needs them.
 *
 * @example Usage
 * ```ts
 * import { shellWord } from "./notation.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(shellWord("60s..120s"), "60s..120s");
 * assertEquals(shellWord("1s..2s:->primary"), "'1s..2s:->primary'");
 * ```
 */
export function shellWord(word: string): string {
  if (PLAIN_WORD_REGEXP.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * Names a part of a flag's value, for the parser of that part: its error then
 * quotes the whole as well as the part.
 *
 * @param flag The flag, with its dashes.
 * @param text All of what was given.
 * @param part The part to be parsed.
 * @returns What to pass on as flag.
 *
 * @example Usage
 * ```ts
 * import { parseDurationMs, partOf } from "./notation.ts";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(
 *   () => parseDurationMs("x", partOf("--interval", "1s..x", "x")),
 *   SyntaxError,
 *   'Cannot read --interval "1s..x", in it "x": a duration is written',
 * );
 * ```
 */
export function partOf(flag: string, text: string, part: string): string {
  return part === text ? flag : `${flag} ${quote(text)}, in it`;
}

/**
 * Reads a duration: `300s`, `1.5s`, `20ms`, `5m`, `1h`; a bare number is in
 * seconds.
 *
 * @param text What was given.
 * @param flag The flag it was given for, with its dashes, for the error.
 * @returns Milliseconds, from 0 to {@linkcode DURATION_MS_MAX}.
 * @throws {SyntaxError} If the text is no duration.
 * @throws {RangeError} If the duration is longer than 59 hours.
 *
 * @example Usage
 * ```ts
 * import { parseDurationMs } from "./notation.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseDurationMs("1.5s", "--lifetime"), 1500);
 * assertEquals(parseDurationMs("300", "--lifetime"), 300_000);
 * ```
 */
export function parseDurationMs(text: string, flag: string): number {
  const [, digits, unit] = DURATION_REGEXP.exec(text) ?? [];
  if (digits === undefined) throw unreadable(flag, text, DURATION_FORM);
  const ms = durationMs(digits, unit ?? "s");
  if (ms > DURATION_MS_MAX) {
    throw unusable(flag, text, "a duration is at most 59h");
  }
  return ms;
}

/**
 * The decimal point is moved in the text rather than by a multiplication,
 * because 0.0011 * 1000 is not 1.1.
 */
function durationMs(digits: string, unit: string): number {
  switch (unit) {
    case "ms":
      return Number(digits);
    case "s":
      return Number(`${digits}e3`);
    case "m":
      return Number(`${digits}e3`) * 60;
    default:
      return Number(`${digits}e3`) * 3600;
  }
}

/**
 * Writes a duration as {@linkcode parseDurationMs} reads it: milliseconds
 * below a second, else seconds. Exact to the nanosecond.
 *
 * @param ms Milliseconds, from 0 to {@linkcode DURATION_MS_MAX}.
 * @returns Such as `20ms`, `1.5s` or `300s`.
 * @throws {RangeError} If `ms` is out of range.
 *
 * @example Usage
 * ```ts
 * import { formatDuration } from "./notation.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatDuration(20), "20ms");
 * assertEquals(formatDuration(1500), "1.5s");
 * assertEquals(formatDuration(300_000), "300s");
 * ```
 */
export function formatDuration(ms: number): string {
  if (!(ms >= 0 && ms <= DURATION_MS_MAX)) {
    throw new RangeError(
      `Cannot write a duration of ${ms} ms: it must be from 0 to ${DURATION_MS_MAX}`,
    );
  }
  const rounded = Number(ms.toFixed(6));
  if (rounded > 0 && rounded < 1000) return `${rounded}ms`;
  return `${Number(`${rounded}e-3`)}s`;
}

/**
 * Reads a duration as ticks.
 *
 * @param text A duration, as {@linkcode parseDurationMs} reads it.
 * @param flag The flag it was given for, with its dashes, for the error.
 * @returns Whole ticks of 0.1 ms, the nearest.
 * @throws {SyntaxError} If the text is no duration.
 * @throws {RangeError} If the duration is longer than 59 hours.
 */
export function parseTicks(text: string, flag: string): number {
  return ticksFromMs(parseDurationMs(text, flag));
}

/**
 * Writes ticks as {@linkcode parseTicks} reads them.
 *
 * @param ticks Ticks of 0.1 ms, from 0 to 59 hours.
 * @returns Such as `1.5s`.
 * @throws {RangeError} If `ticks` is out of range.
 */
export function formatTicks(ticks: number): string {
  return formatDuration(ticks / TICKS_PER_MS);
}

/**
 * Reads a whole number within bounds.
 *
 * @param text What was given, decimal digits.
 * @param flag The flag it was given for, with its dashes, for the error.
 * @param min The least allowed.
 * @param max The most allowed.
 * @returns The number.
 * @throws {SyntaxError} If the text is no whole number.
 * @throws {RangeError} If the number is out of bounds.
 *
 * @example Usage
 * ```ts
 * import { parseInteger } from "./notation.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseInteger("54321", "--port", 1, 65535), 54321);
 * ```
 */
export function parseInteger(
  text: string,
  flag: string,
  min: number,
  max: number,
): number {
  if (!INTEGER_REGEXP.test(text)) {
    const form = `a whole number from ${min} to ${max} is needed`;
    throw unreadable(flag, text, form);
  }
  const value = Number(text);
  if (value < min || value > max) {
    throw unusable(flag, text, `it must be from ${min} to ${max}`);
  }
  return value;
}

/**
 * Reads a range `from..to`, both included; a single value is a range of that
 * value alone.
 *
 * @param text What was given, such as `1s..5s` or `0..42`.
 * @param flag The flag it was given for, with its dashes, for the error.
 * @param parseBound Reads one end, given its text and the flag.
 * @returns The two ends, the first not above the second.
 * @throws {SyntaxError} If an end is missing or cannot be read.
 * @throws {RangeError} If an end is out of bounds, or the range is backwards.
 *
 * @example Usage
 * ```ts
 * import { parseDurationMs, parseInteger, parseRange } from "./notation.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseRange("1s..5s", "--interval", parseDurationMs), [1000, 5000]);
 * assertEquals(parseRange("3s", "--interval", parseDurationMs), [3000, 3000]);
 * assertEquals(
 *   parseRange("0..42", "--likes", (text, flag) => parseInteger(text, flag, 0, 42)),
 *   [0, 42],
 * );
 * ```
 */
export function parseRange(
  text: string,
  flag: string,
  parseBound: (text: string, flag: string) => number,
): [min: number, max: number] {
  const dots = text.indexOf("..");
  const minText = dots < 0 ? text : text.slice(0, dots);
  const maxText = dots < 0 ? text : text.slice(dots + 2);
  if (minText === "" || maxText === "") {
    const form = "a range is written from..to, both ends given";
    throw unreadable(flag, text, form);
  }
  const min = parseBound(minText, partOf(flag, text, minText));
  const max = parseBound(maxText, partOf(flag, text, maxText));
  if (min > max) {
    throw unusable(flag, text, "a range must not end before it begins");
  }
  return [min, max];
}

/**
 * Reads a ratio: a fraction `3/100` or a decimal `0.03`.
 *
 * @param text What was given.
 * @param flag The flag it was given for, with its dashes, for the error.
 * @returns The value from 0 to 1, with the text as given.
 * @throws {SyntaxError} If the text is no ratio.
 * @throws {RangeError} If the ratio is above 1 or divides by zero.
 *
 * @example Usage
 * ```ts
 * import { parseRatio } from "./notation.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseRatio("3/100", "--loss"), { value: 0.03, text: "3/100" });
 * assertEquals(parseRatio("0.03", "--loss"), { value: 0.03, text: "0.03" });
 * ```
 */
export function parseRatio(text: string, flag: string): Ratio {
  const [, numerator, denominator] = FRACTION_REGEXP.exec(text) ?? [];
  if (numerator === undefined && !DECIMAL_REGEXP.test(text)) {
    throw unreadable(flag, text, RATIO_FORM);
  }
  const value = numerator === undefined
    ? Number(text)
    : Number(numerator) / Number(denominator);
  // The negation catches 0/0 too, which is no number.
  if (!(value <= 1)) {
    throw unusable(flag, text, "a ratio must be from 0 to 1");
  }
  return { value, text };
}
