import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Invocation, parseInvocation } from "../../lib/cli/invocation.ts";
import { parseCommand } from "../../lib/options/parse.ts";
import { COMMANDS } from "../../lib/cli/commands.ts";
import { compareOptions, simOptions } from "../../lib/cli/read_options.ts";
import { DEFAULT_RUN } from "../../lib/options/run_options.ts";
import { UsageError } from "../../lib/options/usage_error.ts";

const LINE = {
  program: "likes",
  drawSeed: () => 99,
  reproduce: (seed: number) => `seed ${seed}`,
};

function invoke(...args: string[]): Invocation {
  return parseInvocation(args, { program: "likes", drawSeed: () => 99 });
}

function startOptionsOf(...args: string[]) {
  const invocation = invoke("start", ...args);
  assert(invocation.command === "start");
  return invocation.options;
}

Deno.test("liveRunOptions() takes ranges apart and draws a seed", () => {
  const options = startOptionsOf("--interval", "20ms..1s", "--likes", "1..2");
  const { run } = options;
  assertEquals(run.intervalMinTicks, 200);
  assertEquals(run.intervalMaxTicks, 10_000);
  assertEquals(run.likesMin, 1);
  assertEquals(run.likesMax, 2);
  assertEquals(run.seed, 99);
  assertEquals(options.restart, true);
  assertEquals(options.history, undefined);
});

Deno.test("liveRunOptions() draws no seed when one is given", () => {
  const invocation = parseInvocation(["start", "--seed=0"], {
    program: "likes",
    drawSeed: () => {
      throw new Error("A seed was drawn");
    },
  });
  assert(invocation.command === "start");
  assertEquals(invocation.options.run.seed, 0);
});

Deno.test("liveRunOptions() tells the command that reproduces the run", () => {
  assertEquals(
    startOptionsOf("--servers", "3").command,
    "likes start --servers 3 --seed 99",
  );
  assertEquals(startOptionsOf("--seed=4").command, "likes start --seed=4");
  assertEquals(
    startOptionsOf("--seed", "4", "--partition", "1s..2s:->primary").command,
    "likes start --seed 4 --partition '1s..2s:->primary'",
  );
  assertEquals(
    startOptionsOf("--log-dir", "it's").command,
    "likes start --log-dir 'it'\\''s' --seed 99",
  );
});

Deno.test("simOptions() allows more likes servers than a live run", () => {
  const { values } = parseCommand("sim", COMMANDS.sim, [
    "--servers",
    "1000000",
    "--spawn-interval=0",
  ]);
  assertEquals(simOptions(values, LINE).run.servers, 1_000_000);
});

Deno.test("readRun() refuses a run that is longer than time is counted", () => {
  assertThrows(
    () => invoke("start", "--lifetime", "59h"),
    UsageError,
    "--lifetime 212400s",
  );
  assertThrows(
    () => invoke("start", "--servers", "10000", "--spawn-interval", "1m"),
    UsageError,
    "--spawn-interval 60s",
  );
});

Deno.test("parentOptions() and readOptions() refuse port 0", () => {
  assertThrows(() => invoke("parent", "--port", "0"), UsageError, "--port");
  assertThrows(() => invoke("read", "--port", "0"), UsageError, "--port");
});

Deno.test("parentOptions() leaves alone what passes between replicas of others", () => {
  const replicas = ["--port", "1", "--port", "2"];
  for (
    const [flag, value] of [
      ["--partition", "1s..2s"],
      ["--partition", "1s..2s:primary1"],
      ["--partition", "1s..2s:primary0->primary1"],
      ["--peer-latency", "5ms"],
      ["--gossip-style", "pull"],
    ] as const
  ) {
    assertThrows(
      () => invoke("parent", ...replicas, flag, value),
      UsageError,
      flag,
    );
  }
  for (const where of ["LikesServer0", "LikesServer0--primary1", "->primary"]) {
    invoke("parent", ...replicas, "--partition", `1s..2s:${where}`);
  }
  invoke("parent", "--port", "1", "--partition", "1s..2s");
});

Deno.test("readOptions() takes a port for each replica, each once, and the name of a likes server", () => {
  assertEquals(invoke("read"), {
    command: "read",
    options: { ports: [54321], name: undefined, watch: false },
  });
  assertEquals(
    invoke("read", "--port", "1", "--port=2", "--name=LikesServer3", "--watch"),
    { command: "read", options: { ports: [1, 2], name: 3, watch: true } },
  );
  assertThrows(
    () => invoke("read", "--port=1", "--port=1"),
    UsageError,
    'Cannot use --port "1" twice',
  );
  for (const name of ["LikesServer", "LikesServer10000", "primary", "3"]) {
    assertThrows(
      () => invoke("read", `--name=${name}`),
      UsageError,
      "LikesServer0 to LikesServer9999",
    );
  }
});

Deno.test("simOptions() refuses one history, trace or diagram for many runs", () => {
  for (const flag of ["--history", "--trace", "--diagram"]) {
    const { values } = parseCommand("sim", COMMANDS.sim, [
      "--runs=2",
      `${flag}=/tmp/h`,
    ]);
    assertThrows(() => simOptions(values, LINE), UsageError, flag);
  }
});

Deno.test("compareOptions() refuses seeds beyond the last", () => {
  const last = `${Number.MAX_SAFE_INTEGER}`;
  const one = parseCommand("compare", COMMANDS.compare, ["--seed", last]);
  assertEquals(
    compareOptions(one.values, LINE).run.seed,
    Number.MAX_SAFE_INTEGER,
  );
  const two = parseCommand("compare", COMMANDS.compare, [
    "--seed",
    last,
    "--runs",
    "2",
  ]);
  assertThrows(() => compareOptions(two.values, LINE), UsageError, "--runs");
});

Deno.test("parseInvocation() reads what the primary is told", () => {
  const invocation = invoke(
    "primary",
    "--port=0",
    "--resume",
    "--durability=fsync",
  );
  assert(invocation.command === "primary");
  assertEquals(invocation.options, {
    port: 0,
    searchPort: false,
    logDir: "/tmp",
    durability: "fsync",
    resume: true,
    exitOnAckFailure: false,
    maxConnections: 16_384,
    maxSessions: 1_000_000,
    dashboard: false,
    pagePort: 8080,
    untilStdinCloses: false,
    replica: null,
  });
});

Deno.test("primaryOptions() makes one of several replicas", () => {
  const replicaOf = (...args: string[]) => {
    const invocation = invoke("primary", ...args);
    assert(invocation.command === "primary");
    return invocation.options.replica;
  };
  assertEquals(replicaOf("--replica=1", "--peer=5", "--peer=6"), {
    number: 1,
    peers: [5, 6],
    gossip: { kind: "constant", ticks: 10_000 },
    style: 2,
    seed: 99,
  });
  assertEquals(
    replicaOf(
      ...["--replica=0", "--peer=5", "--gossip=off", "--gossip-style=push"],
      "--seed=7",
    ),
    { number: 0, peers: [5], gossip: null, style: 0, seed: 7 },
  );
});

Deno.test("primaryOptions() refuses flags that do not go together, by name", () => {
  const peers = Array.from({ length: 32 }, () => "--peer=5");
  const odd: [args: string[], message: string][] = [
    [["--peer=5"], "--peer without --replica"],
    [["--gossip=1s"], "--gossip without --replica"],
    [["--gossip-style=pull"], "--gossip-style without --replica"],
    [["--seed=1"], "--seed without --replica"],
    [["--replica=0"], '--replica "0" without --peer'],
    [["--replica=2", "--peer=5"], "it must be at most 1"],
    [["--replica=0", ...peers], "--peer 32 times"],
    [["--replica=0", "--peer=5", "--peer=5"], '--peer "5" twice'],
    [
      ["--replica=0", "--port=5", "--peer=6", "--peer=5"],
      '--peer "5" with --port "5"',
    ],
    [["--replica=0", "--peer=54321"], '--peer "54321" with --port'],
    [["--replica=32", "--peer=5"], "--replica"],
    [["--replica=0", "--peer=0"], "--peer"],
    [["--replica=0", "--peer=5", "--gossip-style=pul"], "--gossip-style"],
    [
      ["--replica=0", "--peer=5", "--exit-on-ack-failure"],
      "--exit-on-ack-failure with --replica",
    ],
  ];
  for (const [args, message] of odd) {
    assertThrows(() => invoke("primary", ...args), UsageError, message);
  }
});

Deno.test("parseInvocation() refuses an unknown command and suggests one", () => {
  assertThrows(
    () => invoke("strat"),
    UsageError,
    'Unknown command "strat": did you mean start?',
  );
  assertThrows(() => invoke("constructor"), UsageError, "Unknown command");
  assertThrows(() => invoke(), UsageError, "Missing command");
});

Deno.test("readRun() reads the faults for the run they are for", () => {
  const { faults } =
    startOptionsOf("--loss=0.1", "--crash", "primary@30s+5s").run;
  assertEquals(faults.reportLoss.value, 0.1);
  assertEquals(faults.crashes.length, 1);
  assertEquals(startOptionsOf().run, { ...DEFAULT_RUN, seed: 99 });
  assertThrows(
    () => invoke("start", "--servers=2", "--crash", "LikesServer3@1s"),
    UsageError,
    "--crash",
  );
  assertThrows(
    () => invoke("start", "--lifetime=5s", "--pause", "primary@1m+1s"),
    UsageError,
    "--pause",
  );
});

Deno.test("parentOptions() refuses to kill a primary that is not its own", () => {
  for (const fault of ["--crash=primary@30s+5s", "--pause=primary@30s+5s"]) {
    assertThrows(() => invoke("parent", fault), UsageError, "use start");
    assertEquals(invoke("start", fault).command, "start");
  }
  assertEquals(invoke("parent", "--crash=random:2").command, "parent");
});

Deno.test("liveRunOptions(), parentOptions() and compareOptions() refuse a log folder that no permission can name", () => {
  const flag = "--log-dir=/tmp/a,b";
  for (
    const args of [["start", flag], ["parent", flag], [
      "compare",
      "--live",
      flag,
    ]]
  ) {
    assertThrows(() => invoke(...args), UsageError, '--log-dir "/tmp/a,b"');
  }
  assertEquals(invoke("primary", flag).command, "primary");
});

Deno.test("liveRunOptions() and parentOptions() refuse to write a history, a trace or a report where a log of the run is", () => {
  const names = [
    "PrimaryLikesLog",
    "PrimaryLikesLog.lock",
    "ParentProcessStatus",
    "ParentProcessStatus.lock",
    "LikesServer12",
  ];
  for (const command of ["start", "parent"]) {
    for (const flag of ["--history", "--trace", "--report"]) {
      for (const name of names) {
        assertThrows(
          () => invoke(command, "--log-dir=/tmp/", flag, `/tmp/./${name}`),
          UsageError,
          `Cannot use ${flag} "/tmp/./${name}": the run writes its log there`,
        );
        const elsewhere = `/tmp/other/${name}`;
        assertEquals(invoke(command, flag, elsewhere).command, command);
      }
    }
  }
  for (
    const [logDir, history] of [
      ["logs", "./logs//LikesServer0"],
      ["logs", "logs/../logs/LikesServer0"],
      ["../logs", "a/../../logs/LikesServer0"],
      ["/tmp", "/../tmp/a/../LikesServer0"],
    ]
  ) {
    const flags = [`--log-dir=${logDir}`, `--history=${history}`];
    assertThrows(() => invoke("start", ...flags), UsageError, "its log");
  }
  const above = ["--log-dir=logs", "--history=../logs/LikesServer0"];
  assertEquals(invoke("start", ...above).command, "start");
  assertEquals(invoke("start", "--history=LikesServer0").command, "start");
});

Deno.test("liveRunOptions(), parentOptions() and simOptions() refuse a history, a trace and a report in one file", () => {
  for (const command of ["start", "parent", "sim"]) {
    assertThrows(
      () => invoke(command, "--history=/tmp/a", "--report=/tmp//a"),
      UsageError,
      'Cannot use --report "/tmp//a": the history is written there',
    );
    assertThrows(
      () => invoke(command, "--trace=/tmp/b/../a", "--history=/tmp/a"),
      UsageError,
      'Cannot use --trace "/tmp/b/../a": the history is written there',
    );
    assertThrows(
      () => invoke(command, "--history=/tmp/a", "--trace=/tmp/a/"),
      UsageError,
      'Cannot use --trace "/tmp/a/": the history is written there',
    );
    const two = ["--history=/tmp/a", "--report=/tmp/b"];
    assertEquals(invoke(command, ...two).command, command);
  }
});

Deno.test("simOptions(), compareOptions() and shrinkOptions() refuse more draws than a run can follow", () => {
  const many = ["--servers=200", "--lifetime=58h", "--interval=1ms..1000s"];
  const run = [...many, "--spawn-interval=0s", "--drain=1s"];
  for (
    const words of [
      ["sim", "--delivery=original", ...run],
      ["shrink", "3", "--delivery=at-least-once", ...run],
      ["compare", ...run],
    ] as const
  ) {
    assertThrows(
      () => invoke(...words),
      UsageError,
      "Cannot follow 208800000 draws of each of 200 likes servers",
    );
  }
  assertEquals(invoke("sim", ...run).command, "sim");
});
