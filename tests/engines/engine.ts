// The program and the recipes for tests with real engines. They need more
// permissions than others: deno task test:engines.

import { granted } from "../permissions.ts";

/** The project's folder. */
export const ROOT = new URL("../../", import.meta.url).pathname;
/** The folder of the recipes. */
export const RECIPES = `${ROOT}lib/cli/recipes/`;

/** Whether a test may start programs, and read and write what they do. */
export const CAN_RUN = granted({
  run: true,
  read: true,
  write: ["/tmp"],
  env: true,
});

/** A seed of this process alone: others may run shards at the same time. */
export const SEED: readonly string[] = ["--seed", `${Deno.pid}`];

/** The end of a program. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const decoder = new TextDecoder();

/**
 * Runs a program to its end.
 *
 * @param command Its name and arguments.
 * @param options Where, with which variables and what on standard input.
 * @returns What came of it; code -1 if there is no such program.
 */
export async function run(
  [name = "", ...args]: readonly string[],
  options: { cwd?: string; env?: Record<string, string>; input?: string } = {},
): Promise<Ended> {
  const { input = "", ...others } = options;
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(name, {
      ...{ args, stdin: "piped", stdout: "piped", stderr: "piped" },
      ...others,
    }).spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return { code: -1, stdout: "", stderr: "" };
  }
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input)).catch(() => {});
  await writer.close().catch(() => {});
  const { code, stdout, stderr } = await child.output();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}

/**
 * Whether a program is there and answers.
 *
 * @param command Its name and arguments.
 * @returns False if it is missing or fails.
 */
export async function works(...command: string[]): Promise<boolean> {
  return CAN_RUN && (await run(command)).code === 0;
}

/** A folder of its own in /tmp, with the program as one file in it. */
export class EngineFolder {
  /** Its path. */
  readonly path: string = Deno.makeTempDirSync({ dir: "/tmp" });
  /** The program, with the permissions of the task sim. */
  readonly likes: string = `${this.path}/likes`;

  /** A folder in which nothing has happened. */
  constructor() {
    Deno.chmodSync(this.path, 0o755);
    Deno.writeTextFileSync(
      this.likes,
      `#!/bin/sh
cd '${ROOT}' && exec '${Deno.execPath()}' run --quiet --no-check --no-prompt \\
  --allow-read=.,/tmp --allow-write=/tmp main.ts "$@"
`,
      { mode: 0o755 },
    );
  }

  /** The text of each runs file in a folder below, in the order of shards. */
  textsIn(folder: string): string[] {
    const path = `${this.path}/${folder}`;
    return [...Deno.readDirSync(path)].map(({ name }) => name)
      .filter((name) => /^\d+\.jsonl$/.test(name))
      .sort((one, other) => parseInt(one) - parseInt(other))
      .map((name) => Deno.readTextFileSync(`${path}/${name}`));
  }

  /** Runs the program. */
  run(args: readonly string[], input?: string): Promise<Ended> {
    return run([this.likes, ...args], input === undefined ? {} : { input });
  }

  /**
   * Ends the process of a shard when it has written some runs.
   *
   * @param file Where they arrive; null: as soon as the process is there, as
   * what comes over a network may come all at once.
   * @param shard The shard, `K/N`.
   * @param end How it is ended; left out: SIGKILL.
   */
  async killOnce(
    file: string | null,
    shard: string,
    end: (pid: number) => unknown = (pid) => Deno.kill(pid, "SIGKILL"),
  ): Promise<void> {
    while (file !== null && linesIn(file) < 3) await pause();
    let pid = await processOf(["--shard", shard], SEED);
    while (file === null && pid === undefined) {
      await pause();
      pid = await processOf(["--shard", shard], SEED);
    }
    if (pid === undefined) throw new Error(`No process runs shard ${shard}`);
    await end(pid);
  }

  /** Removes it. */
  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

/** The process of this Deno that has some words in its command line. */
async function processOf(
  ...all: readonly (readonly string[])[]
): Promise<number | undefined> {
  const { stdout } = await run(["ps", "-ww", "-eo", "pid=,args="]);
  for (const line of stdout.split("\n")) {
    const [, pid, args = ""] = /^ *(\d+) (.*)$/.exec(line) ?? [];
    if (!args.startsWith(`${Deno.execPath()} run `)) continue;
    if (all.every((words) => `${args} `.includes(` ${words.join(" ")} `))) {
      return Number(pid);
    }
  }
  return undefined;
}

/** The number of whole lines of a file that may not be there yet. */
export function linesIn(path: string): number {
  try {
    return Deno.readTextFileSync(path).split("\n").length - 1;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

/**
 * A moment for other programs: their engines tell nobody when they are done.
 */
export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
