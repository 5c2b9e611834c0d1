import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { runCommand } from "../../../lib/options/format_run.ts";
import { simulate } from "../../../lib/sim/run.ts";
import { settingFromCommand } from "../../../lib/view/lab/command_line.ts";
import { SCENARIOS } from "../../../lib/view/lab/scenarios.ts";
import {
  hashOfSetting,
  settingFromHash,
} from "../../../lib/view/lab/setting.ts";
import { settings } from "./settings.ts";

Deno.test("settingFromCommand() reads what runCommand() writes, for any setting", () => {
  fc.assert(fc.property(settings(), (options) => {
    for (const program of ["deno task", "likes"]) {
      const line = runCommand(program, "sim", options);
      assertEquals(settingFromCommand(line), options);
    }
  }));
});

Deno.test("settingFromCommand() comes to the same digest as the page, for every scenario", () => {
  for (const { options } of SCENARIOS) {
    const read = settingFromCommand(runCommand("deno task", "sim", options));
    assertEquals(hashOfSetting(read), hashOfSetting(options));
    assertEquals(simulate(read).digest, simulate(options).digest);
  }
});

Deno.test("settingFromCommand() takes quotes, equals signs, line ends and toggles", () => {
  const cases: readonly [line: string, hash: string][] = [
    ["", ""],
    ["deno task sim", ""],
    ["$ likes sim --json --seed 9", "seed=9"],
    ["--servers=3 --loss 3/100", "servers=3&loss=3/100"],
    [
      "sim --partition '10s..20s:->primary' \\\n  --servers 4",
      "servers=4&partition=10s..20s:->primary",
    ],
    [
      'start --replicas 3 --no-failover --crash "primary1@20s+5s"',
      "replicas=3&no-failover=on&crash=primary1@20s%2B5s",
    ],
  ];
  for (const [line, hash] of cases) {
    assertEquals(settingFromCommand(line), settingFromHash(hash), line);
  }
});

Deno.test("settingFromCommand() says what it cannot take", () => {
  const cases: readonly [line: string, message: string][] = [
    ["deno task shrink 7", 'Cannot read the command "7"'],
    ["deno task predict --replicas 3", 'Cannot read the command "predict"'],
    ["sim --servers", "--servers"],
    ["sim --report /tmp/x.html", 'Unknown setting "report"'],
    ["sim --seed 7 8", 'Cannot read "8"'],
    ["sim --partition '10s..20s", "is not closed"],
    ["sim --loss 2", '--loss "2"'],
    ["sim --gossip 2s", "Cannot use --gossip with one replica"],
  ];
  for (const [line, message] of cases) {
    assertThrows(() => settingFromCommand(line), Error, message);
  }
});
