import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { HistoryDigest } from "../../lib/verdict/digest.ts";
import { parseEvent } from "../../lib/verdict/history.ts";
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
  read: ["."],
  write: ["/tmp"],
});

/** Starts the program as the tasks do. */
function started(words: readonly string[]): Deno.ChildProcess {
  return startMain(words, VIRTUAL_PERMISSIONS);
}

function run(...words: string[]): Promise<Ended> {
  return endOf(started(words));
}

/** The words of a command line that has no quotes. */
function wordsAfter(program: string, line: string): string[] {
  assert(line.startsWith(`${program} `) && !line.includes("'"), line);
  return line.slice(program.length + 1).split(" ");
}

const SHORT = ["--servers", "5", "--lifetime", "30s", "--spawn-interval", "0s"];

Deno.test({
  name: "sim prints a verdict and ends with 0 if it converged, 1 if not",
  ignore,
  async fn() {
    const good = await run("sim", ...SHORT, "--loss", "0.1", "--seed", "7");
    assertEquals([good.code, good.stderr], [0, ""]);
    assertStringIncludes(good.stdout, "CONVERGED");
    assertStringIncludes(good.stdout, "--loss 0.1 --seed 7");
    const bad = await run(
      ...["sim", ...SHORT, "--loss", "0.3", "--seed", "7"],
      ...["--delivery", "at-most-once"],
    );
    assertEquals(bad.code, 1);
    assertStringIncludes(bad.stdout, "NOT CONVERGED");
  },
});

Deno.test({
  name: "sim --json prints one document, which the command in it reproduces",
  ignore,
  async fn() {
    const first = await run("sim", ...SHORT, "--json", "--crash", "random:3");
    const verdict = JSON.parse(first.stdout);
    assertEquals(verdict.servers.length, 5);
    assertEquals("stopped" in verdict, false);
    assert(verdict.wallSeconds > 0 && verdict.virtualSeconds > 20);
    assertMatch(`${verdict.wallSeconds}`, /^\d+(\.\d{1,4})?$/);
    const again = await run(...wordsAfter("deno task", verdict.command));
    assertEquals(JSON.parse(again.stdout).digest, verdict.digest);
  },
});

Deno.test({
  name: "sim --history writes the history that it digests",
  ignore,
  async fn() {
    using temp = new TempFolder();
    const folder = temp.path;
    const path = `${folder}/history.jsonl`;
    const { stdout } = await run(
      ...["sim", ...SHORT, "--json", "--loss", "0.1", "--history", path],
    );
    const digest = new HistoryDigest();
    const lines = (await Deno.readTextFile(path)).trimEnd().split("\n");
    for (const line of lines) digest.addEvent(parseEvent(line));
    assertEquals(JSON.parse(stdout).digest, digest.value());
  },
});

Deno.test({
  name: "sim refuses to write a history, a trace or a report where it cannot",
  ignore,
  async fn() {
    using temp = new TempFolder();
    const folder = temp.path;
    for (const flag of ["--history", "--trace", "--report"]) {
      for (
        const [path, reason] of [
          [folder, "it is a folder"],
          [`${folder}/missing/file`, "does not exist"],
        ] as const
      ) {
        const { code, stdout, stderr } = await run("sim", flag, path);
        assertEquals([code, stdout], [2, ""]);
        assertMatch(stderr, new RegExp(`^error: Cannot .*${path}: .*\\n$`));
        assertStringIncludes(stderr, reason);
        assertStringIncludes(stderr, `name another file with ${flag}`);
      }
    }
    assert((await Deno.stat(folder)).isDirectory);
    // What is there stays as long as not all of it can be replaced.
    const kept = `${folder}/kept`;
    await Deno.writeTextFile(kept, "an earlier run");
    const missing = `${folder}/missing/file`;
    await run("sim", "--history", kept, "--report", missing);
    await run("sim", "--report", kept, "--history", missing);
    assertEquals(await Deno.readTextFile(kept), "an earlier run");
  },
});

Deno.test({
  name:
    "sim --runs names failing seeds, each with a command that reproduces it",
  ignore,
  async fn() {
    const { code, stdout } = await run(
      ...["sim", ...SHORT, "--runs", "20", "--seed", "1", "--json"],
      ...["--delivery", "at-least-once", "--ack-loss", "0.1"],
    );
    assertEquals(code, 1);
    const report = JSON.parse(stdout);
    assertEquals(report.runs, 20);
    assert(report.converged < 20 && report.countedTwice.max > 0);
    const [failure] = report.failures;
    const again = await run(...wordsAfter("deno task", failure.command));
    assertEquals(again.code, 1);
    assertStringIncludes(again.stdout, "counted twice");
  },
});

Deno.test({
  name: "sim --check ends with 0 where the rules hold",
  ignore,
  async fn() {
    const { code } = await run("sim", ...SHORT, "--check", "--loss", "0.2");
    assertEquals(code, 0);
  },
});

for (const signal of ["SIGINT", "SIGHUP"] as const) {
  Deno.test({
    name: `sim ends with 130 on ${signal}, with the results so far`,
    ignore,
    async fn() {
      using temp = new TempFolder();
      const folder = temp.path;
      // Long enough that it cannot be over: hours of real time.
      const written = firstWriteIn(folder);
      const child = started([
        ...["sim", "--servers", "1000", "--lifetime", "50h", "--json"],
        ...["--interval", "1ms..2ms", "--history", `${folder}/history.jsonl`],
      ]);
      await written;
      child.kill(signal);
      const { code, stdout, stderr } = await endOf(child);
      assertEquals(code, 130);
      assertMatch(stderr, /^Stopped after [\d.]+ virtual seconds: /);
      const { delivery, stopped, virtualSeconds } = JSON.parse(stdout);
      assertEquals(delivery, "crdt");
      assertEquals(stopped, {
        afterSeconds: virtualSeconds,
        plannedSeconds: 999 + 50 * 3600,
      });
    },
  });
}

/** Waits until a file in a folder has been written to. */
async function firstWriteIn(folder: string): Promise<void> {
  for await (const { kind } of Deno.watchFs(folder)) {
    if (kind === "modify") return;
  }
}

Deno.test({
  name: "compare prints one row for each mode and ends with 0 whatever they do",
  ignore,
  async fn() {
    const one = await run("compare", ...SHORT, "--loss", "0.2", "--seed", "7");
    assertEquals([one.code, one.stderr], [0, ""]);
    const [table = "", legend = "", reproduce = ""] = one.stdout.split("\n\n");
    assertStringIncludes(legend, "stale p99");
    assertMatch(reproduce, /^reproduce {2}deno task compare .*--seed 7\n$/);
    const rows = table.split("\n");
    assertEquals(rows.slice(1).map((row) => row.split(" ")[0]), [
      "at-most-once",
      "original",
      "at-least-once",
      "dedup",
      "crdt",
    ]);
    const several = await run("compare", ...SHORT, "--runs", "3");
    assertStringIncludes(
      several.stdout,
      "\n3 runs a mode: the median and, in brackets, the 99th percentile",
    );
    // Without --seed one is drawn, and told.
    assertMatch(
      several.stdout,
      /\nreproduce {2}deno task compare .*--seed \d+/,
    );
    const many = await run(
      ...["compare", ...SHORT, "--loss", "0.2", "--runs", "10", "--json"],
    );
    const reports = JSON.parse(many.stdout);
    assertEquals(
      reports.map(({ runs }: { runs: number }) => runs),
      [10, 10, 10, 10, 10],
    );
    // Each row is what sim tells of that mode and these seeds.
    const { delivery, seed, digest } = reports[2];
    const alone = await run(
      ...["sim", ...SHORT, "--loss", "0.2", "--runs", "10", "--json"],
      ...["--delivery", delivery, "--seed", `${seed}`],
    );
    assertEquals(JSON.parse(alone.stdout).digest, digest);
  },
});

Deno.test({
  name: "shrink prints the smallest plan, and a command that still fails",
  ignore,
  async fn() {
    const { code, stdout } = await run(
      ...["shrink", "7", ...SHORT, "--json", "--delivery", "at-least-once"],
      ...["--latency", "20ms", "--loss", "0.1", "--duplicate", "0.1"],
      ...["--partition", "5s..9s", "--crash", "random:2"],
    );
    assertEquals(code, 0);
    const { faults, before, command } = JSON.parse(stdout);
    assert(faults.length < before.length, `${faults}`);
    assertEquals((await run(...wordsAfter("deno task", command))).code, 1);
  },
});

Deno.test({
  name:
    "shrink of a run with quorums leaves the fewest replicas, no readers, and a command that still fails",
  ignore,
  async fn() {
    const { code, stdout } = await run(
      ...["shrink", "7", ...SHORT, "--json", "--replicas", "5"],
      ...["--write-to", "all", "--write-quorum", "2", "--readers", "3"],
      ...["--read-from", "all", "--read-quorum", "3", "--loss", "0.05"],
      ...["--read-repair", "before", "--read-latency", "exp:5ms"],
      ...["--partition", "4s..8s:Reader0-1", "--crash", "LikesServer2@15s"],
      ...["--partition", "10s..20s:LikesServer2", "--latency", "exp:20ms"],
      ...["--crash", "primary3@6s+2s"],
    );
    assertEquals(code, 0);
    const { fails, before, faults, replicas, readers, command } = JSON.parse(
      stdout,
    );
    assertEquals([fails, before.length], [true, 7]);
    assertEquals([replicas, readers], [2, 0]);
    assertEquals(faults.length, 2);
    const words = command.replaceAll("'", "").split(" ").slice(2);
    assertStringIncludes(command, "--write-to all --write-quorum 2");
    assertEquals(words.includes("--read-quorum"), false);
    assertEquals((await run(...words)).code, 1, command);
  },
});

Deno.test({
  name: "shrink says that a seed passes, and refuses a seed that is none",
  ignore,
  async fn() {
    const passes = await run("shrink", "7", ...SHORT);
    assertEquals([passes.code, passes.stderr], [0, ""]);
    assertStringIncludes(passes.stdout, "Seed 7 does not fail: it converges");
    const { stdout } = await run("shrink", "7", "--json", ...SHORT);
    assertEquals(JSON.parse(stdout), {
      ...{ seed: 7, fails: false, tries: 1, before: [] },
    });
    const none = await run("shrink", "seven", ...SHORT);
    assertEquals([none.code, none.stdout], [2, ""]);
    assertStringIncludes(none.stderr, 'SEED "seven"');
  },
});

Deno.test({
  name:
    "sim tells of replicas and readers in table, --json, --report and --runs; of one replica nothing",
  ignore,
  async fn() {
    const flags = ["--replicas", "3", "--readers", "2", "--gossip", "5s"];
    const path = Deno.makeTempFileSync({ suffix: ".html" });
    const first = await run(
      ...["sim", ...SHORT, ...flags, "--json", "--report", path],
    );
    const report = Deno.readTextFileSync(path);
    Deno.removeSync(path);
    assertStringIncludes(report, "Replicas and reads");
    assertStringIncludes(report, 'class="line replica r2"');
    assertStringIncludes(report, "How stale readers were");
    const verdict = JSON.parse(first.stdout);
    assertEquals(verdict.replicas.length, 3);
    assert(verdict.apartSeconds > 0 && verdict.spread.max > 0);
    assert(verdict.reads.count > 0 && verdict.reads.fresh < 1);
    assert(verdict.gossip.messages > 0);
    const seed = ["--seed", `${verdict.seed}`];
    const table = await run("sim", ...SHORT, ...flags, ...seed);
    assertStringIncludes(table.stdout, verdict.digest);
    const [{ counted }] = verdict.replicas;
    const likes = counted.toLocaleString("en-US");
    assertStringIncludes(
      table.stdout,
      `primary0 ${likes}, primary1 ${likes}, primary2 ${likes}`,
    );
    assertMatch(table.stdout, /\nagreement +[\d.]+ s after/);

    const apart = ["sim", ...SHORT, "--replicas", "3", "--gossip", "off"];
    const never = JSON.parse((await run(...apart, "--json")).stdout);
    assert(never.apartSeconds > 0);
    assertEquals("propagationSeconds" in never, false);
    const neverOfMany = await run(...apart, "--json", "--runs", "2");
    const { agreed, propagationSecondsP99 } = JSON.parse(neverOfMany.stdout);
    assertEquals([agreed, propagationSecondsP99], [0, undefined]);

    const many = await run("sim", ...SHORT, ...flags, "--json", "--runs", "2");
    const summary = JSON.parse(many.stdout);
    assertEquals(summary.agreed, 2);
    assert(summary.apartSeconds.mean > 0 && summary.reads.fresh.mean < 1);

    const alone = JSON.parse((await run("sim", ...SHORT, "--json")).stdout);
    for (
      const key of [
        ...["replicas", "spread", "apartSeconds", "agreementSeconds"],
        ...["gossip", "reads", "propagationSeconds"],
      ]
    ) assertEquals(key in alone, false, key);
  },
});

Deno.test({
  name: "sim and compare with --runs and --report draw the reads of all runs",
  ignore,
  async fn() {
    const path = Deno.makeTempFileSync({ dir: "/tmp", suffix: ".html" });
    const flags = [
      ...["--replicas", "3", "--write-to", "all", "--readers", "2"],
      ...["--read-from", "all", "--latency", "exp:100ms", "--seed", "7"],
      ...["--runs", "4", "--report", path],
    ];
    try {
      for (
        const [command, name] of [["sim", "4 runs"], ["compare", "crdt"]]
      ) {
        const { code } = await run(command!, ...SHORT, ...flags);
        assertEquals(code, 0);
        const [, all = ""] = Deno.readTextFileSync(path)
          .split("<h2>How stale readers were in all runs</h2>");
        assertStringIncludes(all, `<h3>${name}</h3>`);
        assertStringIncludes(all, '<path class="line theory"');
      }
    } finally {
      Deno.removeSync(path);
    }
  },
});

Deno.test({
  name: "compare --quorums runs each pair of quorums, beside its theory",
  ignore,
  async fn() {
    const args = [
      ...["compare", "--quorums", ...SHORT, "--replicas", "3"],
      ...["--latency", "exp:20ms", "--seed", "7", "--json"],
    ];
    const { code, stdout } = await run(...args);
    assertEquals(code, 0);
    const rows = JSON.parse(stdout);
    assertEquals(rows.length, 9);
    for (const { read, write, reads, theory, writesUnserved } of rows) {
      assertEquals([theory.read, theory.write], [read, write]);
      assertEquals(writesUnserved, 0);
      if (read + write > 3) assertEquals(reads.fresh, 1);
    }
    assert(rows[0].reads.fresh < 1);
  },
});

Deno.test({
  name:
    "compare --quorums does several seeds: medians in the table, summaries in --json, the reads of all in --report",
  ignore,
  async fn() {
    const path = Deno.makeTempFileSync({ dir: "/tmp", suffix: ".html" });
    try {
      const args = [
        ...["compare", "--quorums", ...SHORT, "--replicas", "2"],
        ...["--readers", "3", "--latency", "exp:200ms", "--seed", "7"],
        ...["--runs", "3", "--report", path],
      ];
      const { code, stdout, stderr } = await run(...args);
      assertEquals([code, stderr], [0, ""]);
      assertMatch(stdout, /^R {2}W +fresh +went back +reads unserved/);
      assertMatch(stdout, /\n1 {2}1 +\d\d[.\d]* % \(\d\d[.\d]* %\) /);
      assertMatch(stdout, /\n2 {2}2 +100 % /);
      assertStringIncludes(stdout, "\n3 runs a pair: the median and,");
      const html = Deno.readTextFileSync(path);
      assertStringIncludes(html, "<title>Quorums compared");
      assertStringIncludes(html, "<h3>R = 1, W = 1</h3>");
      assert(!html.includes("<h3>R = 2, W = 1</h3>"), "it is always fresh");
      assertStringIncludes(html, '<path class="line theory"');
      assertStringIncludes(html, "Where all reads were fresh");
      assertStringIncludes(html, "--latency exp:200ms");
      assert(!/NaN|undefined|Infinity/.test(html));

      const documents = JSON.parse((await run(...args, "--json")).stdout);
      assertEquals(documents.length, 4);
      const [{ runs, reads, acknowledgementSecondsP50, theory }] = documents;
      assertEquals([runs, theory.read, theory.write], [3, 1, 1]);
      assert(reads.fresh.p50 < 1 && acknowledgementSecondsP50.p50 > 0);
      const judged = reads.freshAfter.reduce(
        (sum: number, age: { reads: number }) => sum + age.reads,
        0,
      );
      assert(judged > 500 && judged <= reads.count, `${judged}`);
    } finally {
      Deno.removeSync(path);
    }
  },
});

Deno.test({
  name:
    "compare --quorums has no theory of what the model does not know, and says so; of faults it is without them",
  ignore,
  async fn() {
    const args = [
      ...["compare", "--quorums", ...SHORT, "--replicas", "2", "--seed", "7"],
      ...["--latency", "exp:20ms"],
    ];
    const gossips = await run(...args, "--gossip", "1s");
    assertEquals(gossips.code, 0);
    assertStringIncludes(
      gossips.stdout,
      "\ntheory: none, the WARS model does not know gossip\n",
    );
    assert(!gossips.stdout.includes("theory: at once"));
    const loses = await run(...args, "--loss", "0.1");
    assertStringIncludes(
      loses.stdout,
      "\ntheory: the WARS model, without losses; at once:",
    );
    assertStringIncludes(loses.stdout, "theory: at once  read p99  write p99");
  },
});

Deno.test({
  name: "compare shows modes that cannot report to all replicas as refused",
  ignore,
  async fn() {
    const { code, stdout } = await run(
      ...["compare", ...SHORT, "--replicas", "2", "--write-to", "all"],
    );
    assertEquals(code, 0);
    for (const mode of ["at-most-once", "original", "at-least-once"]) {
      assertMatch(stdout, new RegExp(`\n${mode} +refused: without a mark`));
    }
  },
});
