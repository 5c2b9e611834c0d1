import { assert, assertEquals } from "@std/assert";
import { CAN_RUN, LogFolder, outside } from "./program.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** The time that a run may take when nothing holds it up, generous. */
const RUN_MS_MAX = 60_000;

/** More lines than a pipe holds, from likes servers that draw all the time. */
const LOUD = [
  ...["start", "--port", "0", "--servers", "4", "--spawn-interval", "0s"],
  ...["--lifetime", "2s", "--interval", "2ms..4ms", "--loss", "0.01"],
];

/** Waits until the parent has logged that its run is over. */
async function runCompleted(folder: LogFolder): Promise<void> {
  await outside(`
    const end = performance.now() + ${RUN_MS_MAX};
    for (let status = ""; !/ParentProcess completed/.test(status);) {
      if (performance.now() > end) throw new Error("It waits for its reader");
      await new Promise((resolve) => setTimeout(resolve, 50));
      try {
        status = Deno.readTextFileSync("${folder.path}/ParentProcessStatus");
      } catch {
        // It has not begun.
      }
    }
  `);
}

/** Starts the run with both streams piped, and reads neither of them. */
function startUnread(folder: LogFolder, ...flags: string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-prompt", "--quiet", "--no-check"],
      ...["--allow-net=127.0.0.1", "--allow-write=/tmp"],
      ...[`--allow-run=${Deno.execPath()}`, `${ROOT}main.ts`],
      ...[...LOUD, "--log-dir", folder.path, ...flags],
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    env: { LD_LIBRARY_PATH: "", LD_PRELOAD: "" },
  }).spawn();
}

const decoder = new TextDecoder();

Deno.test({
  name:
    "runStart() goes on while nobody reads what it prints, and prints it all to a late reader",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    const program = startUnread(folder);
    await runCompleted(folder);
    const { code, stdout } = await program.output();
    const text = decoder.decode(stdout);
    assertEquals(code, 0, text);
    assert(text.length > 65_536, "A pipe holds all of it");
    // Lines that nobody read are never missing without a word.
    assert(/^CONVERGED: /m.test(text) && !/not shown/.test(text), text);
    for (let id = 0; id < 4; id++) {
      const draws = text.match(new RegExp(`^LikesServer${id} .* draw `, "gm"));
      assertEquals(draws?.length, folder.lines(`LikesServer${id}`).length);
    }
  },
});

Deno.test({
  name:
    "runStart() ends without its lines if nobody ever reads standard error, and gives its --json all the same",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    const program = startUnread(folder, "--json");
    await runCompleted(folder);
    const reading = new Response(program.stdout).json();
    const [{ code }, verdict] = await Promise.all([program.status, reading]);
    assertEquals([code, verdict.converged], [0, true]);
    await program.stderr.cancel();
  },
});
