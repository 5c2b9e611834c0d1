import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { commandNames, COMMANDS } from "../../lib/cli/commands.ts";
import { flagName, FLAGS } from "../../lib/options/flags.ts";
import { commandHelp, overview } from "../../lib/cli/help.ts";
import { parseInvocation } from "../../lib/cli/invocation.ts";

function helpOf(...args: string[]): string {
  const invocation = parseInvocation(args, {
    program: "likes",
    drawSeed: () => 1,
  });
  assert(invocation.command === "help");
  return invocation.text;
}

Deno.test("overview() lists every command", () => {
  const text = overview("likes");
  for (const name of commandNames()) {
    assert(text.includes(`\n  ${name} `), name);
  }
});

Deno.test("commandHelp() lists every flag that is not hidden, once", () => {
  for (const name of commandNames()) {
    const text = commandHelp(name, "likes");
    for (const section of COMMANDS[name].sections) {
      for (const key of section.flags) {
        const times = text.split(`\n  --${flagName(key)}`)
          .filter((rest, i) => i > 0 && /^\s/.test(rest)).length;
        assertEquals(times, FLAGS[key].hidden ? 0 : 1, `${name} --${key}`);
      }
    }
  }
});

Deno.test("commandHelp() fits a terminal of 80 columns", () => {
  for (const name of commandNames()) {
    for (const line of commandHelp(name, "deno task").split("\n")) {
      assert(line.length <= 80, line);
    }
  }
});

Deno.test("commandHelp() tells defaults", () => {
  const text = commandHelp("start", "deno task");
  assertStringIncludes(text, "Usage: deno task start [FLAGS]");
  assertStringIncludes(text, "--lifetime TIME");
  assertStringIncludes(text, "(default 300s)");
});

Deno.test("commandHelp() tells a default and its exceptions together", () => {
  const text = commandHelp("explore", "likes").replaceAll(/\s+/g, " ");
  assertStringIncludes(text, "(default 2; 1 with several replicas)");
  for (const name of commandNames()) {
    const text = commandHelp(name, "likes").replaceAll(/\s+/g, " ");
    assert(!/absent[^()]*\) \(default/.test(text), name);
  }
});

Deno.test("commandHelp() names no flag that the command does not take", () => {
  for (const name of commandNames()) {
    const text = commandHelp(name, "likes");
    const taken = new Set(
      COMMANDS[name].sections.flatMap(({ flags }) =>
        flags.map((key) => `--${flagName(key)}`)
      ),
    );
    const named = text.match(/(?<=[\s(])--[a-z][a-z-]+/g) ?? [];
    assertEquals(named.filter((flag) => !taken.has(flag)), [], name);
  }
});

Deno.test("commandHelp() explains durations where a flag takes one", () => {
  const explaining = commandNames().filter((name) =>
    commandHelp(name, "likes").includes("Durations are written")
  );
  assertEquals(
    commandNames().filter((name) => !explaining.includes(name)),
    ["read", "merge", "explore", "storm", "lab"],
  );
});

Deno.test("parseInvocation() gives help wherever it is asked for", () => {
  assertEquals(helpOf("--help"), overview("likes"));
  assertEquals(helpOf("-h"), overview("likes"));
  assertEquals(helpOf("help"), overview("likes"));
  assertEquals(helpOf("help", "start"), commandHelp("start", "likes"));
  assertEquals(
    helpOf("start", "--nonsense", "--help"),
    commandHelp("start", "likes"),
  );
});

Deno.test("every flag belongs to a command", () => {
  const used = new Set(
    Object.values(COMMANDS).flatMap(({ sections }) =>
      sections.flatMap((section): readonly string[] => section.flags)
    ),
  );
  assertEquals(Object.keys(FLAGS).filter((key) => !used.has(key)), []);
});
