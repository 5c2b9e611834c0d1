import { assert, assertEquals } from "@std/assert";
import { parseInvocation } from "../../../lib/cli/invocation.ts";
import { runCommand } from "../../../lib/options/format_run.ts";
import type { RunOptions } from "../../../lib/options/run_options.ts";
import { runsOfFewer } from "../../../lib/sim/runs/fewer_nodes.ts";
import { Simulation } from "../../../lib/sim/simulation.ts";
import { type RunChanges, runOf } from "../runs_of_tests.ts";

const ALL: RunChanges = { writeTo: "all", gossip: null, readFrom: "all" };

const STORES: readonly RunChanges[] = [
  {
    ...ALL,
    ...{ replicas: 4, readers: 3, writeQuorum: 2, readQuorum: 2 },
    ...{ readRepair: "before", readAfterTicks: 100 },
  },
  {
    ...ALL,
    ...{ replicas: 4, readers: 3, readFrom: "any", readQuorum: 2 },
    readRepair: "after",
  },
  { ...ALL, replicas: 4, readers: 3, writeQuorum: 3, readRepair: "after" },
  {
    ...{ replicas: 4, readers: 3, writeTo: "all", readFrom: "home" },
    readRepair: "before",
  },
  { ...ALL, ...{ replicas: 3, readAfterTicks: 0, readQuorum: 2 } },
  { replicas: 4, readers: 3, writeTo: "any", readFrom: "any" },
  {
    ...{ replicas: 4, readers: 3, failover: false, readFrom: "all" },
    ...{ readQuorum: 3, delivery: "dedup" },
  },
  {
    ...{ replicas: 4, readers: 3, failover: false, readFrom: "any" },
    ...{ readAfterTicks: 0, delivery: "at-least-once" },
  },
  { replicas: 4, readers: 0, failover: false, gossipStyle: "push" },
];

/** Faults of every kind of process that a run has. */
function storm({ readers, gossip, readAfterTicks }: RunOptions): RunOptions {
  const hasReads = readers > 0 || readAfterTicks !== null;
  return runOf({
    faults: {
      ...{ latency: "exp:20ms", ackLatency: "3ms", loss: "1/10" },
      ...gossip !== null && { peerLatency: "9ms" },
      ...hasReads && { readLatency: "exp:5ms" },
      partition: [
        "3s..6s:primary2",
        "5s..9s:primary0,LikesServer0-2--primary1",
        ...readers === 0 ? [] : [
          "4s..8s:Reader0-1",
          "6s..7s:Reader1:->primary",
          "6s..7s:Reader2,LikesServer0--primary2",
        ],
      ],
      crash: ["primary1@8s+2s", "LikesServer1@9s+1s"],
      pause: ["primary2@11s+1s"],
    },
    ...{ replicas: 4, readers, readAfterTicks },
  });
}

for (const store of STORES) {
  Deno.test(`runsOfFewer() proposes only runs that can be, and whose commands are those runs: ${JSON.stringify(store)}`, () => {
    const small = { servers: 3, lifetimeTicks: 150_000 };
    const { faults } = storm(runOf(store));
    const replicas = store.replicas ?? 4;
    const first = runOf({
      ...{ ...small, ...store },
      faults: replicas === 4 ? faults : {},
    });
    const seen = new Map<string, RunOptions>();
    const left = [first];
    for (let run = left.pop(); run !== undefined; run = left.pop()) {
      const command = runCommand("likes", "sim", run);
      if (seen.has(command)) continue;
      seen.set(command, run);
      left.push(...runsOfFewer(run));
      // That it can be: a plan that does not fit is refused.
      const { replicas } = new Simulation(run).options;
      assertEquals(replicas, run.replicas);
      const words = command.split(" ").slice(1)
        .map((word) => word.replaceAll("'", ""));
      const invocation = parseInvocation(words, {
        program: "likes",
        drawSeed: () => -1,
      });
      assert(invocation.command === "sim");
      assertEquals(invocation.options.run, run, command);
    }
    const fewest = Math.min(...[...seen.values()].map((run) => run.replicas));
    const { writeTo, writeQuorum, readQuorum, readAfterTicks } = first;
    const least = writeTo === "all" ? 2 : 1;
    // Without readers nobody waits for so many answers.
    const answers = readAfterTicks === null ? 1 : readQuorum;
    assertEquals(fewest, Math.max(least, writeQuorum, answers));
  });
}
