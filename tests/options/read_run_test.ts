import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { parseInvocation } from "../../lib/cli/invocation.ts";
import type { FaultFlags } from "../../lib/faults/plan.ts";
import { FAULT_KEYS, flagName } from "../../lib/options/flags.ts";
import { runCommand } from "../../lib/options/format_run.ts";
import { DEFAULT_RUN, type RunOptions } from "../../lib/options/run_options.ts";
import { UsageError } from "../../lib/options/usage_error.ts";
import { faultFlags } from "../faults/arbitrary.ts";

const CONTEXT = { program: "likes", drawSeed: () => 7 };

function runOf(command: "sim" | "start" | "parent", ...args: string[]) {
  const invocation = parseInvocation([command, ...args], CONTEXT);
  assert("options" in invocation && "run" in invocation.options);
  return invocation.options.run;
}

function assertRefused(args: string[], message: string, command = "sim"): void {
  assertThrows(
    () => parseInvocation([command, ...args], CONTEXT),
    UsageError,
    message,
  );
}

Deno.test("readRun() has one replica and no readers unless told otherwise", () => {
  assertEquals(runOf("sim"), { ...DEFAULT_RUN, seed: 7 });
  const { replicas, readers, gossip, writeTo, failover, readFrom } =
    DEFAULT_RUN;
  assertEquals([replicas, readers, failover], [1, 0, true]);
  assertEquals([writeTo, readFrom], ["home", "home"]);
  assertEquals(gossip, { kind: "constant", ticks: 10_000 });
});

Deno.test("readRun() reads replicas, gossip and readers", () => {
  const { replicas, gossip, gossipStyle, writeTo, failover } = runOf(
    "start",
    ...["--replicas", "3", "--gossip", "uniform:0.5s..1.5s"],
    ...["--gossip-style", "pull", "--no-failover"],
  );
  assertEquals([replicas, gossipStyle, writeTo, failover], [
    3,
    "pull",
    "home",
    false,
  ]);
  assertEquals(gossip, { kind: "uniform", ticks: 5000, maxTicks: 15_000 });
  assertEquals(runOf("sim", "--replicas=2", "--gossip=off").gossip, null);
  const run = runOf(
    "sim",
    ...["--replicas", "2", "--write-to", "any", "--readers", "4"],
    ...["--read-interval", "1s..2s", "--read-from", "any"],
    ...["--partition", "1s..2s:Reader0-3,primary1", "--read-latency", "1ms"],
  );
  assertEquals([run.writeTo, run.readers, run.readFrom], ["any", 4, "any"]);
  assertEquals([run.readIntervalMinTicks, run.readIntervalMaxTicks], [
    10_000,
    20_000,
  ]);
  assertEquals(run.faults.partitions.length, 1);
});

Deno.test("readRun() has as many replicas as parent has ports", () => {
  const ports = ["--port", "54321", "--port", "54400", "--port", "54322"];
  const invocation = parseInvocation(["parent", ...ports], CONTEXT);
  assert(invocation.command === "parent");
  assertEquals(invocation.options.run.replicas, 3);
  assertEquals(invocation.options.ports, [54_321, 54_400, 54_322]);
  assertEquals(runOf("parent").replicas, 1);
  const partition = ["--partition", "1s..2s:LikesServer0--primary2"];
  assertEquals(runOf("parent", ...ports, ...partition).replicas, 3);
  assertRefused(partition, "the only replica is primary", "parent");
  assertRefused(
    ["--port", "1", "--port", "1"],
    'Cannot use --port "1" twice: each replica has a port of its own',
    "parent",
  );
  assertRefused(
    ["--port", "54321", "--port", "0"],
    'Cannot use --port "0": it must be the port of a primary',
    "parent",
  );
  assertRefused(
    Array.from({ length: 33 }, (_, i) => `--port=${i + 1}`),
    "Cannot use --port 33 times: at most 32 replicas are allowed",
    "parent",
  );
  assertRefused(
    [...ports, "--partition", "1s..2s:primary2"],
    "Cannot use --partition between replicas with parent",
    "parent",
  );
  assertRefused(
    ["--replicas", "3"],
    "Cannot use --replicas with parent: there are as many as it is given --port",
    "parent",
  );
  assertRefused(
    [...ports, "--crash", "primary1@1s+1s"],
    "with parent, which did not start the primary",
    "parent",
  );
});

Deno.test("readRun() refuses more replicas and readers than there can be", () => {
  const cases: [string, string[], string][] = [
    ["sim", ["--replicas", "10001"], "it must be from 1 to 10000"],
    ["sim", ["--replicas", "0"], "it must be from 1 to 10000"],
    ["start", ["--replicas", "33"], "from 1 to 32 in a live run"],
    ["compare", ["--live", "--replicas", "33"], "from 1 to 32 in a live run"],
    ["start", ["--readers", "1001"], "from 0 to 1000 in a live run"],
    [
      "sim",
      ["--replicas", "10000", "--servers", "13422"],
      'Cannot use --replicas "10000" with --servers "13422": replicas times ' +
      "likes servers must be at most 134217728",
    ],
  ];
  for (const [command, args, message] of cases) {
    assertRefused(args, message, command);
  }
  const most = ["--replicas", "10000", "--servers", "13421"];
  assertEquals(
    runOf("sim", ...most, "--spawn-interval", "0").replicas,
    10_000,
  );
});

Deno.test("readRun() refuses by name what is given and has no effect", () => {
  const three = ["--replicas", "3"];
  const cases: [string[], string][] = [
    [["--gossip", "1s"], "Cannot use --gossip with one replica"],
    [["--gossip", "off"], "Cannot use --gossip with one replica"],
    [["--gossip-style", "push"], "Cannot use --gossip-style with one replica"],
    [["--write-to", "home"], "Cannot use --write-to with one replica"],
    [["--no-failover"], "Cannot use --no-failover with one replica"],
    [["--peer-latency", "1ms"], "Cannot use --peer-latency with one replica"],
    [["--readers=1", "--read-from=any"], "Cannot use --read-from with one"],
    [["--read-from", "any"], "Cannot use --read-from without --readers"],
    [
      [...three, "--readers", "0", "--read-interval", "1s"],
      "Cannot use --read-interval without --readers",
    ],
    [["--read-latency", "1s"], "Cannot use --read-latency without --readers"],
    [
      [...three, "--gossip", "off", "--gossip-style", "push"],
      "Cannot use --gossip-style with --gossip off",
    ],
    [
      [...three, "--gossip", "off", "--peer-latency", "1s"],
      "Cannot use --peer-latency with --gossip off",
    ],
    [
      [...three, "--write-to", "any", "--no-failover"],
      "Cannot use --no-failover with --write-to any",
    ],
  ];
  for (const command of ["sim", "start", "compare"]) {
    for (const [args, message] of cases) assertRefused(args, message, command);
  }
  assertEquals(runOf("sim", "--ack-latency", "1ms").replicas, 1);
});

Deno.test("readRun() refuses gossip that it cannot read, saying what it can", () => {
  const cases: [string, string][] = [
    ["x", "a duration is written"],
    ["pareto:1s,2", "allowed are a duration, exp:DURATION"],
    ["0s", "it must be at least 1ms"],
    ["uniform:2s..1s", "a range must not end before it begins"],
  ];
  for (const [text, message] of cases) {
    const args = ["--replicas", "3", "--gossip", text];
    assertRefused(args, message);
    assertRefused(args, `--gossip "${text}"`);
  }
});

Deno.test("runCommand() gives a run with replicas that the command line reads as the same run", () => {
  const seconds = fc.integer({ min: 1, max: 9 }).map((n) => n * 10_000);
  const shape = fc.record({
    replicas: fc.integer({ min: 1, max: 5 }),
    readers: fc.integer({ min: 0, max: 3 }),
    gossip: fc.oneof(
      fc.constant(null),
      seconds.map((ticks) => ({ kind: "constant", ticks } as const)),
      seconds.map((ticks) => ({ kind: "exponential", ticks } as const)),
      fc.tuple(seconds, seconds).map(([ticks, more]) => ({
        kind: "uniform" as const,
        ticks,
        maxTicks: ticks + more,
      })),
    ),
    gossipStyle: fc.constantFrom("push", "pull", "push-pull"),
    choice: fc.constantFrom("home", "any"),
    failover: fc.boolean(),
    readInterval: fc.tuple(seconds, seconds),
  });
  const runs = shape.chain((drawn) => {
    const { replicas, readers, gossip, failover, choice } = drawn;
    const isHome = choice === "home";
    // What has no effect is not told, and so read as the default.
    const run: RunOptions = {
      ...DEFAULT_RUN,
      ...replicas > 1 && {
        replicas,
        gossip,
        ...gossip !== null && { gossipStyle: drawn.gossipStyle },
        writeTo: choice,
        failover: failover || !isHome,
        ...readers > 0 && { readFrom: choice },
      },
      ...readers > 0 && {
        readers,
        readIntervalMinTicks: Math.min(...drawn.readInterval),
        readIntervalMaxTicks: Math.max(...drawn.readInterval),
      },
      seed: 7,
    };
    return faultFlags(run).map(({ peerLatency, ...flags }) => ({
      run,
      flags: { ...flags, ...gossip !== null && { peerLatency } },
    }));
  });
  fc.assert(fc.property(runs, ({ run, flags }) => {
    const { faults } = runOf("sim", ...wordsOf(run), ...wordsOfFaults(flags));
    const whole = { ...run, faults };
    const [, , ...words] = runCommand("likes", "sim", whole).split(" ");
    assertEquals(runOf("sim", ...words.map(unquoted)), whole);
  }));
});

function wordsOf(run: RunOptions): string[] {
  return runCommand("likes", "sim", run).split(" ").slice(2).map(unquoted);
}

function wordsOfFaults(flags: FaultFlags): string[] {
  return FAULT_KEYS.flatMap((key) =>
    [flags[key] ?? []].flat().map((text) => `--${flagName(key)}=${text}`)
  );
}

/** A word as a shell passes it on. */
function unquoted(word: string): string {
  return word.replaceAll("'", "");
}

Deno.test("readRun() reads quorums, with gossip off where all are told", () => {
  const run = runOf(
    "sim",
    ...["--replicas=5", "--write-to=all", "--write-quorum=2"],
    ...["--read-from=any", "--read-quorum=4", "--read-repair=before"],
    ...["--read-after=20ms"],
  );
  assertEquals(
    [run.writeTo, run.writeQuorum, run.readFrom, run.readQuorum],
    ["all", 2, "any", 4],
  );
  assertEquals([run.readRepair, run.readAfterTicks], ["before", 200]);
  assertEquals(run.gossip, null);
  const gossiping = runOf(
    "sim",
    ...["--replicas=2", "--write-to=all", "--gossip=1s"],
  );
  assertEquals(gossiping.gossip, DEFAULT_RUN.gossip);
});

Deno.test("runCommand() reproduces quorums, and gossip where it is not the default of --write-to", () => {
  for (
    const args of [
      ["--write-to=all"],
      ["--write-to=all", "--gossip=1s", "--write-quorum=3"],
      ["--gossip=off", "--read-after=0s", "--read-from=any"],
      [
        ...["--write-to=all", "--read-after=0.1s", "--read-from=all"],
        ...["--read-quorum=2", "--read-repair=after"],
      ],
      ["--write-to=all", "--readers=2", "--read-repair=before"],
    ]
  ) {
    const run = runOf("sim", "--replicas=3", ...args);
    const [, command = "", ...rest] = runCommand("likes", "sim", run)
      .split(" ");
    assertEquals(runOf(command as "sim", ...rest), run, args.join(" "));
  }
});

Deno.test("readRun() refuses quorums that cannot be, or change nothing", () => {
  const three = ["--replicas=3"];
  const all = [...three, "--write-to=all"];
  const reads = ["--read-after=0s", "--read-from=all"];
  for (
    const [args, message] of [
      [["--write-to=all"], "Cannot use --write-to with one replica"],
      [["--write-quorum=1"], "Cannot use --write-quorum with one replica"],
      [
        ["--read-after=0s", "--read-quorum=1"],
        "Cannot use --read-quorum with one replica",
      ],
      [[...three, "--write-quorum=2"], "with --write-to home"],
      [[...three, "--write-to=any", "--write-quorum=2"], "with --write-to any"],
      [[...all, "--write-quorum=4"], "it must be at most 3"],
      [[...all, "--write-quorum=0"], "--write-quorum"],
      [[...all, "--no-failover"], "with --write-to all"],
      [[...all, "--gossip-style=push"], "with --gossip off"],
      [[...all, "--peer-latency=1ms"], "with --gossip off"],
      [[...all, "--delivery=original"], "without a mark replicas could not"],
      [[...all, "--delivery=at-least-once"], "--delivery at-least-once"],
      [
        ["--replicas=10000", "--servers=10000", "--write-to=all"],
        "must be at most 33554432",
      ],
      [[...three, "--read-quorum=2"], "without --readers or --read-after"],
      [[...three, "--read-repair=off"], "without --readers or --read-after"],
      [[...three, "--read-after=0s", "--read-quorum=2"], "--read-from home"],
      [[...three, ...reads, "--read-quorum=4"], "it must be at most 3"],
      [[...three, ...reads, "--read-repair=after"], "with --write-to home"],
      [
        [...all, "--read-after=0s", "--read-repair=after"],
        "where one replica is asked",
      ],
      [[...all, ...reads, "--read-interval=1s..2s"], "without --readers"],
      [[...all, "--read-repair=sometimes"], "off, after, before"],
    ] as const
  ) {
    assertRefused([...args], message);
  }
});

Deno.test("compareOptions() refuses what does not go with --quorums", () => {
  const three = ["--quorums", "--replicas=3"];
  for (
    const [args, message] of [
      [["--quorums"], "it must be within 2..9"],
      [["--quorums", "--replicas=10"], "it must be within 2..9"],
      [[...three, "--runs=2", "--live"], "live runs of one seed are compared"],
      [[...three, "--write-to=home"], "all are told"],
      [[...three, "--read-from=home"], "several are asked"],
      [[...three, "--read-quorum=2"], "it runs all of them"],
    ] as const
  ) {
    assertRefused([...args], message, "compare");
  }
});
