import { assertEquals } from "@std/assert";
import { LogFolder } from "../e2e/program.ts";
import { granted } from "../permissions.ts";

const ROOT = new URL("../../", import.meta.url).pathname.replace(/\/$/, "");
const DENO = Deno.execPath();
const ignore = !granted({ run: [DENO], read: ["/tmp"], write: ["/tmp"] });

const NET = "--allow-net=127.0.0.1";
const WRITE = "--allow-write=/tmp";
const RUN = `--allow-run=${DENO}`;

/** A command, what it may do, and what it says is missing. */
const CASES: readonly [
  command: string,
  permissions: readonly string[],
  flag: string,
][] = [
  ["start --port 0", [WRITE, RUN], NET],
  ["start --port 0", [NET, WRITE], RUN],
  ["parent --port 1", [WRITE, RUN], NET],
  ["parent --port 1", [NET, WRITE], RUN],
  ["compare --live", [WRITE, RUN], NET],
  ["compare --live", [NET, WRITE], RUN],
  ["storm", [NET, WRITE, RUN], "--allow-read="],
  ["storm", [NET, WRITE, "--allow-read=/tmp"], RUN],
];

/** Runs a command with the permissions that it is given and no others. */
async function run(
  words: readonly string[],
  permissions: readonly string[],
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await new Deno.Command(DENO, {
    args: [
      ...["run", "--quiet", "--no-prompt", "--no-check", ...permissions],
      ...[`${ROOT}/main.ts`, ...words],
    ],
    stdin: "null",
    env: { LD_LIBRARY_PATH: "", LD_PRELOAD: "", NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}

for (const [command, permissions, flag] of CASES) {
  const name = flag.split("=", 1)[0];
  Deno.test({
    name:
      `${command} without ${name} starts nothing, writes nothing and ends with 2`,
    ignore,
    async fn() {
      using folder = new LogFolder();
      const ended = await run(
        [...command.split(" "), "--log-dir", folder.path],
        permissions,
      );
      const [word] = command.split(" ");
      const granting = flag.endsWith("=") ? flag + folder.path : flag;
      const access = flag.slice("--allow-".length, flag.indexOf("="));
      assertEquals(ended, {
        code: 2,
        stdout: "",
        stderr:
          `error: Cannot begin ${word}: ${access} access is not permitted (start with ${granting})\n`,
      });
      assertEquals([...Deno.readDirSync(folder.path)], []);
    },
  });
}

Deno.test({
  name:
    "sim and compare without --allow-read name it where they use threads, and do with it",
  // With one core there are no threads.
  ignore: ignore || navigator.hardwareConcurrency < 2,
  async fn() {
    const short = ["--servers", "2", "--lifetime", "10s"];
    for (
      const command of [["sim", "--runs", "20"], ["compare", "--runs", "2"]]
    ) {
      const words = [...command, ...short];
      const { code, stdout, stderr } = await run(words, []);
      assertEquals([code, stdout], [2, ""]);
      const hint = `start with --allow-read=${ROOT}`;
      assertEquals(
        stderr,
        `error: Cannot begin ${
          command[0]
        }: read access is not permitted (${hint})\n`,
      );
      assertEquals((await run(words, [`--allow-read=${ROOT}`])).code, 0);
    }
  },
});

Deno.test({
  name: "sim, compare and shrink need no permission where they use no threads",
  ignore,
  async fn() {
    const short = ["--servers", "2", "--lifetime", "10s"];
    for (const command of [["sim"], ["compare"], ["shrink", "7"]]) {
      const { code, stderr } = await run([...command, ...short], []);
      assertEquals([code, stderr], [0, ""]);
    }
  },
});
