import { assert, assertEquals, assertThrows } from "@std/assert";
import { COMMANDS } from "../../lib/cli/commands.ts";
import type { Command } from "../../lib/options/command.ts";
import type { Flag } from "../../lib/options/flag.ts";
import { flagName, FLAGS } from "../../lib/options/flags.ts";
import { parseCommand, suggestion } from "../../lib/options/parse.ts";
import { UsageError } from "../../lib/options/usage_error.ts";

function assertRefused(args: string[], ...messageParts: string[]): void {
  const error = assertThrows(
    () => parseCommand("start", COMMANDS.start, args),
    UsageError,
  );
  for (const part of messageParts) {
    if (!error.message.includes(part)) {
      throw new Error(`"${error.message}" does not say "${part}"`);
    }
  }
}

Deno.test("parseCommand() gives every flag its default", () => {
  const { values, operands } = parseCommand("start", COMMANDS.start, []);
  assertEquals(operands, []);
  assertEquals(values, {
    servers: 10,
    lifetime: 3_000_000,
    spawnInterval: 10_000,
    interval: [10_000, 50_000],
    likes: [0, 42],
    delivery: "crdt",
    ackTimeout: 20_000,
    keepAlive: false,
    drain: 100_000,
    seed: undefined,
    latency: undefined,
    ackLatency: undefined,
    peerLatency: undefined,
    readLatency: undefined,
    loss: undefined,
    ackLoss: undefined,
    duplicate: undefined,
    partition: [],
    crash: [],
    pause: [],
    replicas: 1,
    // What these stand for is decided where it is known whether they were
    // given.
    gossip: undefined,
    gossipStyle: undefined,
    writeTo: undefined,
    writeQuorum: undefined,
    noFailover: false,
    readers: 0,
    readInterval: undefined,
    readAfter: undefined,
    readFrom: undefined,
    readQuorum: undefined,
    readRepair: undefined,
    port: 54_321,
    logDir: "/tmp",
    durability: "write",
    noRestart: false,
    dashboard: false,
    pagePort: 8080,
    report: undefined,
    history: undefined,
    trace: undefined,
    json: false,
  });
});

Deno.test("parseCommand() reads a value after a space and after =", () => {
  for (const args of [["--seed", "7"], ["--seed=7"]]) {
    assertEquals(parseCommand("start", COMMANDS.start, args).values.seed, 7);
  }
});

Deno.test("parseCommand() reads durations, ranges and words", () => {
  const { values } = parseCommand("start", COMMANDS.start, [
    "--lifetime=20",
    "--interval",
    "0.5s..1s",
    "--likes",
    "3",
    "--delivery",
    "at-most-once",
    "--spawn-interval=0s",
    "--no-restart",
  ]);
  assertEquals(values.lifetime, 200_000);
  assertEquals(values.interval, [5000, 10_000]);
  assertEquals(values.likes, [3, 3]);
  assertEquals(values.delivery, "at-most-once");
  assertEquals(values.spawnInterval, 0);
  assertEquals(values.noRestart, true);
});

Deno.test("parseCommand() collects flags that may be repeated", () => {
  const { values } = parseCommand("start", COMMANDS.start, [
    "--crash",
    "primary@100s+10s",
    "--crash=random:5",
    "--partition",
    "60s..120s:->primary",
  ]);
  assertEquals(values.crash, ["primary@100s+10s", "random:5"]);
  assertEquals(values.partition, ["60s..120s:->primary"]);
});

Deno.test("parseCommand() leaves large seeds and leading zeros exact", () => {
  const seed = Number.MAX_SAFE_INTEGER;
  assertEquals(
    parseCommand("start", COMMANDS.start, ["--seed", `${seed}`]).values.seed,
    seed,
  );
  assertEquals(
    parseCommand("start", COMMANDS.start, ["--log-dir", "007"]).values.logDir,
    "007",
  );
});

Deno.test("parseCommand() skips -- as passed through by a task", () => {
  assertEquals(
    parseCommand("start", COMMANDS.start, ["--", "--json"]).values.json,
    true,
  );
});

Deno.test("parseCommand() refuses an unknown flag and suggests the nearest", () => {
  assertRefused(["--sevrers", "3"], '"--sevrers"', "--servers", "start");
  assertRefused(["--sevrers=3"], '"--sevrers"', "did you mean --servers?");
  assertRefused(["-p", "3"], '"-p"');
  assertRefused(["--resume"], '"--resume"', "start --help");
  assertRefused(["--__proto__", "1"], '"--__proto__"');
  assertRefused(["--no-json"], '"--no-json"');
  assertRefused(["--servers.x=1"], '"--servers.x"');
});

Deno.test("parseCommand() refuses a delivery mode of compare, which runs all of them", () => {
  for (const args of [["--delivery", "crdt"], ["--delivery=dedup"]]) {
    const error = assertThrows(
      () => parseCommand("compare", COMMANDS.compare, args),
      UsageError,
    );
    assertEquals(
      error.message,
      "Cannot use --delivery with compare: it runs all five delivery modes, or crdt with --quorums",
    );
  }
});

Deno.test("parseCommand() keeps hidden flags out of its suggestions", () => {
  const error = assertThrows(
    () => parseCommand("primary", COMMANDS.primary, ["--until-stdin-close"]),
    UsageError,
  );
  assertEquals(error.message.includes("did you mean"), false);
});

Deno.test("parseCommand() refuses a flag that is given twice", () => {
  assertRefused(["--port", "1", "--port=2"], "--port", '"1" and "2"');
  assertRefused(["--json", "--json"], "--json twice");
});

Deno.test("parseCommand() refuses a missing value", () => {
  assertRefused(["--port"], "Missing value of --port", "PORT", "54321");
  assertRefused(["--port", "--json"], "Missing value of --port");
  assertRefused(["--port="], "Missing value of --port");
  assertRefused(["--port", ""], "Missing value of --port");
  assertRefused(["--loss"], "RATIO is needed, such as 0.03");
  assertRefused(["--history="], "--history", "FILE");
});

Deno.test("parseCommand() shows for each missing value one that is read", () => {
  for (const [name, command] of Object.entries<Command>(COMMANDS)) {
    for (const key of command.sections.flatMap(({ flags }) => flags)) {
      const flag: Flag<unknown> = command.flags?.[key] ?? FLAGS[key];
      if (flag.kind === "toggle") continue;
      const { message } = assertThrows(
        () => parseCommand(name, command, [`--${flagName(key)}`]),
        UsageError,
      );
      const [, example] = / is needed, such as (\S+)$/.exec(message) ?? [];
      assert(example !== undefined, `${name}: ${message}`);
      flag.read([example], `--${flagName(key)}`);
    }
  }
});

Deno.test("parseCommand() refuses a toggle with a value", () => {
  assertRefused(["--json=yes"], "--json", '"yes"', "takes no value");
  assertRefused(["--json", "false"], "--json", '"false"');
  assertRefused(["--json="], "--json", "takes no value");
});

Deno.test("parseCommand() names the flag, the value and what is allowed", () => {
  assertRefused(["--port", "70000"], '--port "70000"', "from 0 to 65535");
  assertRefused(["--port", "-5"], '--port "-5"', "from 0 to 65535");
  assertRefused(["--port", "1e3"], '--port "1e3"');
  assertRefused(["--likes", "0..43"], "--likes", '"43"', "from 0 to 42");
  assertRefused(["--likes", "5..1"], '--likes "5..1"');
  assertRefused(["--likes", "-1..5"], "--likes", '"-1"');
  assertRefused(["--lifetime", "5 parsecs"], '--lifetime "5 parsecs"', "300s");
  assertRefused(["--lifetime", "0"], '--lifetime "0"', "at least 1ms");
  assertRefused(["--interval", "0s..1s"], "--interval", "at least 1ms");
  assertRefused(["--servers", "0"], '--servers "0"', "from 1 to");
  assertRefused(["--delivery", "CRDT"], '--delivery "CRDT"', "dedup, crdt");
  assertRefused(["--durability", "disk"], "--durability", "write, fsync");
  assertRefused(["--seed", "9007199254740992"], "--seed", "9007199254740991");
});

Deno.test("parseCommand() bounds the likes servers of a live run, and names that bound", () => {
  const { servers } =
    parseCommand("start", COMMANDS.start, ["--servers", "10000"]).values;
  assertEquals(servers, 10_000);
  for (const text of ["0", "10001"]) {
    const flag = ["--servers", text];
    for (const name of ["start", "parent", "compare"] as const) {
      const args = name === "compare" ? [...flag, "--live"] : flag;
      const error = assertThrows(
        () => parseCommand(name, COMMANDS[name], args),
        UsageError,
      );
      assertEquals(
        error.message,
        `Cannot use --servers "${text}": it must be from 1 to 10000 in a live run`,
      );
    }
  }
  for (const name of ["sim", "compare", "shrink"] as const) {
    const operands = name === "shrink" ? ["7"] : [];
    const args = [...operands, "--servers", "0"];
    assertThrows(
      () => parseCommand(name, COMMANDS[name], args),
      UsageError,
      "from 1 to 10000000",
    );
  }
});

Deno.test("parseCommand() writes what was given on one line", () => {
  const error = assertThrows(
    () => parseCommand("start", COMMANDS.start, ["--x\n\x1b[2J", "1"]),
    UsageError,
  );
  assertEquals(/[^\x20-\x7e]/.test(error.message), false);
});

Deno.test("parseCommand() refuses operands where there are none", () => {
  assertRefused(["fast"], '"fast"', "start takes flags");
  assertRefused(["5"], '"5"');
});

Deno.test("parseCommand() takes the operands of a command that has some", () => {
  assertEquals(
    parseCommand("shrink", COMMANDS.shrink, ["007", "--json"]).operands,
    ["007"],
  );
  assertThrows(
    () => parseCommand("shrink", COMMANDS.shrink, []),
    UsageError,
    "Missing SEED",
  );
  assertThrows(
    () => parseCommand("shrink", COMMANDS.shrink, ["1", "2"]),
    UsageError,
    '"2"',
  );
});

Deno.test("suggestion() finds a misspelt word and leaves a strange one", () => {
  const known = ["servers", "seed", "port"];
  assertEquals(suggestion("prot", known), "port");
  assertEquals(suggestion("server", known), "servers");
  assertEquals(suggestion("SEED", known), "seed");
  assertEquals(suggestion("q", known), undefined);
  assertEquals(suggestion("colour", known), undefined);
  assertEquals(suggestion("", known), undefined);
  assertEquals(suggestion("port", []), undefined);
});
