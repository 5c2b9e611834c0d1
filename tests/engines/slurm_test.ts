import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  CAN_RUN,
  EngineFolder,
  pause,
  RECIPES,
  run,
  SEED,
  works,
} from "./engine.ts";

/** A cluster that is up: its sinfo answers. */
const ignore = !await works("sinfo", "--noheader");

const SHARDS = 8;
const TINY = ["sim", "--runs", "2", "--lifetime", "10s", ...SEED];
const SWEEP = [
  ...["sim", "--servers", "300", "--lifetime", "60s", ...SEED],
  ...["--runs", "800", "--loss", "0.05", "--delivery", "at-least-once"],
];

Deno.test({
  name:
    "slurm.sh: an array of eight shards, of which one is requeued and one is killed, comes to what one process says",
  ignore,
  async fn() {
    using folder = new EngineFolder();
    const cwd = folder.path;
    const env = { LIKES: folder.likes, RESULTS: `${cwd}/results` };
    const submit = ["sbatch", "--parsable", `--array=0-${SHARDS - 1}`];
    const job = (await run(
      [...submit, `${RECIPES}slurm.sh`, `${SHARDS}`, ...SWEEP],
      { cwd, env },
    )).stdout.trim();
    assert(/^\d+$/.test(job), job);
    const name = await checksum([`${SHARDS}`, ...SWEEP]);
    const { stdout: user } = await run(["id", "-un"]);
    const fileOf = (shard: number) =>
      `/tmp/likes-${user.trim()}-${name}-${shard}.jsonl`;
    try {
      await folder.killOnce(
        fileOf(1),
        `1/${SHARDS}`,
        () => run(["scontrol", "requeue", `${job}_1`]),
      );
      await folder.killOnce(fileOf(4), `4/${SHARDS}`);
      for (let left = "?"; left !== "";) {
        await pause();
        left = (await run(
          ["squeue", "--noheader", "--format=%K %t", `--jobs=${job}`],
        )).stdout;
        // A task that is requeued waits for two minutes unless it is told not
        // to.
        for (const [, shard] of left.matchAll(/^(\d+) PD$/gm)) {
          await run([
            ...["scontrol", "update", `JobId=${job}_${shard}`, "StartTime=now"],
          ]);
        }
      }
    } finally {
      await run(["scancel", job]);
      for (let shard = 0; shard < SHARDS; shard++) {
        await Deno.remove(fileOf(shard)).catch(() => {});
      }
    }
    const texts = folder.textsIn("results");
    const logs = [...Deno.readDirSync(cwd)].filter(({ name }) =>
      name.endsWith(".log")
    ).map(({ name }) => `${name}: ${Deno.readTextFileSync(`${cwd}/${name}`)}`);
    assertEquals(texts.length, SHARDS, logs.join("\n"));
    const merged = await folder.run(["merge", "-"], texts.join(""));
    const one = await folder.run(SWEEP);
    assertEquals([merged.stderr, merged.code], ["", 1]);
    assertEquals(merged.stdout, one.stdout);
  },
});

Deno.test({
  name:
    "slurm.sh: a task leaves a shard alone that is done, and refuses the results of another sweep",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new EngineFolder();
    const results = `${folder.path}/results`;
    const task = (...flags: string[]) =>
      run(
        ["bash", `${RECIPES}slurm.sh`, "1", ...TINY, ...flags],
        {
          env: {
            ...{ LIKES: folder.likes, RESULTS: results },
            ...{ SLURM_ARRAY_JOB_ID: "1", SLURM_ARRAY_TASK_ID: "0" },
          },
        },
      );
    const first = await task();
    assertEquals(first.code, 0, first.stderr);
    const texts = folder.textsIn("results");
    assertEquals(texts.length, 1);
    assertEquals((await task()).code, 0);
    const other = await task("--loss", "0.1");
    assertEquals(other.code, 2);
    assertStringIncludes(other.stderr, "is of another sweep: 1 sim --runs 2");
    assertEquals(folder.textsIn("results"), texts);
  },
});

/** The name that the recipe gives to a sweep. */
async function checksum(words: readonly string[]): Promise<string> {
  const input = words.map((word) => `${word}\n`).join("");
  const { stdout } = await run(["cksum"], { input });
  return stdout.split(" ")[0] ?? "";
}
