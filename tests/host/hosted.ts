/**
 * Runs of `host` for tests.
 *
 * @module
 */

import { LogFolder, Program } from "../e2e/program.ts";
import { granted } from "../permissions.ts";

/** The folder of the examples. */
export const NODES = new URL("nodes/", import.meta.url).pathname;

/**
 * Whether to leave out tests that start Deno, which starts Python and a shell.
 */
export const ignore = !granted({
  net: ["127.0.0.1"],
  read: ["/tmp", "."],
  write: ["/tmp"],
  run: [Deno.execPath()],
});

/** What `--json` says that these tests look at. */
export interface Told {
  readonly passed: boolean;
  readonly converged?: boolean;
  readonly findings: readonly { kind: string; text: string }[];
  readonly complaints: readonly {
    node: string;
    kind: string;
    text: string;
    lastLines: readonly string[];
  }[];
  readonly messages: { perOperation: number };
  readonly operations: { invoked: number; ok: number; succeeded: number };
}

/** Runs `host` with some words, and gives what it says as JSON. */
export async function hosted(
  words: readonly string[],
  program: readonly string[],
): Promise<Told & { code: number; stderr: string; logs: string }> {
  using folder = new LogFolder();
  await using host = new Program(
    [
      ...["host", "--json", "--seed", "7", "--log-dir", folder.path],
      ...words,
      "--",
      ...program,
    ],
    ["--allow-run"],
  );
  const { code, stdout, stderr } = await host.ended;
  if (stdout === "") throw new Error(stderr);
  const logs = [...Deno.readDirSync(folder.path)].map(({ name }) =>
    Deno.readTextFileSync(`${folder.path}/${name}`)
  ).join("");
  return { code, stderr, logs, ...JSON.parse(stdout) };
}
