import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import type { ExploreOptions } from "../../../lib/explore/explore_options.ts";
import { parseInvocation } from "../../../lib/cli/invocation.ts";
import { UsageError } from "../../../lib/options/usage_error.ts";
import { endOf, startMain } from "../main_process.ts";
import { LogFolder } from "../../e2e/program.ts";
import { granted } from "../../permissions.ts";

const ignore = !granted({
  run: [Deno.execPath()],
  read: [".", "/tmp"],
  write: ["/tmp"],
});

/** What the README of explorations shows as drawn by GitHub. */
function drawnInReadme(): string | undefined {
  const path = new URL("../../../lib/explore/README.md", import.meta.url);
  return /^```mermaid\n([^`]*)^```$/m.exec(Deno.readTextFileSync(path))?.[1];
}

function started(words: readonly string[]): Deno.ChildProcess {
  return startMain(["explore", ...words], ["--allow-write=/tmp"]);
}

function run(...words: string[]) {
  return endOf(started(words));
}

function optionsOf(...args: string[]): ExploreOptions {
  const invocation = parseInvocation(["explore", ...args], {
    program: "likes",
    drawSeed: () => 7,
  });
  assert(invocation.command === "explore");
  return invocation.options;
}

Deno.test("exploreOptions() lets fewer faults happen where a mode is held to more than it promises", () => {
  const { bounds } = optionsOf("--delivery", "original", "--exact");
  const { losses, copies, crashes, late, reads } = bounds;
  assertEquals([losses, copies, crashes, late, reads], [1, 0, 0, 0, 0]);
  const given = optionsOf("--delivery", "original", "--exact", "--late", "2");
  assertEquals(given.bounds.late, 2);
  const crdt = optionsOf("--exact").bounds;
  assertEquals([crdt.copies, crdt.reads, crdt.isExact], [1, 1, true]);
});

Deno.test("exploreOptions() takes smaller bounds with several replicas, and always a limit of states", () => {
  const sizes = (...args: string[]) => {
    const { servers, draws, copies, late, exchanges, losses, crashes, reads } =
      optionsOf(...args).bounds;
    return [servers, draws, copies, late, exchanges, losses, crashes, reads];
  };
  assertEquals(sizes(), [2, 2, 1, 1, 0, 1, 1, 1]);
  assertEquals(sizes("--replicas", "2"), [2, 1, 0, 0, 1, 1, 1, 1]);
  assertEquals(sizes("--replicas", "3"), [1, 1, 0, 0, 1, 1, 1, 1]);
  const toAll = ["--replicas", "2", "--write-to", "all"];
  assertEquals(sizes(...toAll), [1, 1, 0, 0, 0, 1, 1, 1]);
  const given = [...toAll, "--servers", "2", "--draws", "2", "--copies", "1"];
  assertEquals(sizes(...given), [2, 2, 1, 0, 0, 1, 1, 1]);
  // The command says again what is no default there.
  assertStringIncludes(optionsOf(...given).command, "--servers 2 --draws 2");
  assertEquals(optionsOf().statesMax, 10_000_000);
  const exact = ["--delivery", "original", "--exact"];
  assertEquals(optionsOf(...exact, "--empty-restarts").bounds.crashes, 1);
});

Deno.test("exploreOptions() writes the command that does the same again, without what is told", () => {
  const { command } = optionsOf(
    ...["--delivery", "dedup", "--replicas", "2", "--write-to", "any"],
    ...["--states-max", "10", "--json", "--diagram", "/tmp/x"],
  );
  assertEquals(
    command,
    "likes explore --delivery dedup --replicas 2 --write-to any",
  );
  assertEquals(optionsOf().command, "likes explore");
});

Deno.test("exploreOptions() refuses what cannot be, and says what is allowed", () => {
  const refused: [string, RegExp][] = [
    ["--servers 7", /--servers "7".* 1 to 6/],
    ["--draws 0", /--draws "0".* 1 to 6/],
    ["--losses 10", /--losses "10".* 0 to 9/],
    ["--replicas 5", /--replicas "5".* 1 to 4/],
    ["--states-max 0", /--states-max "0"/],
    ["--exchanges 1", /--exchanges with one replica/],
    ["--write-to any", /--write-to with one replica/],
    [
      "--replicas 2 --write-to any --no-failover",
      /--no-failover with --write-/,
    ],
    [
      "--replicas 2 --write-quorum 2",
      /--write-quorum "2" with --write-to home/,
    ],
    ["--replicas 2 --write-to all --write-quorum 3", /at most 2/],
    [
      "--replicas 2 --write-to all --delivery original",
      /--write-to all with --delivery original/,
    ],
    ["--replicas 2 --reads 0 --read-from any", /--read-from without --reads/],
    ["--delivery original --reads 1", /--reads "1" with --delivery original/],
    ["--delivery original --draws 6", /--draws "6".*allowed are fewer/],
    ["--empty-restarts --crashes 0", /--empty-restarts with --crashes 0/],
    [
      "--empty-restarts --replicas 2 --delivery original",
      /--replicas 2 and --delivery original.*allowed are one replica/,
    ],
    ["--replay draw", /--replay.*"draw" is no event/],
    ["--replay end0", /"end0" is no event/],
    ["--replay drawn0", /"drawn0" is no event.*draw, deliver/],
    ["--replay draw0 --states-max 5", /--states-max with --replay/],
    ["--loss 0.1", /--loss with explore: .*--losses/],
    ["--latency 5ms", /--latency with explore: no time passes/],
    ["--seed 7", /--seed with explore: nothing is drawn/],
  ];
  for (const [words, message] of refused) {
    const error = assertThrows(
      () => optionsOf(...words.split(" ")),
      UsageError,
    );
    assertMatch(error.message, message);
  }
});

Deno.test({
  name: "explore ends with 0 where everything holds in all states",
  ignore,
  async fn() {
    const { code, stdout, stderr } = await run(
      "--servers",
      "1",
      "--draws",
      "1",
    );
    assertEquals([code, stderr], [0, ""]);
    assertMatch(stdout, /\nHOLDS: It holds in all [\d,]+ states\.\n$/);
    assertStringIncludes(stdout, "reproduce    deno task explore --servers 1 ");
  },
});

Deno.test({
  name:
    "explore ends with 1 and a story where something does not hold, and the diagram of it that its README shows",
  ignore,
  async fn() {
    using folder = new LogFolder();
    const diagram = `${folder.path}/story.mmd`;
    const words = ["--delivery", "at-least-once", "--exact"];
    const { code, stdout } = await run(...words, "--diagram", diagram);
    assertEquals(code, 1);
    assertMatch(stdout, /^1\. LikesServer0 draws 14 likes/);
    assertMatch(stdout, /VIOLATED: A draw is counted twice: .* after 6 events/);
    assertEquals(drawnInReadme(), Deno.readTextFileSync(diagram));
    // The command that it gives tells the same story, step by step.
    const [, replay = ""] = /^reproduce {4}deno task explore (.*)$/m
      .exec(stdout) ?? [];
    const told = await run(...replay.split(" "));
    assertEquals(told.code, 1);
    assertStringIncludes(told.stdout, "primary holds LikesServer0 28");
    assertStringIncludes(told.stdout, "So a draw is counted twice");
  },
});

Deno.test({
  name: "explore --json puts one document on standard output",
  ignore,
  async fn() {
    const { code, stdout } = await run(
      ...["--delivery", "original", "--exact", "--json"],
    );
    assertEquals(code, 1);
    const { holds, complete, states, depth, delivery, witness, violation } =
      JSON.parse(stdout);
    assertEquals([holds, complete, delivery], [false, true, "original"]);
    assert(states > 100 && depth === witness.length);
    assertMatch(violation, /^a draw is counted twice/);
    assertEquals(
      witness.map(({ event }: { event: string }) => event),
      ["draw0", "deliver0", "lose0", "timeout0", "draw0", "deliver0"],
    );
    assertEquals(witness[0].processes[0].name, "LikesServer0");
  },
});

Deno.test({
  name: "explore ends with 1 where it stops before anything is decided",
  ignore,
  async fn() {
    const few = ["--states-max", "500"];
    const { code, stdout } = await run(...few);
    assertEquals(code, 1);
    assertMatch(
      stdout,
      /\nNOT DECIDED: Stopped at 5\d\d states, nothing wrong/,
    );
    assert(!stdout.includes("HOLDS"));
    const told = await run(...few, "--json");
    const { holds, complete } = JSON.parse(told.stdout);
    assertEquals([told.code, holds, complete], [1, null, false]);
  },
});

Deno.test({
  name: "explore refuses an event that is not possible, and says which are",
  ignore,
  async fn() {
    const { code, stderr, stdout } = await run("--replay", "draw0,retry0");
    assertEquals([code, stdout], [2, ""]);
    assertMatch(
      stderr,
      /Event 2, retry0, is not possible there: possible are draw0,deliver0,/,
    );
  },
});

Deno.test({
  name:
    "explore tells how far it came when it is interrupted, and ends with 130",
  ignore,
  async fn() {
    using folder = new LogFolder();
    // It looks whether the file can be written once it hears signals.
    const looked = firstRemovalIn(folder.path);
    const process = started([
      ...["--draws", "6", "--losses", "9", "--json"],
      ...["--diagram", `${folder.path}/story.mmd`],
    ]);
    await looked;
    process.kill("SIGINT");
    const result = await endOf(process);
    assertEquals(result.code, 130);
    const { complete, states } = JSON.parse(result.stdout);
    assertEquals(complete, false);
    assert(states > 0);
    assertMatch(result.stderr, /Stopped after [\d,]+ states/);
  },
});

/** Waits until a file in a folder has been removed. */
async function firstRemovalIn(folder: string): Promise<void> {
  for await (const { kind } of Deno.watchFs(folder)) {
    if (kind === "remove") return;
  }
}
