import { assertEquals } from "@std/assert";
import { CAN_RUN, LogFolder, outside } from "./program.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** Runs the program with a standard output that takes nothing. */
async function intoFullDevice(
  args: readonly string[],
): Promise<{ code: number; stderr: string }> {
  const words = [
    ...["run", "--quiet", "--no-prompt", "--no-check", "--allow-read=."],
    ...["--allow-net=127.0.0.1", "--allow-write=/tmp"],
    ...[`--allow-run=${Deno.execPath()}`, "main.ts", ...args],
  ];
  const printed = await outside(`
    const { code, stderr } = await new Deno.Command("sh", {
      args: ["-c", 'exec "$0" "$@" > /dev/full', Deno.execPath(), ...${
    JSON.stringify(words)
  }],
      cwd: ${JSON.stringify(ROOT)},
      stdin: "null",
    }).output();
    console.log(JSON.stringify({ code, stderr: new TextDecoder().decode(stderr) }));
  `);
  return JSON.parse(printed);
}

const SHORT = ["--servers", "2", "--spawn-interval", "0s", "--lifetime", "1s"];

const COMMANDS: readonly (readonly string[])[] = [
  ["sim", "--json", ...SHORT],
  ["sim", "--runs", "2", ...SHORT],
  ["compare", ...SHORT],
  ["start", "--json", "--port", "0", "--interval", "0.2s", ...SHORT],
  ["start", "--port", "0", "--interval", "0.2s", ...SHORT],
  ["sim", "--help"],
];

for (const command of COMMANDS) {
  Deno.test({
    name: `${
      command.slice(0, 2).join(" ")
    } says that its result could not be written, and exits 3`,
    ignore: !CAN_RUN || Deno.build.os !== "linux",
    async fn() {
      using folder = new LogFolder();
      const isLive = command[0] === "start";
      const { code, stderr } = await intoFullDevice([
        ...command,
        ...isLive ? ["--log-dir", folder.path] : [],
      ]);
      assertEquals(code, 3, stderr);
      // With --json the lines of a live run stand before it.
      assertEquals(
        stderr.trimEnd().split("\n").at(-1),
        "error: Cannot write to standard output: No space left on device (os error 28)",
      );
    },
  });
}
