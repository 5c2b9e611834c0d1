/**
 * `main.ts` as a process with the permissions of a task, without a terminal.
 *
 * @module
 */

/** The folder of the project, with a slash at its end. */
export const ROOT = new URL("../../", import.meta.url).pathname;

/** The end of a process. */
export interface Ended {
  /** The exit code. */
  readonly code: number;
  /** All it wrote to standard output. */
  readonly stdout: string;
  /** All it wrote to standard error. */
  readonly stderr: string;
}

/** The permissions of the tasks of virtual runs. */
export const VIRTUAL_PERMISSIONS = [
  `--allow-read=${ROOT},/tmp`,
  "--allow-write=/tmp",
];

/**
 * Starts `main.ts` in the folder of the project.
 *
 * @param words The words after the program's name.
 * @param permissions The permission flags.
 * @param stdin Whether there is a standard input.
 * @returns The process.
 */
export function startMain(
  words: readonly string[],
  permissions: readonly string[],
  stdin: "null" | "piped" = "null",
): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-prompt", "--no-check", ...permissions],
      ...[`${ROOT}main.ts`, ...words],
    ],
    cwd: ROOT,
    stdin,
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  }).spawn();
}

/**
 * Waits for the end of a process.
 *
 * @param process The process.
 * @returns The end, with all that it wrote.
 */
export async function endOf(process: Deno.ChildProcess): Promise<Ended> {
  const { code, stdout, stderr } = await process.output();
  const decoder = new TextDecoder();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}
