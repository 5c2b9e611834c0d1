// Types of the one function that parse_args.ts passes on from the npm copy of
// `@std/cli`, which has none. Declared as far as this project uses it: flags
// are booleans or strings, and the strings are collected.

export interface ParseOptions {
  /** Flags that take no value. */
  boolean?: readonly string[];
  /** Flags that take a value, which is left as the text it is. */
  string?: readonly string[];
  /** Flags that may be given more than once: their values come as an array. */
  collect?: readonly string[];
  /** Puts what follows `--` into the field of that name. */
  "--"?: boolean;
  /**
   * Called with each argument that is not declared; `false` leaves it out of
   * the result.
   */
  unknown?: (
    argument: string,
    key?: string,
    value?: unknown,
  ) => unknown;
}

export interface ParsedArgs {
  /** The words that are no flags, in order. */
  _: (string | number)[];
  [flag: string]: unknown;
}

export function parseArgs(
  args: readonly string[],
  options?: ParseOptions,
): ParsedArgs;
