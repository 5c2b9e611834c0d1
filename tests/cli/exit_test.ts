import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { tellError } from "../../lib/cli/exit.ts";
import { PrimaryAbsentError } from "../../lib/live/run/primary_holdings.ts";
import { UsageError } from "../../lib/options/usage_error.ts";
import { InterruptedError } from "../../lib/platform/interruption.ts";
import { Output } from "../../lib/platform/output.ts";
import { StartError } from "../../lib/platform/start_error.ts";
import { granted } from "../permissions.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const ignore = !granted({ run: [Deno.execPath()], write: ["/tmp"] });

/** The text that is told of an error, and the exit code. */
async function toldOf(error: unknown): Promise<[number, string]> {
  let text = "";
  const output = new Output({
    write(bytes) {
      text += new TextDecoder().decode(bytes);
      return Promise.resolve(bytes.length);
    },
  });
  const code = tellError(error, output);
  await output.idle();
  return [code, text];
}

Deno.test("tellError() tells in one line what its user can mend, and knows a code for each kind", async () => {
  const { NotCapable } = Deno.errors;
  const told = await Promise.all([
    new UsageError("Cannot read --port"),
    new StartError("Cannot listen"),
    new NotCapable("Requires net access, run again with --allow-net"),
    new PrimaryAbsentError("No primary on port 1"),
    new InterruptedError("Stopped at once"),
  ].map(toldOf));
  assertEquals(told, [
    [2, "error: Cannot read --port\n"],
    [2, "error: Cannot listen\n"],
    [2, "error: Requires net access, run again with --allow-net\n"],
    [4, "error: No primary on port 1\n"],
    [130, "Stopped at once\n"],
  ]);
});

Deno.test("tellError() takes anything else for an error in this program: 70, with its stack", async () => {
  const [code, text] = await toldOf(new TypeError("x is undefined"));
  assertEquals(code, 70);
  assertMatch(text, /^error: .*TypeError: x is undefined\n +at /);
  assertEquals((await toldOf("thrown"))[0], 70);
});

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs words of a shell with the path of this Deno as `$0`. */
async function shell(script: string): Promise<Ended> {
  const output = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["eval", "--no-lock"],
      `const { code, stdout, stderr } = await new Deno.Command("sh", {
        args: ["-c", Deno.args[0], Deno.execPath()], cwd: Deno.args[1],
        stdin: "null",
      }).output();
      const [out, err] = [stdout, stderr].map((b) => new TextDecoder().decode(b));
      console.log(JSON.stringify({ code, stdout: out, stderr: err }));`,
      ...[script, ROOT],
    ],
    stdin: "null",
    env: { LD_LIBRARY_PATH: "", LD_PRELOAD: "", NO_COLOR: "1" },
  }).output();
  return JSON.parse(new TextDecoder().decode(output.stdout));
}

const RUN = '"$0" run --quiet --no-prompt --no-check';

for (const program of ["main.ts primary", "primary.ts"]) {
  Deno.test({
    name: `runToExit() makes one line and 2 of a wrong flag: ${program}`,
    ignore,
    async fn() {
      assertEquals(await shell(`${RUN} ${program} --port x`), {
        code: 2,
        stdout: "",
        stderr:
          'error: Cannot read --port "x": a whole number from 0 to 65535 is needed\n',
      });
    },
  });
}

Deno.test({
  name: "runToExit() ends with 70, never 1, for errors that nobody waits for",
  ignore,
  async fn() {
    for (
      const fault of [
        "throw new TypeError('x')",
        "await 0; setTimeout(() => { throw new TypeError('x') }); await new Promise(() => {})",
        "Promise.reject(new TypeError('x')); await new Promise(() => {})",
      ]
    ) {
      const { code, stderr } = await shell(
        `echo "import { runToExit } from '${ROOT}lib/cli/exit.ts'; ` +
          `await runToExit(async () => { ${fault}; return 0; })" | ${RUN} -`,
      );
      assertEquals(code, 70, stderr);
      assertStringIncludes(stderr, "TypeError: x\n    at ");
    }
  },
});

Deno.test({
  name:
    "runToExit() ends with the code of the command where standard error takes nothing",
  ignore: ignore || Deno.build.os !== "linux",
  async fn() {
    const { code } = await shell(`${RUN} main.ts sim --servers 0 2>/dev/full`);
    assertEquals(code, 2);
  },
});

Deno.test({
  name: "runToExit() ends with 0 where a reader has seen enough",
  ignore,
  async fn() {
    const { stdout, stderr } = await shell(
      `{ ${RUN} main.ts help; echo "code $?" >&2; } | head -n 1`,
    );
    assertMatch(stdout, /^An eventual consistency simulator.*\n$/);
    assertEquals(stderr, "code 0\n");
  },
});

Deno.test({
  name:
    "runToExit() waits for the reader of a result until a signal says not to",
  ignore: !granted({ run: [Deno.execPath()] }),
  async fn() {
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--quiet", "--no-prompt", "--no-check", `${ROOT}main.ts`],
        // More than a pipe holds.
        ...["sim", "--json", "--servers", "10000", "--spawn-interval", "0s"],
        ...["--lifetime", "5s"],
      ],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const reader = child.stdout.getReader();
    await reader.read();
    child.kill("SIGINT");
    assertEquals((await child.status).code, 130);
    await reader.cancel();
    await child.stderr.cancel();
  },
});
