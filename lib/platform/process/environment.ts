/**
 * The environment of programs that this one starts.
 *
 * @module
 */

/** Variables by which the system's loader changes what a program is. */
const LOADER_REGEXP = /^(?:LD|DYLD)_/i;

/**
 * The environment of this process without the variables of the system's loader.
 * A program tells it, as to read it needs a permission of its own.
 *
 * @returns The variables.
 * @throws {Deno.errors.NotCapable} If programs may not be started.
 */
export async function environmentWithoutLoader(): Promise<
  Record<string, string>
> {
  const { stdout } = await new Deno.Command("/usr/bin/env", {
    args: ["-0"],
    stdin: "null",
    stderr: "null",
  }).output();
  const entries = new TextDecoder().decode(stdout).split("\0")
    .map((entry): [string, string] => {
      const end = entry.indexOf("=");
      return [entry.slice(0, Math.max(0, end)), entry.slice(end + 1)];
    })
    .filter(([name]) => name !== "" && !LOADER_REGEXP.test(name));
  return Object.fromEntries(entries);
}
