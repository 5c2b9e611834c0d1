import { assert, assertEquals, assertRejects } from "@std/assert";
import { RunsFile } from "../../../lib/cli/runs/runs_file.ts";
import { type Sweep, SweepRuns } from "../../../lib/cli/runs/sweep.ts";
import { StartError } from "../../../lib/platform/start_error.ts";
import { runOf } from "../../sim/runs_of_tests.ts";
import { granted } from "../../permissions.ts";
import { figuresFor, linesOf, sweepFor } from "./sweeps.ts";
import { TempFolder } from "../../temp_folder.ts";

const ignore = !granted({ read: ["/tmp"], write: ["/tmp"] });

function fileTest(
  name: string,
  fn: (path: string, folder: string) => Promise<void>,
): void {
  Deno.test({
    name,
    ignore,
    async fn() {
      using temp = new TempFolder();
      const folder = temp.path;
      await fn(`${folder}/runs.jsonl`, folder);
    },
  });
}

/** Opens a file, and tells the seeds that it holds already. */
async function open(
  path: string,
  sweep: Sweep,
): Promise<{ file: RunsFile; seeds: number[] }> {
  const seeds: number[] = [];
  const file = await RunsFile.open(path, sweep, {
    onRun: ({ seed }) => void seeds.push(seed),
    commandOf: ({ seed }) => `likes sim --seed ${seed}`,
  });
  return { file, seeds };
}

/** Does what is missing in a file. */
async function finish(path: string, sweep: Sweep): Promise<number[]> {
  const { file, seeds } = await open(path, sweep);
  const runs = new SweepRuns(sweep);
  for (let i = 0; i < runs.count; i++) {
    if (file.has(i)) continue;
    file.add(i, figuresFor(runs, i));
  }
  await file.end();
  assert(!file.failure.aborted);
  for (let i = 0; i < runs.count; i++) assert(file.has(i));
  return seeds;
}

const SWEEP = sweepFor({ shard: { index: 1, count: 3 } });
/** The lines of its file: the first, and those of the seeds 104 to 106. */
const LINES = linesOf(SWEEP, SWEEP.shard);
const WHOLE_TEXT = LINES.join("");

fileTest(
  "RunsFile has a line for each run, and is done at once if it is there",
  async (path) => {
    assertEquals(await finish(path, SWEEP), []);
    assertEquals(await Deno.readTextFile(path), WHOLE_TEXT);
    assertEquals(await finish(path, SWEEP), [104, 105, 106]);
    assertEquals(await Deno.readTextFile(path), WHOLE_TEXT);
  },
);

fileTest(
  "RunsFile goes on from wherever it was cut off",
  async (path) => {
    for (let length = 0; length < WHOLE_TEXT.length; length += 13) {
      await Deno.writeTextFile(path, WHOLE_TEXT.slice(0, length));
      const whole = WHOLE_TEXT.slice(0, length).split("\n").length - 1;
      const seeds = await finish(path, SWEEP);
      assertEquals(seeds.length, Math.max(0, whole - 1), `${length}`);
      assertEquals(await Deno.readTextFile(path), WHOLE_TEXT, `${length}`);
    }
  },
);

fileTest(
  "RunsFile goes on with lines in any order, and does only what is missing",
  async (path) => {
    const [first = "", a = "", b = "", c = ""] = LINES;
    await Deno.writeTextFile(path, first + c + a + b.slice(0, 70));
    assertEquals(await finish(path, SWEEP), [106, 104]);
    assertEquals(await Deno.readTextFile(path), first + c + a + b);
  },
);

fileTest(
  "RunsFile refuses files of other runs, with what differs, and leaves them as they are",
  async (path) => {
    const [first = "", a = "", b = ""] = LINES;
    const other = (changes: Partial<Sweep>) => {
      const sweep = { ...SWEEP, ...changes };
      return linesOf(sweep, sweep.shard).join("");
    };
    const run = (loss: string) => runOf({ seed: 100, faults: { loss } });
    for (
      const [text, reason] of [
        ["hello\n", "it is no runs file"],
        ["hello", "it is no runs file"],
        ["x".repeat(3 << 20), "it is no runs file"],
        [`${first}${"x".repeat(3 << 20)}`, "it is no runs file"],
        [other({ run: run("1/5") }), "--loss 1/5 and --loss 1/10"],
        [other({ runs: 11 }), "--runs 11 and 10"],
        [other({ shard: { index: 2, count: 3 } }), "--shard 2/3 and 1/3"],
        [other({ shard: { index: 0, count: 1 } }), "--shard 0/1 and 1/3"],
        [other({ check: true }), "--check and no --check"],
        [first.replace('"runs":10', '"runs":11'), "its first line was changed"],
        [first + a.replace("104", "105") + b, "line 2 was changed"],
        [first + a + a, "line 3 is of a run that is there already"],
        [first + a + first, "line 3 was changed, or is of other runs"],
        [
          first + linesOf(SWEEP, { index: 2, count: 3 })[1],
          "line 2 is of a run that is not in this shard",
        ],
      ] as const
    ) {
      await Deno.writeTextFile(path, text);
      const { message } = await assertRejects(
        () => open(path, SWEEP),
        StartError,
      );
      assert(message.includes(reason), `${message}\n${reason}`);
      assert(
        message.includes(path) && message.includes("--runs-file"),
        message,
      );
      assertEquals(await Deno.readTextFile(path), text);
    }
  },
);

fileTest(
  "RunsFile refuses a folder, and a file in a folder that is missing",
  async (_path, folder) => {
    for (
      const [place, reason] of [
        [folder, "no regular file"],
        [`${folder}/missing/file`, "its folder does not exist"],
      ] as const
    ) {
      const { message } = await assertRejects(
        () => open(place, SWEEP),
        StartError,
      );
      assert(message.includes(reason), message);
    }
  },
);

fileTest("RunsFile is written by one process at a time", async (path) => {
  const { file } = await open(path, SWEEP);
  const { message } = await assertRejects(() => open(path, SWEEP), StartError);
  assert(message.includes("another process is writing it"), message);
  await file.end();
  assertEquals(await finish(path, SWEEP), []);
});

fileTest(
  "RunsFile says that it cannot be written any more, and keeps whole lines",
  async (path) => {
    const { file } = await open(path, SWEEP);
    const runs = new SweepRuns(SWEEP);
    file.add(0, figuresFor(runs, 0));
    await file.end();
    // Closed: what comes now finds no file.
    file.add(1, figuresFor(runs, 1));
    await Promise.resolve();
    assert(file.failure.aborted);
    assertEquals(await Deno.readTextFile(path), LINES.slice(0, 2).join(""));
  },
);
