import { assert, assertEquals, assertRejects } from "@std/assert";
import { runCommand } from "../../../lib/options/format_run.ts";
import { simulateMany } from "../../../lib/sim/runs/many.ts";
import { figuresOf } from "../../../lib/verdict/runs/figures.ts";
import { RunsSummary } from "../../../lib/verdict/runs/runs_summary.ts";
import { granted } from "../../permissions.ts";
import { runOf } from "../runs_of_tests.ts";

const STORM = { latency: "exp:20ms", loss: "1/5", crash: ["random:2"] };
const FIRST = runOf({ delivery: "at-least-once", faults: STORM, seed: 100 });

function runs(count: number) {
  return {
    count,
    optionsAt: (i: number) => ({ ...FIRST, seed: FIRST.seed + i }),
    check: false,
  };
}

async function reportOf(count: number, workers: number) {
  const summary = new RunsSummary(
    FIRST.delivery,
    FIRST.seed,
    (seed) => runCommand("likes", "sim", { ...FIRST, seed }),
  );
  const told: number[] = [];
  const done = await simulateMany(runs(count), {
    workers,
    onOutcome: (outcome, i) => {
      told.push(i);
      summary.add(figuresOf(FIRST.seed + i, FIRST.delivery, outcome));
    },
  });
  assertEquals([done, told.sort((one, other) => one - other)], [
    count,
    Array.from({ length: count }, (_, i) => i),
  ]);
  return summary.report();
}

Deno.test({
  name: "simulateMany() comes to the same with any number of cores",
  ignore: !granted({ read: ["."] }),
  fn: async () => {
    const here = await reportOf(40, 0);
    assertEquals(await reportOf(40, 2), here);
    assertEquals(await reportOf(40, 3), here);
    assertEquals(here.runs, 40);
    assert(here.converged < 40 && here.failures.length > 0);
  },
});

Deno.test("simulateMany() stops between two runs, with the results so far", async () => {
  const stop = new AbortController();
  const told: number[] = [];
  const done = await simulateMany(runs(100), {
    workers: 0,
    signal: stop.signal,
    onOutcome: (_outcome, i) => {
      told.push(i);
      if (i === 4) stop.abort();
    },
  });
  assertEquals([done, told], [5, [0, 1, 2, 3, 4]]);
});

Deno.test("simulateMany() stops in the middle of a run, which is left out", async () => {
  const stop = new AbortController();
  const shares: number[] = [];
  const done = await simulateMany({
    count: 2,
    // Hours of real time.
    optionsAt: (seed) => runOf({ seed, lifetimeTicks: 2 ** 30, servers: 1000 }),
    check: false,
  }, {
    workers: 2,
    signal: stop.signal,
    onProgress: (runs) => {
      shares.push(runs);
      if (shares.length === 3) stop.abort();
    },
    onOutcome: () => {
      throw new Error("no run can be over");
    },
  });
  assertEquals([done, shares.length], [0, 3]);
  assert(shares.every((share) => share > 0 && share < 0.01));
});

Deno.test({
  name: "simulateMany() stops its workers when it is told to",
  ignore: !granted({ read: ["."] }),
  fn: async () => {
    const stop = new AbortController();
    const told: number[] = [];
    const done = await simulateMany(runs(10_000), {
      workers: 2,
      signal: stop.signal,
      onOutcome: (_outcome, i) => {
        told.push(i);
        if (told.length === 21) stop.abort();
      },
    });
    assertEquals([new Set(told).size, told.length], [done, done]);
    assert(done > 20 && done < 10_000);
  },
});

Deno.test({
  name: "simulateMany() stops the other workers when one fails",
  ignore: !granted({ read: ["."] }),
  fn: async () => {
    const { optionsAt, ...others } = runs(10_000);
    const broken = {
      ...others,
      optionsAt: (i: number) => ({
        ...optionsAt(i),
        servers: i === 0 ? -1 : FIRST.servers,
      }),
    };
    let told = 0;
    const hooks = { workers: 2, onOutcome: () => told++ };
    await assertRejects(
      () => simulateMany(broken, hooks),
      Error,
      "Cannot simulate in a worker",
    );
    const toldBefore = told;
    // Long enough for a worker that went on to tell of some runs.
    await reportOf(200, 2);
    assertEquals(told, toldBefore);
  },
});

Deno.test("RunsSummary names the first failing seeds, each with the command that reproduces it", async () => {
  const report = await reportOf(30, 0);
  const [failure] = report.failures;
  assert(failure !== undefined && report.failures.length <= 10);
  assertEquals(
    failure.command,
    `likes sim --servers 5 --lifetime 30s --spawn-interval 100ms --delivery at-least-once --latency exp:20ms --loss 1/5 --crash random:2 --seed ${failure.seed}`,
  );
  assert(/^likes: \d+ counted twice$/.test(failure.reason), failure.reason);
});

for (const workers of [0, 2]) {
  Deno.test({
    name:
      `simulateMany() leaves out what was done before, with ${workers} workers`,
    ignore: workers > 0 && !granted({ read: ["."] }),
    fn: async () => {
      const told: number[] = [];
      const isDone = (i: number) => i % 3 !== 0 && i < 25;
      const done = await simulateMany({ ...runs(30), isDone }, {
        workers,
        onOutcome: (_outcome, i) => void told.push(i),
      });
      const wanted = Array.from({ length: 30 }, (_, i) => i)
        .filter((i) => !isDone(i));
      assertEquals([done, told.sort((a, b) => a - b)], [wanted.length, wanted]);
    },
  });

  Deno.test({
    name:
      `simulateMany() waits for those who keep its outcomes, with ${workers} workers`,
    ignore: workers > 0 && !granted({ read: ["."] }),
    fn: async () => {
      const stop = new AbortController();
      const held = Promise.withResolvers<void>();
      let waiting = 0;
      const done = simulateMany(runs(1000), {
        workers,
        signal: stop.signal,
        caughtUp: () => {
          waiting++;
          if (waiting === Math.max(1, workers)) {
            stop.abort();
            held.resolve();
          }
          return held.promise;
        },
        onOutcome: () => {},
      });
      // One run, or a portion of 64 for each worker.
      assertEquals(await done, workers === 0 ? 1 : 128);
    },
  });
}
