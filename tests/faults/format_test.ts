import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { faultFlagsOf, formatFaultPlan } from "../../lib/faults/format.ts";
import { parseFaultPlan } from "../../lib/faults/parse.ts";
import { scheduleFaults, spellOutFaults } from "../../lib/faults/schedule.ts";
import { faultPlans } from "./arbitrary.ts";
import { populationOf } from "../../lib/faults/groups.ts";
import { tenServers, threeReplicas } from "./runs.ts";

Deno.test("faultFlagsOf() gives flags that read as an equal plan, for any plan", () => {
  for (const run of [tenServers(), threeReplicas()]) {
    const { replicas } = populationOf(run);
    const plans = faultPlans(run, { neverRestarted: true });
    fc.assert(fc.property(plans, (plan) => {
      const again = parseFaultPlan(faultFlagsOf(plan, replicas), run);
      assertEquals(again, plan);
      assertEquals(
        formatFaultPlan(again, replicas),
        formatFaultPlan(plan, replicas),
      );
    }));
  }
});

Deno.test("faultFlagsOf() tells the number of drawn crashes, or the crashes where they are spelled out", () => {
  const run = tenServers();
  const faults = parseFaultPlan({ crash: ["random:2", "random:3"] }, run);
  assertEquals(faultFlagsOf(faults, 1), { crash: ["random:5"] });
  const spelledOut = spellOutFaults({ ...run, faults });
  const flags = faultFlagsOf(spelledOut, 1);
  assertEquals(flags.crash?.length, 5);
  assertEquals(parseFaultPlan(flags, run), spelledOut);
  assertEquals(
    spelledOut.crashes,
    scheduleFaults({ ...run, faults }).crashes,
  );
});

Deno.test("formatFaultPlan() of a plan without faults is empty", () => {
  assertEquals(formatFaultPlan(parseFaultPlan({}, tenServers()), 1), []);
  const nothing = { loss: "0/5", latency: "0s", duplicate: "0", crash: [] };
  assertEquals(formatFaultPlan(parseFaultPlan(nothing, tenServers()), 1), []);
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
    assertEquals(formatFaultPlan(plan, 1), expected);
  }
});

Deno.test("formatFaultPlan() writes every kind of fault in one form, quoted where a shell would misunderstand", () => {
  const plan = parseFaultPlan({
    latency: "exp:0.02s",
    loss: "3/100",
    ackLoss: "0.0",
    duplicate: "1/100",
    partition: ["20s..40s:LikesServer0-4,LikesServer7:<-primary", "1..2s"],
    crash: ["random:2", "primary@0.5m+1s"],
    pause: ["primary@1m+1"],
  }, tenServers());
  assertEquals(formatFaultPlan(plan, 1), [
    "--latency exp:20ms",
    "--loss 3/100",
    "--ack-loss 0",
    "--duplicate 1/100",
    "--partition '20s..40s:LikesServer0-4,LikesServer7:<-primary'",
    "--partition 1s..2s",
    "--crash primary@30s+1s",
    "--crash random:2",
    "--pause primary@60s+1s",
  ]);
});

Deno.test("formatFaultPlan() names replicas and readers as they are given, and all replicas by one name", () => {
  const plan = parseFaultPlan({
    latency: "1ms",
    ackLatency: "exp:2ms",
    peerLatency: "40ms",
    readLatency: "0ms",
    partition: [
      ...["1s..2s:primary1", "1s..2s:primary0,LikesServer0-4--primary1-2"],
      ...["1s..2s:primary0->primary2", "1s..2s:->primary1", "1s..2s:->primary"],
      ...["1s..2s:Reader0-1<-primary", "1s..2s:primary0-2--primary"],
    ],
    crash: ["primary@30s+1s", "primary1@50s", "primary0@1s+1s"],
    pause: ["primary0@10s+1s", "primary1@10s+1s", "primary2@10s+1s"],
  }, threeReplicas());
  assertEquals(formatFaultPlan(plan, 3), [
    "--latency 1ms",
    "--ack-latency exp:2ms",
    "--peer-latency 40ms",
    "--read-latency 0ms",
    "--partition 1s..2s:primary1",
    "--partition 1s..2s:primary0,LikesServer0-4--primary1-2",
    "--partition '1s..2s:primary0->primary2'",
    "--partition '1s..2s:->primary1'",
    "--partition '1s..2s:->primary'",
    "--partition '1s..2s:Reader0-1:<-primary'",
    "--partition 1s..2s:primary--primary",
    "--crash primary0@1s+1s",
    "--crash primary@30s+1s",
    "--crash primary1@50s",
    "--pause primary@10s+1s",
  ]);
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
      formatFaultPlan(plan, 1).some((flag) =>
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
  assertEquals(smallest && formatFaultPlan(smallest, 1).length, 1);
  assertEquals(smallest?.crashes[0]?.downTicks, 1000);
});
