import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertMatch,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { parseInvocation } from "../../../lib/cli/invocation.ts";
import type { PredictCommandOptions } from "../../../lib/cli/command_options.ts";
import { latencySettingOf } from "../../../lib/faults/latency_settings.ts";
import { UsageError } from "../../../lib/options/usage_error.ts";
import type { Prediction } from "../../../lib/verdict/prediction.ts";
import {
  type Ended,
  endOf,
  startMain,
  VIRTUAL_PERMISSIONS,
} from "../main_process.ts";
import { LogFolder } from "../../e2e/program.ts";
import { granted } from "../../permissions.ts";

const ignore = !granted({
  run: [Deno.execPath()],
  read: ["/tmp"],
  write: ["/tmp"],
});

/** What the task may do. */
const PERMISSIONS = ["--allow-read=/tmp", "--allow-write=/tmp"];

function run(
  words: readonly string[],
  permissions = PERMISSIONS,
): Promise<Ended> {
  return endOf(startMain(words, permissions));
}

function optionsOf(...args: string[]): PredictCommandOptions {
  const invocation = parseInvocation(["predict", ...args], {
    program: "likes",
    drawSeed: () => 7,
  });
  assert(invocation.command === "predict");
  return invocation.options;
}

Deno.test("predict takes every flag of its own", () => {
  const args = [
    ...["--replicas", "5", "--read-quorum", "2", "--write-quorum", "3"],
    ...["--latency", "exp:5ms", "--ack-latency", "1ms"],
    ...["--read-latency", "uniform:1ms..2ms", "--remote-latency", "75ms"],
    ...["--trials", "1000", "--seed", "9", "--at", "3ms,7ms", "--json"],
  ];
  assertEquals(optionsOf(...args, "--report", "/tmp/quorums.html"), {
    replicas: 5,
    readQuorum: 2,
    writeQuorum: 3,
    latency: { kind: "exponential", meanMs: 5 },
    ackLatency: { kind: "constant", delayMs: 1 },
    readLatency: { kind: "uniform", minMs: 1, maxMs: 2 },
    remoteLatency: { kind: "constant", delayMs: 75 },
    trials: 1000,
    seed: 9,
    atMs: [3, 7],
    latencies: [
      "--latency exp:5ms",
      "--ack-latency 1ms",
      "--read-latency uniform:1ms..2ms",
      "--remote-latency 75ms",
    ],
    json: true,
    report: "/tmp/quorums.html",
    command: `likes predict ${args.join(" ")}`,
  });
});

Deno.test("predict is of three replicas, each quorum and a million trials unless told otherwise", () => {
  const options = optionsOf("--latency", "20ms");
  const { replicas, readQuorum, writeQuorum, trials, seed } = options;
  assertEquals([replicas, trials, seed], [3, 1_000_000, 7]);
  assertEquals([readQuorum, writeQuorum], [null, null]);
  const { latency, ackLatency, readLatency, remoteLatency } = options;
  assertEquals([ackLatency, readLatency], [latency, latency]);
  assertEquals(remoteLatency, null);
  assertEquals(options.command, "likes predict --latency 20ms --seed 7");
});

Deno.test("predict takes a named setting for all legs but those with a flag", () => {
  const setting = latencySettingOf("lnkd-disk");
  const { latency, ackLatency, readLatency } = optionsOf(
    ...["--latency", "lnkd-disk", "--ack-latency", "2ms"],
  );
  assertEquals(latency, setting?.latency);
  assertEquals(ackLatency, { kind: "constant", delayMs: 2 });
  assertEquals(readLatency, setting?.others);
});

Deno.test("predict refuses what cannot be, by name", () => {
  const latency = ["--latency", "exp:5ms"];
  const cases: [string[], string][] = [
    [[], "Missing --latency"],
    [
      [...latency, "--read-quorum", "4"],
      'Cannot use --read-quorum "4" with --replicas "3": it must be from 1 to 3',
    ],
    [[...latency, "--write-quorum", "0"], "--write-quorum"],
    [[...latency, "--replicas", "33"], "it must be from 1 to 32"],
    [[...latency, "--replicas", "0"], "it must be from 1 to 32"],
    [[...latency, "--trials", "0"], "--trials"],
    [
      [...latency, "--replicas", "32", "--trials", "10000000"],
      'Cannot use --trials "10000000" with 1024 pairs of quorums',
    ],
    [[...latency, "--at", "3ms,x"], 'Cannot read --at "3ms,x", in it "x"'],
    [[...latency, "--at", "3ms,"], "Cannot read --at"],
    [[...latency, "--remote-latency", "lnkd-ssd"], "--remote-latency"],
    [["--latency", "lnkd"], 'Cannot read --latency "lnkd"'],
    [[...latency, "--loss", "0.1"], "no formula covers it, sim runs it"],
    [[...latency, "--crash", "primary0@1s"], "Cannot use --crash with predict"],
    [[...latency, "--gossip", "1s"], "a store without gossip"],
    [
      [...latency, "--read-repair", "after"],
      "Cannot use --read-repair with predict: it models a store without",
    ],
    [[...latency, "--ack-timeout", "1s"], "sends nothing again, sim does"],
    [[...latency, "--interval", "1s..2s"], "one write and one read"],
    [[...latency, "--read-interval", "1s..2s"], "one write and one read"],
    [[...latency, "--read-after", "3ms"], "--at says how long after"],
  ];
  for (const [args, message] of cases) {
    assertThrows(() => optionsOf(...args), UsageError, message);
  }
});

Deno.test({
  name:
    "predict --json gives every pair of quorums, from a file of measured delays",
  ignore,
  async fn() {
    using folder = new LogFolder();
    const path = `${folder.path}/mine.txt`;
    Deno.writeTextFileSync(path, "5\n5\n5\n5\n5\n5\n5\n5\n5\n40\n");
    const { code, stdout, stderr } = await run([
      ...["predict", "--latency", `samples:${path}`, "--json", "--seed", "7"],
      ...["--trials", "50000", "--at", "3ms,7ms"],
    ]);
    assertEquals([code, stderr], [0, ""]);
    const { trials, seed, quorums }: Prediction = JSON.parse(stdout);
    assertEquals([trials, seed], [50_000, 7]);
    assertEquals(
      quorums.map(({ read, write }) => `${read}${write}`),
      ["11", "12", "13", "21", "22", "23", "31", "32", "33"],
    );
    const [first] = quorums;
    assert(first !== undefined);
    const times = first.freshAfter.map(({ seconds }) => seconds);
    assertEquals(times.slice(0, 9), [
      ...[0, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.003, 0.005, 0.007],
    ]);
    assertEquals(times.at(-1), 100);
    assertEquals(Object.keys(first), [
      ...["read", "write", "freshAtOnce", "freshAfter", "freshSeconds"],
      ...["readSeconds", "writeSeconds"],
    ]);
    // A write takes 10 ms unless a leg of all three is slow.
    assertEquals(first.writeSeconds, { p50: 0.01, p99: 0.01, "p99.9": 0.045 });
    // Stale is who asks the replica with the slow report, which comes 25 ms
    // after the read that began with the acknowledgement.
    assertEquals(first.freshSeconds["p99.9"], 0.025);
  },
});

Deno.test({
  name: "predict prints a table, and --report writes the curves",
  ignore,
  async fn() {
    using folder = new LogFolder();
    const path = `${folder.path}/quorums.html`;
    const { code, stdout, stderr } = await run([
      ...["predict", "--latency", "lnkd-disk", "--seed", "7"],
      ...["--trials", "20000", "--report", path],
    ]);
    assertEquals([code, stderr], [0, ""]);
    const lines = stdout.split("\n");
    assertMatch(lines[0] ?? "", /^R {2}W {2}fresh at once +99 % fresh/);
    assertMatch(lines[1] ?? "", /^1 {2}1 +4\d\.\d+ % +after \d/);
    assertMatch(lines[9] ?? "", /^3 {2}3 +100 % +at once +at once/);
    assertMatch(stdout, /\nfresh after +R=1 W=1 +R=1 W=2 +R=2 W=1\n/);
    assertStringIncludes(stdout, "not modelled: losses, crashes");
    assertStringIncludes(
      stdout,
      "predict --latency lnkd-disk --seed 7 --trials 20000\n",
    );
    const html = Deno.readTextFileSync(path);
    assertStringIncludes(html, "<title>Prediction of quorums");
    assertStringIncludes(html, 'aria-label="Share of reads that are fresh');
    assertStringIncludes(html, "R=2 W=1");
    assert(!html.includes("NaN") && !html.includes("Infinity"));
  },
});

Deno.test({
  name: "predict ends with 2 and one line where a file of samples is none",
  ignore,
  async fn() {
    using folder = new LogFolder();
    const texts = ["", "1\nfast\n", "1\n2\n-3\n", "3600001"];
    for (const [i, text] of texts.entries()) {
      const path = `${folder.path}/${i}.txt`;
      Deno.writeTextFileSync(path, text);
      const { code, stdout, stderr } = await run([
        ...["predict", "--latency", "1ms"],
        ...["--read-latency", `samples:${path}`],
      ]);
      assertEquals([code, stdout], [2, ""]);
      assertMatch(stderr, /^error: Cannot [^\n]*: line [1-3] is [^\n]*\n$/);
      assertStringIncludes(stderr, `--read-latency "samples:${path}"`);
    }
    for (
      const [path, reason] of [
        [`${folder.path}/none.txt`, "there is no such file"],
        [folder.path, "it is no file"],
        ["/etc/hostname", "start with --allow-read=/etc/hostname"],
      ]
    ) {
      const { code, stderr } = await run([
        ...["predict", "--latency", `samples:${path}`],
      ]);
      assertEquals(code, 2);
      assertStringIncludes(stderr, reason ?? "");
    }
  },
});

Deno.test({
  name: "sim draws from measured delays, the same with one thread as with many",
  ignore: ignore || !granted({ read: ["."] }),
  async fn() {
    using folder = new LogFolder();
    const path = `${folder.path}/mine.txt`;
    Deno.writeTextFileSync(path, "100\n300\n");
    const words = [
      ...["sim", "--servers", "2", "--lifetime", "20s", "--seed", "7"],
      ...["--latency", `samples:${path}`, "--json"],
    ];
    const one = await run(words, VIRTUAL_PERMISSIONS);
    assertEquals([one.code, one.stderr], [0, ""]);
    const verdict = JSON.parse(one.stdout);
    assertEquals(verdict.faults, [`--latency samples:${path}`]);
    assertAlmostEquals(verdict.stalenessSeconds.max, 0.3, 0.02);
    assertEquals(
      (await run(words, VIRTUAL_PERMISSIONS)).stdout.includes(verdict.digest),
      true,
    );
    const many = await run([...words, "--runs", "16"], VIRTUAL_PERMISSIONS);
    assertEquals([many.code, many.stderr], [0, ""]);
  },
});

Deno.test({
  name:
    "start may not read, so measured delays are refused with the permission named",
  ignore,
  async fn() {
    using folder = new LogFolder();
    const path = `${folder.path}/mine.txt`;
    Deno.writeTextFileSync(path, "1\n");
    const { code, stderr } = await run([
      ...["start", "--latency", `samples:${path}`],
      ...["--log-dir", folder.path],
    ], ["--allow-net=127.0.0.1", "--allow-write=/tmp"]);
    assertEquals(code, 2);
    assertStringIncludes(
      stderr,
      `error: Cannot read --latency "samples:${path}": read access is not permitted (start with --allow-read=${path}`,
    );
    assertEquals([...Deno.readDirSync(folder.path)].length, 1);
  },
});

Deno.test("sim refuses settings too fine for ticks, with what to give instead", () => {
  for (const name of ["lnkd-ssd", "lnkd-disk"]) {
    assertThrows(
      () =>
        parseInvocation(["sim", "--latency", name], {
          program: "likes",
          drawSeed: () => 7,
        }),
      UsageError,
      "A hundred times as long, with all times in the result likewise, it is --latency mix:",
    );
  }
});
