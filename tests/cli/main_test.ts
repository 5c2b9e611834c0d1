import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { granted } from "../permissions.ts";

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const ignore = !granted({ run: [Deno.execPath()] });

/**
 * Runs the command line without any permission: whatever it did before it has
 * read the flags would fail.
 */
async function run(...args: string[]): Promise<Ended> {
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "--no-check", MAIN, ...args],
    stdin: "null",
    env: { NO_COLOR: "1" },
  }).output();
  return {
    code: output.code,
    stdout: new TextDecoder().decode(output.stdout),
    stderr: new TextDecoder().decode(output.stderr),
  };
}

Deno.test({
  name: "main() prints help on stdout and ends with 0",
  ignore,
  async fn() {
    const { code, stdout, stderr } = await run("start", "--help");
    assertEquals(stderr, "");
    assertEquals(code, 0);
    assertStringIncludes(stdout, "Usage: deno task start [FLAGS]");
  },
});

Deno.test({
  name: "main() prints a usage error on stderr and ends with 2",
  ignore,
  async fn() {
    const { code, stdout, stderr } = await run("start", "--servers=none");
    assertEquals(stdout, "");
    assertEquals(code, 2);
    assertMatch(stderr, /^error: Cannot read --servers "none": .*\n$/);
  },
});

Deno.test({
  name: "main() without a command lists the commands and ends with 2",
  ignore,
  async fn() {
    const { code, stdout, stderr } = await run();
    assertEquals(stdout, "");
    assertEquals(code, 2);
    assertStringIncludes(stderr, "error: Missing command");
    assertStringIncludes(stderr, "Usage: deno task COMMAND [FLAGS]");
  },
});

Deno.test({
  name: "main() names the flag of a missing permission and ends with 2",
  ignore,
  async fn() {
    const { code, stderr } = await run("read");
    assertEquals(code, 2);
    assertMatch(stderr, /^error: .*--allow-net/);
    assertEquals(stderr.split("\n").length, 2, stderr);
  },
});
