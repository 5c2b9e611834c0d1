/**
 * Code in a Deno of its own: for what cannot be tried out in the process of
 * the tests, such as its signals.
 *
 * @module
 */

import { granted } from "../permissions.ts";

/** Whether these tests can run. */
export const CAN_RUN = granted({ run: [Deno.execPath()] });

const CONFIG = new URL("../../deno.json", import.meta.url).pathname;
const PLATFORM = new URL("../../lib/platform/", import.meta.url);

/**
 * Starts a module.
 *
 * @param code The module; `platform` in it is the folder of the modules that
 * are tested.
 * @param stdin What its standard input is.
 * @returns The process, with its streams piped.
 */
export function start(
  code: string,
  stdin: "null" | "piped" = "null",
): Deno.ChildProcess {
  const module = code.replaceAll("platform/", PLATFORM.href);
  return new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-prompt", "--no-check", "--allow-all"],
      ...["--no-lock", "--config", CONFIG],
      `data:text/typescript,${encodeURIComponent(module)}`,
    ],
    stdin,
    stdout: "piped",
    stderr: "piped",
    env: { LD_LIBRARY_PATH: "", LD_PRELOAD: "", NO_COLOR: "1" },
  }).spawn();
}

/**
 * Runs a module to its end.
 *
 * @param code The module, as for {@linkcode start}.
 * @returns Its exit code and what it has written.
 */
export async function outputOf(
  code: string,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const output = await start(code).output();
  const decoder = new TextDecoder();
  return {
    code: output.code,
    stdout: decoder.decode(output.stdout),
    stderr: decoder.decode(output.stderr),
  };
}
