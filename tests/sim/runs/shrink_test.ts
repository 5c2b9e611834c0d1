import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import fc from "fast-check";
import {
  type FaultFlags,
  NO_FAULTS,
  runEndTick,
} from "../../../lib/faults/plan.ts";
import { secondsFromTicks } from "../../../lib/domain/ticks.ts";
import { faultFlagsOf } from "../../../lib/faults/format.ts";
import { runCommand } from "../../../lib/options/format_run.ts";
import type { RunOptions } from "../../../lib/options/run_options.ts";
import { simulate } from "../../../lib/sim/run.ts";
import { shrink } from "../../../lib/sim/runs/shrink.ts";
import { parseInvocation } from "../../../lib/cli/invocation.ts";
import { faultPlans } from "../../faults/arbitrary.ts";
import { runOf } from "../runs_of_tests.ts";

function failsToConverge(options: RunOptions): boolean {
  return simulate(options).converged !== true;
}

Deno.test("shrink() leaves the two faults that are to blame, as small as they can be", async () => {
  // LikesServer2 dies for good while a partition keeps its draws from being
  // counted. Nothing else does harm in mode dedup.
  const options = runOf({
    delivery: "dedup",
    faults: {
      latency: "exp:20ms",
      loss: "1/100",
      duplicate: "1/10",
      partition: ["3s..6s:LikesServer0-3", "10s..20s"],
      crash: ["LikesServer2@15s", "LikesServer0@20s+1s", "primary@8s+1s"],
      pause: ["LikesServer1@5s+2s"],
    },
  });
  const shrunk = await shrink(options, { fails: failsToConverge });
  const { partition = [], crash, ...others } = faultFlagsOf(
    shrunk.options.faults,
    1,
  );
  assertEquals([crash, others], [["LikesServer2@15s"], {}]);
  assertEquals(partition.length, 1);
  assertMatch(
    partition[0] ?? "",
    /^\d[\d.]*s\.\.1\d[\d.]*s:LikesServer2:(->|<-)primary$/,
  );
  const [window] = shrunk.options.faults.partitions;
  assert(window !== undefined && window.untilTick - window.fromTick < 50_000);
});

Deno.test("shrink() proposes no window that begins after the run", async () => {
  const run = runOf();
  const endSeconds = secondsFromTicks(runEndTick(run));
  const window = `${endSeconds - 1}s..${endSeconds + 1}s`;
  const { options } = await shrink(runOf({ faults: { partition: [window] } }), {
    fails: (tried) => tried.faults.partitions.length === 1,
  });
  const [partition] = options.faults.partitions;
  assert(partition !== undefined && partition.fromTick < runEndTick(run));
});

Deno.test("shrink() ends with a plan that fails and needs each of its faults", async () => {
  const run = runOf();
  await fc.assert(
    fc.asyncProperty(
      fc.nat(1000),
      faultPlans(run),
      async (seed, faults) => {
        const options = runOf({ delivery: "at-most-once", seed, faults });
        if (!failsToConverge(options)) return;
        const { options: smallest } = await shrink(options, {
          fails: failsToConverge,
        });
        assert(failsToConverge(smallest));
        const { partition = [], crash = [], pause = [], ...others } =
          faultFlagsOf(smallest.faults, 1);
        const fails = (flags: FaultFlags) =>
          failsToConverge(runOf({ ...smallest, faults: flags }));
        const flags = { partition, crash, pause, ...others };
        for (const [key, list] of Object.entries({ partition, crash, pause })) {
          for (const one of list) {
            const rest = list.filter((other) => other !== one);
            const isNeeded = !fails({ ...flags, [key]: rest });
            assert(isNeeded, `${key} ${one} is not needed`);
          }
        }
        if (others.latency !== undefined) {
          assert(!fails({ ...flags, latency: undefined }));
        }
      },
    ),
    { numRuns: 30 },
  );
});

Deno.test("shrink() spells out crashes that were drawn, and finds the one that matters", async () => {
  // A likes server that is killed while its report is on its way sends it
  // again.
  const options = runOf({
    delivery: "at-least-once",
    faults: { crash: ["random:4"], latency: "900ms" },
    seed: 1,
  });
  assert(failsToConverge(options));
  const { options: smallest } = await shrink(options, {
    fails: failsToConverge,
  });
  const { crash } = faultFlagsOf(smallest.faults, 1);
  assertEquals(crash?.length, 1);
  assertMatch(
    crash?.[0] ?? "",
    /^LikesServer\d@[\d.]+s\+[\d.]+m?s$/,
  );
});

Deno.test("shrink() leaves the fewest replicas and no readers", async () => {
  const { options: smallest } = await shrink(
    runOf({
      ...{ replicas: 7, readers: 5, delivery: "at-least-once", gossip: null },
      faults: {
        latency: "exp:20ms",
        partition: ["4s..6s:primary5-6", "10s..16s:<-primary1"],
        crash: ["primary4@12s+1s"],
      },
    }),
    { fails: (options) => (simulate(options).countedTwice ?? 0) > 0 },
  );
  // The partition that is to blame is of replica 1: that of one is replica 0.
  const { partition, ...others } = faultFlagsOf(smallest.faults, 1);
  assertEquals([smallest.replicas, smallest.readers, others], [1, 0, {}]);
  assert(partition?.length === 1);
});

Deno.test("shrink() leaves two replicas where one would not fail", async () => {
  const { options: smallest } = await shrink(
    runOf({
      ...{ replicas: 9, readers: 2, delivery: "crdt", gossip: null },
      faults: { latency: "exp:20ms", crash: ["primary7@12s+1s"] },
    }),
    { fails: (options) => simulate(options).converged !== true },
  );
  assertEquals(
    [smallest.replicas, smallest.readers, smallest.faults],
    [2, 0, NO_FAULTS],
  );
});

Deno.test("shrink() refuses a run that does not fail", async () => {
  await assertRejects(
    () => shrink(runOf(), { fails: failsToConverge }),
    RangeError,
    "does not fail: with seed 0 it passes",
  );
});

Deno.test("shrink() stops when it is told to, with the smallest plan so far", async () => {
  const stop = new AbortController();
  let tries = 0;
  const options = runOf({
    faults: { loss: "1/2", pause: ["primary@1s+1s", "primary@5s+1s"] },
  });
  const shrunk = await shrink(options, {
    signal: stop.signal,
    fails: () => {
      if (++tries === 3) stop.abort();
      return tries === 1;
    },
  });
  assertEquals([shrunk.tries, tries], [3, 3]);
});

Deno.test("runCommand() reads back as the same run", () => {
  const run = runOf();
  fc.assert(fc.property(
    fc.nat(),
    faultPlans(run),
    fc.constantFrom("none", "write" as const),
    (seed, faults, durability) => {
      const options = runOf({ seed, faults, durability, delivery: "dedup" });
      const words = runCommand("likes", "sim", options).split(" ").slice(1)
        .map((word) => word.replaceAll("'", ""));
      const invocation = parseInvocation(words, {
        program: "likes",
        drawSeed: () => -1,
      });
      assert(invocation.command === "sim");
      assertEquals(invocation.options.run, options);
    },
  ));
});
