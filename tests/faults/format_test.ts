import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  faultFlagsOf,
  formatFaultFlags,
  formatFaultPlan,
} from "../../lib/faults/format.ts";
import { parseFaultPlan } from "../../lib/faults/parse.ts";
import { faultPlans } from "./arbitrary.ts";
import { tenServers } from "./runs.ts";

Deno.test("faultFlagsOf() gives flags that read as an equal plan, for any plan", () => {
  const run = tenServers();
  const plans = faultPlans(run, { neverRestarted: true });
  fc.assert(fc.property(plans, (plan) => {
    const again = parseFaultPlan(faultFlagsOf(plan), run);
    assertEquals(again, { ...plan, flags: again.flags });
    assertEquals(again.flags, formatFaultPlan(plan));
    assertEquals(formatFaultPlan(again), formatFaultPlan(plan));
  }));
});

Deno.test("faultFlagsOf() spells drawn crashes out", () => {
  const run = tenServers();
  const plan = parseFaultPlan({ crash: ["random:5"] }, run);
  const flags = faultFlagsOf(plan);
  assertEquals(flags.crash?.length, 5);
  assertEquals(parseFaultPlan(flags, run).crashes, plan.crashes);
});

Deno.test("formatFaultPlan() of a plan without faults is empty", () => {
  assertEquals(formatFaultPlan(parseFaultPlan({}, tenServers())), []);
  const nothing = { loss: "0/5", latency: "0s", duplicate: "0", crash: [] };
  assertEquals(formatFaultPlan(parseFaultPlan(nothing, tenServers())), []);
});

Deno.test("formatFaultPlan() keeps ratios as given, and tells replies that are not lost", () => {
  const cases: [string, string | undefined, string[]][] = [
    ["3/100", undefined, ["--loss 3/100"]],
    ["3/100", "3/100", ["--loss 3/100"]],
    ["3/100", "0.03", ["--loss 3/100", "--ack-loss 0.03"]],
    ["3/100", "0", ["--loss 3/100", "--ack-loss 0"]],
    ["0", "1/7", ["--ack-loss 1/7"]],
  ];
  for (const [loss, ackLoss, expected] of cases) {
    const plan = parseFaultPlan({ loss, ackLoss }, tenServers());
    assertEquals(formatFaultPlan(plan), expected);
  }
});

Deno.test("formatFaultFlags() quotes what a shell would misunderstand", () => {
  assertEquals(
    formatFaultFlags({
      latency: "exp:20ms",
      partition: ["1s..2s:LikesServer0-4,LikesServer7:<-primary"],
      crash: ["primary@1s+1s", "it's; rm *", ""],
    }),
    [
      "--latency exp:20ms",
      "--partition '1s..2s:LikesServer0-4,LikesServer7:<-primary'",
      "--crash primary@1s+1s",
      `--crash 'it'\\''s; rm *'`,
      "--crash ''",
    ],
  );
});

Deno.test("faultPlans() draws every kind of fault, and the plan without any", () => {
  const plans = fc.sample(
    faultPlans(tenServers(), { neverRestarted: true }),
    { numRuns: 500, seed: 1 },
  );
  const kinds = [
    ...["--latency", "--loss", "--ack-loss", "--duplicate", "--partition"],
    ...["--crash", "--pause", "--crash primary", "--crash LikesServer"],
  ];
  for (const kind of kinds) {
    const count = plans.filter((plan) =>
      formatFaultPlan(plan).some((flag) =>
        flag.startsWith(kind)
      )
    ).length;
    assert(count > 25, `${kind} in ${count} of 500 plans`);
  }
});

Deno.test("faultPlans() shrinks to the one fault that matters", () => {
  const run = tenServers();
  const details = fc.check(
    fc.property(
      faultPlans(run),
      (plan) => plan.crashes.every(({ downTicks }) => downTicks < 1000),
    ),
    { seed: 1, numRuns: 1000 },
  );
  assert(details.failed);
  const [smallest] = details.counterexample ?? [];
  assertEquals(smallest?.crashes.length, 1);
  assertEquals(smallest && formatFaultPlan(smallest).length, 1);
  assertEquals(smallest?.crashes[0]?.downTicks, 1000);
});
