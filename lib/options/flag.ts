/**
 * The description of a flag: how often it may be given, what its value means,
 * and its help.
 *
 * @module
 */

import {
  parseInteger,
  parseRange,
  parseTicks,
  quote,
  unusable,
} from "../faults/notation.ts";

/** A flag whose value, once read, is a `T`. */
export interface Flag<T> {
  /**
   * A toggle takes no value, a value may be given once, a list any number of
   * times.
   */
  readonly kind: "toggle" | "value" | "list";
  /**
   * The placeholder of the value in the help, such as `PORT`; empty for a
   * toggle.
   */
  readonly placeholder: string;
  /** The help: one line, without a full stop. */
  readonly help: string;
  /** The value that is read when the flag is absent. */
  readonly defaultText?: string | undefined;
  /** Another default, and where it holds, for the help: `0 with --exact`. */
  readonly otherDefault?: string | undefined;
  /** A value, for the error where one is missing and there is no default. */
  readonly example?: string;
  /**
   * Whether the help leaves it out: one part of the program passes it to
   * another.
   *
   * @default {false}
   */
  readonly hidden?: boolean;
  /**
   * Reads what was given.
   *
   * @param given Every value of the flag, in order; none if the flag is absent.
   * @param flag The flag with its dashes, for the error.
   * @throws {SyntaxError} If a value has the wrong form.
   * @throws {RangeError} If a value is out of bounds.
   */
  readonly read: (given: readonly string[], flag: string) => T;
}

/** The type of the value of a flag. */
export type FlagValue<F> = F extends Flag<infer T> ? T : never;

/** Reads one value; `flag` is named in the error. */
export type Reader<T> = (text: string, flag: string) => T;

/**
 * A flag without a value.
 *
 * @param help What it does, in one line.
 * @param options `hidden` leaves it out of the help.
 * @returns A flag that is `true` when given.
 */
export function toggle(
  help: string,
  options: { readonly hidden?: boolean } = {},
): Flag<boolean> {
  return {
    kind: "toggle",
    placeholder: "",
    help,
    ...options,
    read: (given) => given.length > 0,
  };
}

/**
 * A flag that always has a value.
 *
 * @param placeholder The placeholder of the value in the help, such as `PORT`.
 * @param help The help, in one line.
 * @param defaultText What is read when it is absent.
 * @param reader Reads the value.
 * @returns The flag.
 */
export function value<T>(
  placeholder: string,
  help: string,
  defaultText: string,
  reader: Reader<T>,
): Flag<T> {
  return {
    placeholder,
    help,
    kind: "value",
    defaultText,
    read: ([first = defaultText], flag) => reader(first, flag),
  };
}

/**
 * A flag that may be left out, and then has no value.
 *
 * @param placeholder The placeholder of the value in the help, such as `PORT`.
 * @param help The help, in one line.
 * @param reader Reads the value.
 * @param defaultText What absence stands for, where that is the same in every
 * command: for the help only, so that whether it was given can be told.
 * @param otherDefault Another default, and where it holds: `0 with --exact`.
 * @returns The flag.
 */
export function optional<T>(
  placeholder: string,
  help: string,
  reader: Reader<T>,
  defaultText?: string | undefined,
  otherDefault?: string | undefined,
): Flag<T | undefined> {
  return {
    placeholder,
    help,
    kind: "value",
    defaultText,
    otherDefault,
    read: ([first], flag) =>
      first === undefined ? undefined : reader(first, flag),
  };
}

/**
 * A flag that may be given any number of times.
 *
 * @param placeholder The placeholder of the value in the help, such as `PORT`.
 * @param help The help, in one line.
 * @param reader Reads each value.
 * @param defaultText What is read when it is absent; left out: nothing.
 * @returns The flag.
 */
export function list<T>(
  placeholder: string,
  help: string,
  reader: Reader<T>,
  defaultText?: string,
): Flag<readonly T[]> {
  return {
    placeholder,
    help,
    kind: "list",
    defaultText,
    read: (given, flag) =>
      (given.length === 0 && defaultText !== undefined ? [defaultText] : given)
        .map((text) => reader(text, flag)),
  };
}

/**
 * A whole number.
 *
 * @param min The least allowed.
 * @param max The most allowed.
 * @returns Its reader.
 */
export function integer(min: number, max: number): Reader<number> {
  return (text, flag) => parseInteger(text, flag, min, max);
}

/**
 * A duration of at least `minText`.
 *
 * @param minText The shortest allowed, in the notation of durations.
 * @returns Its reader, in ticks of 0.1 ms.
 */
export function duration(minText = "0s"): Reader<number> {
  return (text, flag) => {
    const ticks = parseTicks(text, flag);
    if (ticks < parseTicks(minText, flag)) {
      throw unusable(flag, text, `it must be at least ${minText}`);
    }
    return ticks;
  };
}

/**
 * A range, both ends read the same way.
 *
 * @param bound Reads one end.
 * @returns Its reader, giving the two ends in order.
 */
export function range(
  bound: Reader<number>,
): Reader<readonly [min: number, max: number]> {
  return (text, flag) => parseRange(text, flag, bound);
}

/**
 * Reader of one word among a few.
 *
 * @param words What is allowed.
 * @returns Its reader, which throws a SyntaxError that names the flag, what was
 * given and what is allowed.
 */
export function oneOf<T extends string>(words: readonly T[]): Reader<T> {
  return (text, flag) => {
    const found = words.find((word) => word === text);
    if (found === undefined) {
      throw new SyntaxError(
        `Cannot use ${flag} ${quote(text)}: it must be one of ${
          words.join(", ")
        }`,
      );
    }
    return found;
  };
}

/**
 * Any text but an empty one, read later by who knows its form.
 *
 * @param text What was given.
 * @param flag The flag with its dashes.
 * @returns The text.
 * @throws {SyntaxError} If the text is empty or holds a NUL, which no path can.
 */
export function nonEmpty(text: string, flag: string): string {
  if (text === "" || text.includes("\0")) {
    throw new SyntaxError(
      `Cannot use ${flag} ${quote(text)}: a value is needed`,
    );
  }
  return text;
}

/**
 * Gives a flag a value that shows how one is written: where there is a default,
 * that shows it.
 *
 * @param example Such as `7`.
 * @param flag The flag.
 * @returns The flag with the example.
 */
export function suchAs<T>(example: string, flag: Flag<T>): Flag<T> {
  return { ...flag, example };
}

/**
 * A text that is read later, by who knows its form, and may be left out.
 *
 * @param placeholder The placeholder of the text in the help, such as `FILE`.
 * @param help The help, in one line.
 * @param example A value, for the error where one is missing.
 * @returns The flag.
 */
export function optionalText(
  placeholder: string,
  help: string,
  example: string,
): Flag<string | undefined> {
  return suchAs(example, optional(placeholder, help, nonEmpty));
}

/**
 * Texts that are read later, by who knows their form.
 *
 * @param placeholder The placeholder of each in the help, such as `WINDOW`.
 * @param help The help, in one line.
 * @param example A value, for the error where one is missing.
 * @returns The flag.
 */
export function textList(
  placeholder: string,
  help: string,
  example: string,
): Flag<readonly string[]> {
  return suchAs(example, list(placeholder, help, nonEmpty));
}
