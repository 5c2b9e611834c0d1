// Many runs in parts, by the program as the tasks start it.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { granted } from "../permissions.ts";
import {
  type Ended,
  endOf,
  startMain,
  VIRTUAL_PERMISSIONS,
} from "./main_process.ts";
import { TempFolder } from "../temp_folder.ts";

const ignore = !granted({
  run: [Deno.execPath()],
  read: [".", "/tmp"],
  write: ["/tmp"],
});

function spawn(words: readonly string[]): Deno.ChildProcess {
  return startMain(words, VIRTUAL_PERMISSIONS, "piped");
}

async function run(args: readonly string[], input = ""): Promise<Ended> {
  const child = spawn(args);
  const writer = child.stdin.getWriter();
  // It may end without having read everything.
  await writer.write(new TextEncoder().encode(input)).catch(() => {});
  await writer.close().catch(() => {});
  return await endOf(child);
}

function sweepTest(name: string, fn: (folder: string) => Promise<void>): void {
  Deno.test({
    name,
    ignore,
    async fn() {
      using temp = new TempFolder();
      const folder = temp.path;
      await fn(folder);
    },
  });
}

/** Some of which fail. */
const FLAGS = [
  ...["--servers", "3", "--lifetime", "20s", "--spawn-interval", "0s"],
  ...["--delivery", "at-least-once", "--ack-loss", "0.02", "--seed", "7"],
  ...["--runs", "60"],
];
const SIM = ["sim", ...FLAGS];
const COMPARE = [
  "compare",
  ...FLAGS.filter((_, i) => i < 6 || i >= 8),
];

/** Does all shards, and answers with their files. */
async function shardsOf(
  args: readonly string[],
  count: number,
  folder: string,
): Promise<string[]> {
  return await Promise.all(
    Array.from({ length: count }, async (_, k) => {
      const path = `${folder}/${k}.jsonl`;
      const shard = ["--shard", `${k}/${count}`, "--runs-file", path];
      const { code, stderr } = await run([...args, ...shard, "--workers", "1"]);
      assertEquals([code, stderr], [0, ""]);
      return path;
    }),
  );
}

/** Without the time that it took and the command. */
function comparable(text: string): string {
  return text
    .replace(/^ *"(wallSeconds|command)": .*deno task (sim|compare).*$/gm, "")
    .replace(/^ *"wallSeconds": .*$/gm, "")
    .replace(/^reproduce .*$/m, "")
    .replaceAll(/deno task (sim|compare)[^<"]*--runs[^<"]*/g, "")
    .replaceAll(/[\d.]+(?= s for | s of real time)/g, "");
}

const QUORUMS = [
  ...["compare", "--quorums", "--replicas", "2", "--servers", "3"],
  ...["--lifetime", "20s", "--latency", "exp:20ms", "--seed", "7"],
  ...["--runs", "20"],
];

for (const args of [SIM, COMPARE, QUORUMS]) {
  const name = args.includes("--quorums") ? "compare --quorums" : args[0];
  sweepTest(
    `${name} in shards, merged, is what one process says`,
    async (folder) => {
      const one = await run(args);
      const files = await shardsOf(args, 3, folder);
      const merged = await run(["merge", ...files.toReversed()]);
      assertEquals(merged.stderr, "");
      assertEquals(comparable(merged.stdout), comparable(one.stdout));
      assertEquals(merged.code, one.code);
      assertEquals(one.code, name === "sim" ? 1 : 0);

      const all = files.map((path) => Deno.readTextFileSync(path)).join("");
      const [html, htmlOfOne] = [`${folder}/merged.html`, `${folder}/one.html`];
      const [json, jsonOfOne] = await Promise.all([
        run(["merge", "-", "--json", "--report", html], all),
        run([...args, "--json", "--report", htmlOfOne]),
      ]);
      assertEquals(comparable(json.stdout), comparable(jsonOfOne.stdout));
      assertEquals([json.code, json.stderr], [jsonOfOne.code, ""]);
      const page = comparable(Deno.readTextFileSync(html));
      assert(page.includes("seed") && page.length > 10_000);
      assertEquals(page, comparable(Deno.readTextFileSync(htmlOfOne)));
    },
  );
}

sweepTest(
  "sim --runs-file - writes runs to standard output, and what it says to standard error",
  async () => {
    const shard = ["--shard", "1/2", "--runs-file", "-"];
    const { code, stdout, stderr } = await run([...SIM, ...shard]);
    assertEquals(code, 0); // measured, though some have failed
    const lines = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
    assertEquals(lines.length, 31);
    assertEquals(lines[0].shard, "1/2");
    assertEquals(
      lines.slice(1).map(({ seed }) => seed).sort(),
      Array.from({ length: 30 }, (_, i) => 37 + i),
    );
    assertStringIncludes(stderr, "NOT CONVERGED");
    const again = await run([...SIM, "--shard", "0/2", "--runs-file", "-"]);
    const one = await run(SIM);
    const merged = await run(["merge", "-"], stdout + again.stdout);
    assertEquals([merged.code, merged.stdout], [1, one.stdout]);
  },
);

sweepTest(
  "sim --runs-file tells a failing run's reason and a command that fails again",
  async (folder) => {
    const path = `${folder}/runs.jsonl`;
    const { code } = await run([...SIM, "--runs-file", path]);
    assertEquals(code, 1);
    const failed = Deno.readTextFileSync(path).trimEnd().split("\n")
      .map((line) => JSON.parse(line)).find(({ reason }) => reason);
    assertStringIncludes(failed.reason, "counted twice");
    const words = failed.command.replace("deno task ", "").split(" ");
    const again = await run(words);
    assertEquals(again.code, 1);
    assertStringIncludes(again.stdout, failed.digest);
  },
);

for (const signal of ["SIGKILL", "SIGINT"] as const) {
  for (const workers of ["1", "2"]) {
    sweepTest(
      `sim goes on after ${signal} with ${workers} workers, and loses nothing that was done`,
      async (folder) => {
        const path = `${folder}/runs.jsonl`;
        // Runs of some milliseconds, so that it cannot be over at the signal.
        const args = [
          ...["sim", "--servers", "100", "--lifetime", "300s", "--seed", "7"],
          ...["--runs", "120", "--runs-file", path, "--workers", workers],
        ];
        await Deno.writeTextFile(path, "");
        const child = spawn(args);
        await child.stdin.close();
        for await (const { kind } of Deno.watchFs(folder)) {
          if (kind !== "modify") continue;
          if (Deno.readTextFileSync(path).split("\n").length > 12) break;
        }
        child.kill(signal);
        const ended = await endOf(child);
        const text = Deno.readTextFileSync(path);
        const done = text.split("\n").length - 2;
        assert(done >= 11 && done < 120, `${done}`);
        if (signal === "SIGINT") {
          assertEquals(ended.code, 130);
          assertStringIncludes(
            ended.stderr,
            `Stopped after ${done} of 120 runs`,
          );
          assertStringIncludes(
            ended.stdout,
            `${done} of the seeds 7 to 126`,
          );
        }
        const again = await run(args);
        assertEquals([again.code, again.stderr], [0, ""]);
        assert(Deno.readTextFileSync(path).startsWith(text));
        const one = await run(args.toSpliced(args.indexOf("--runs-file"), 2));
        assertEquals(again.stdout, one.stdout);
        assertEquals((await run(["merge", path])).stdout, one.stdout);
      },
    );
  }
}

sweepTest(
  "sim --runs-file without --seed goes on with the seed of the file",
  async (folder) => {
    const path = `${folder}/runs.jsonl`;
    const args = [
      ...["sim", "--servers", "2", "--lifetime", "5s", "--runs", "5"],
      ...["--runs-file", path],
    ];
    const first = await run(args);
    const text = Deno.readTextFileSync(path);
    const again = await run(args);
    assertEquals([again.code, again.stdout], [first.code, first.stdout]);
    assertEquals(Deno.readTextFileSync(path), text);
  },
);

sweepTest(
  "sim refuses another run's file, and leaves it as it is",
  async (folder) => {
    const path = `${folder}/runs.jsonl`;
    const args = ["sim", "--servers", "2", "--lifetime", "5s", "--seed", "7"];
    const file = ["--runs", "5", "--runs-file", path];
    await run([...args, ...file]);
    const text = Deno.readTextFileSync(path);
    const { code, stdout, stderr } = await run(
      [...args, "--loss", "0.1", ...file],
    );
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, "no --loss and --loss 0.1");
    assertEquals(Deno.readTextFileSync(path), text);
  },
);

sweepTest(
  "merge refuses files that are missing, mixed, doubled, cut or edited, with the reason and exit code 2",
  async (folder) => {
    const [a = "", b = ""] = await shardsOf(SIM, 2, folder);
    const other = `${folder}/other.jsonl`;
    await run([
      ...SIM,
      "--loss",
      "0.1",
      "--shard",
      "1/2",
      "--runs-file",
      other,
    ]);
    const text = Deno.readTextFileSync(b);
    const cut = `${folder}/cut.jsonl`;
    Deno.writeTextFileSync(cut, text.slice(0, -50));
    const edited = `${folder}/edited.jsonl`;
    Deno.writeTextFileSync(edited, text.replace('"lost":0', '"lost":1'));
    for (
      const [files, ...parts] of [
        [[a], "seeds 37 to 66", "no file of shard 1/2"],
        [[a, other], a, other, "no --loss and --loss 0.1"],
        [[a, b, a], "seed 7 is there twice", a],
        [[a, cut], "1 of 60 seeds", "shard 1/2", cut],
        [[a, edited], edited, "line 2 was changed"],
        [[a, `${folder}/missing`], "there is no such file"],
        [["/etc/passwd"], "--allow-read=/etc/passwd"],
        [[folder], "no regular file"],
        [["-", "-"], "standard input is read once"],
        [["-"], "standard input: it is empty"],
        [[], "Missing FILE"],
      ] as const
    ) {
      const { code, stdout, stderr } = await run(["merge", ...files]);
      assertEquals([code, stdout], [2, ""], stderr);
      for (const part of parts) assertStringIncludes(stderr, part);
    }
  },
);

sweepTest(
  "sim and compare refuse flags of parts that do not fit, by name",
  async (folder) => {
    const runs = ["--runs", "10", "--seed", "1"];
    for (
      const [args, ...parts] of [
        [["sim", "--shard", "0/2", "--runs", "10"], "--shard 0/2", "--seed"],
        [
          ["sim", "--shard", "2/2", ...runs],
          '--shard "2/2"',
          "K must be below",
        ],
        [["sim", "--shard", "2", ...runs], '--shard "2"', "K/N"],
        [["sim", "--shard", "0/2", "--seed", "1"], '--shard with --runs "1"'],
        [["sim", "--runs-file", "/tmp/x"], '--runs-file with --runs "1"'],
        [["sim", ...runs, "--workers", "0"], '--workers "0"'],
        [["sim", ...runs, "--runs-file", "-", "--json"], "--json", "standard"],
        [["sim", ...runs, "--history", `${folder}/h`], "--history"],
        [
          [
            ...["sim", ...runs, "--runs-file", `${folder}/a`],
            ...["--report", `${folder}//a`],
          ],
          "the report is written there",
        ],
        [["compare", "--live", "--workers", "2"], "--workers with --live"],
        [["start", "--shard", "0/2"], '"--shard" of start'],
      ] as const
    ) {
      const { code, stdout, stderr } = await run(args);
      assertEquals([code, stdout], [2, ""], `${args}: ${stderr}`);
      for (const part of parts) assertStringIncludes(stderr, part);
    }
    assertEquals([...Deno.readDirSync(folder)], []);
  },
);
