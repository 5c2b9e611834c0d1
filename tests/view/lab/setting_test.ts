import {
  assertEquals,
  assertNotEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { parseInvocation } from "../../../lib/cli/invocation.ts";
import { faultFlagsOf } from "../../../lib/faults/format.ts";
import { runCommand } from "../../../lib/options/format_run.ts";
import { simulate } from "../../../lib/sim/run.ts";
import {
  DEFAULT_SETTING,
  fieldsOfSetting,
  hashOfSetting,
  inWordsOfPage,
  isSameSetting,
  plannedEvents,
  readSetting,
  settingFromHash,
} from "../../../lib/view/lab/setting.ts";
import { settings } from "./settings.ts";

Deno.test("settingFromHash() reads the defaults from nothing", () => {
  assertEquals(settingFromHash(""), DEFAULT_SETTING);
  assertEquals(settingFromHash("#"), DEFAULT_SETTING);
});

Deno.test("settingFromHash() reads what hashOfSetting() writes, for any setting", () => {
  fc.assert(fc.property(settings(), (options) => {
    const hash = hashOfSetting(options);
    assertEquals(settingFromHash(hash), options);
    // An address must come through a browser as it is.
    assertEquals(new URL(`http://127.0.0.1/${hash}`).hash, hash);
  }));
});

Deno.test("runCommand() gives a setting that the command line reads as the same run", () => {
  fc.assert(
    fc.property(settings(), (options) => {
      const words = wordsOf(runCommand("likes", "sim", options)).slice(1);
      const invocation = parseInvocation(words, {
        program: "likes",
        drawSeed: () => 1,
      });
      if (invocation.command !== "sim") throw new Error(invocation.command);
      const read = invocation.options.run;
      assertEquals(hashOfSetting(read), hashOfSetting(options));
      assertEquals(simulate(read).digest, simulate(options).digest);
    }),
    { numRuns: 25 },
  );
});

Deno.test("fieldsOfSetting() shows a form what readSetting() reads again", () => {
  fc.assert(fc.property(settings(), (options) => {
    const fields = new URLSearchParams(fieldsOfSetting(options));
    const { partition = [], crash = [], pause = [] } = faultFlagsOf(
      options.faults,
      options.replicas,
    );
    for (const text of partition) fields.append("partition", text);
    for (const text of crash) fields.append("crash", text);
    for (const text of pause) fields.append("pause", text);
    assertEquals(readSetting(fields), options);
  }));
});

Deno.test("readSetting() refuses with the words of the command line", () => {
  const cases: readonly [string, string][] = [
    ["servers=0", '--servers "0"'],
    ["servers=ten", '--servers "ten"'],
    ["loss=2", '--loss "2"'],
    ["latency=fast", '--latency "fast"'],
    ["delivery=maybe", "--delivery"],
    ["crash=LikesServer99@50s", "--crash"],
    ["partition=400s..500s", "--partition"],
    ["seed=-1", "--seed"],
    ["colour=red", 'Unknown setting "colour"'],
    ["seed=1&seed=2", "--seed twice"],
    ["json=true", 'Unknown setting "json"'],
  ];
  for (const [text, message] of cases) {
    assertThrows(
      () => readSetting(new URLSearchParams(text)),
      Error,
      message,
    );
  }
});

Deno.test("inWordsOfPage() names fields as the page labels them, whatever is wrong with a setting", () => {
  const cases: readonly [string, string][] = [
    ["servers=0", 'Cannot use “Likes servers” "0": it must be'],
    ["loss=2", 'Cannot use “Loss” "2": '],
    ["ack-loss=2", 'Cannot use “Loss of replies” "2": '],
    ["ack-timeout=0s", 'Cannot use “Wait for an ACK” "0s": '],
    ["spawn-interval=soon", 'Cannot read “Start one every” "soon": '],
    ["interval=1s..x", 'Cannot read “Pause between draws” "1s..x", in it "x"'],
    ["delivery=maybe", 'Cannot use “Delivery mode” "maybe": '],
    ["durability=disk", 'Cannot use “Primary writes” "disk": '],
    ["crash=LikesServer99@50s", 'Cannot use “Crash” "LikesServer99@50s": '],
    ["lifetime=59h", "“Start one every” 1s, “Lifetime” 212400s and"],
  ];
  for (const [text, message] of cases) {
    const error = assertThrows(
      () => readSetting(new URLSearchParams(text)),
      Error,
    );
    const said = inWordsOfPage(error.message);
    assertStringIncludes(said, message);
    assertEquals(said.includes("--"), false, said);
  }
  // What the page has no field for is left as it is.
  assertEquals(inWordsOfPage("--runs --loss-of"), "--runs --loss-of");
});

Deno.test("readSetting() refuses what would keep a page busy for minutes", () => {
  assertThrows(
    () => readSetting(new URLSearchParams("servers=1000000&spawn-interval=0s")),
    RangeError,
    "use the command line for more",
  );
});

Deno.test("isSameSetting() sees through other ways to write a duration, and nothing else", () => {
  const one = settingFromHash("lifetime=300s");
  assertEquals(isSameSetting(one, settingFromHash("lifetime=5m")), true);
  assertEquals(isSameSetting(one, settingFromHash("lifetime=301s")), false);
  assertNotEquals(hashOfSetting(one), hashOfSetting({ ...one, seed: 8 }));
});

Deno.test("plannedEvents() is near what a run draws", () => {
  let draws = 0;
  simulate(DEFAULT_SETTING, {
    onEvent: ({ kind }) => {
      if (kind === "draw") draws++;
    },
  });
  assertEquals(
    Math.abs(draws / plannedEvents(DEFAULT_SETTING) - 1) < 0.1,
    true,
  );
});

/** Takes a command line apart as a POSIX shell does, as far as quotes go. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/(?:'[^']*'|\\.|[^\s'\\])+/g)].map(([word]) =>
    word.replace(/'([^']*)'|\\(.)/g, (_, quoted, escaped) => quoted ?? escaped)
  );
}
