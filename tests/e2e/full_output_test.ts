import { assertEquals } from "@std/assert";
import { CAN_RUN, LogFolder, outside } from "./program.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

const RUN = [
  ...["run", "--quiet", "--no-prompt", "--no-check", "--allow-read=."],
  ...["--allow-net=127.0.0.1", "--allow-write=/tmp"],
  ...[`--allow-run=${Deno.execPath()}`, "main.ts"],
];

/** Runs the program with a standard output that takes nothing. */
async function intoFullDevice(
  args: readonly string[],
): Promise<{ code: number; stderr: string }> {
  const words = [...RUN, ...args];
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

const SERVERS: readonly (readonly string[])[] = [
  ["primary", "--port", "0"],
  ["lab", "--page-port", "0"],
];

for (const command of SERVERS) {
  Deno.test({
    name: `${
      command[0]
    } serves where standard output takes nothing, says so once, and ends in order`,
    ignore: !CAN_RUN || Deno.build.os !== "linux",
    async fn() {
      using folder = new LogFolder();
      const place = command[0] === "primary" ? ["--log-dir", folder.path] : [];
      const printed = await outside(`
        const words = ${JSON.stringify([...RUN, ...command, ...place])};
        const child = new Deno.Command("sh", {
          args: ["-c", 'exec "$0" "$@" > /dev/full', Deno.execPath(), ...words],
          cwd: ${JSON.stringify(ROOT)},
          stdin: "null",
          stderr: "piped",
        }).spawn();
        let stderr = "";
        for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
          if (stderr === "") child.kill("SIGTERM");
          stderr += text;
        }
        const { code } = await child.status;
        console.log(JSON.stringify({ code, stderr }));
      `);
      assertEquals(JSON.parse(printed), {
        code: 0,
        stderr:
          "error: Cannot write to standard output: No space left on device (os error 28)\n",
      });
    },
  });
}

Deno.test({
  name:
    "sim --runs-file - says that its runs could not be written, stops, and exits 3",
  ignore: !CAN_RUN || Deno.build.os !== "linux",
  async fn() {
    // It would take days.
    const runs = ["--runs", "100000000", "--seed", "1", "--runs-file", "-"];
    const { code, stderr } = await intoFullDevice(["sim", ...runs]);
    assertEquals(code, 3, stderr);
    assertEquals(
      stderr.trimEnd().split("\n").at(-1),
      "error: Cannot write runs to standard output: not all were taken",
    );
  },
});
