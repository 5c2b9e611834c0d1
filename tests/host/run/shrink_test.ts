import { assert, assertEquals } from "@std/assert";
import { replicaNode } from "../../../lib/domain/nodes.ts";
import { parseFaultPlan } from "../../../lib/faults/parse.ts";
import { faultRunOf } from "../../../lib/host/run/fault_run.ts";
import type { HostRun } from "../../../lib/host/run/options.ts";
import {
  ATTEMPTS_MAX,
  shrinkHostRun,
  type ShrunkHostRun,
} from "../../../lib/host/run/shrink.ts";
import type { OperationVerdict } from "../../../lib/verdict/operations/verdict.ts";
import { hosted, ignore, NODES } from "../hosted.ts";

const SHAPE = { nodes: 5, clients: 10, firstNode: 1, lifetimeTicks: 200_000 };

const RUN: HostRun = {
  ...SHAPE,
  workload: "broadcast",
  rate: 100,
  drainTicks: 0,
  timeoutTicks: 10_000,
  topology: "grid",
  likesMin: 0,
  likesMax: 42,
  seed: 7,
  faults: parseFaultPlan({
    loss: "0.1",
    crash: ["random:2", "n2@1s+2s"],
    pause: ["n4@15s+1s"],
    partition: ["2s..8s:n1--n2-5", "3s..4s:n5"],
  }, faultRunOf(SHAPE)),
  program: "./program",
  args: [],
};

/** A verdict as far as a search looks at it. */
function verdictOf(...kinds: string[]): OperationVerdict {
  return {
    passed: kinds.length === 0,
    findings: kinds.map((kind) => ({ kind, text: kind })),
    complaints: [],
  } as unknown as OperationVerdict;
}

function shrunkWith(
  judge: (run: HostRun, attempt: number) => OperationVerdict | null,
  signal = new AbortController().signal,
): Promise<ShrunkHostRun> {
  let attempt = 0;
  return shrinkHostRun(RUN, {
    attempt: (run) => Promise.resolve(judge(run, attempt++)),
    signal,
    onKept() {},
  });
}

const isKilled = ({ faults }: HostRun) =>
  faults.crashes.some(({ process }) => process === replicaNode(1));

Deno.test("shrinkHostRun() finds the fault, the nodes and the operations that are needed", async () => {
  const { kept, verdict } = await shrunkWith((run) =>
    isKilled(run) && run.rate >= 10 ? verdictOf("lost") : verdictOf()
  );
  const { run, failed, attempts } = kept.at(-1)!;
  assertEquals(kept[0]!.run.nodes, 5);
  assertEquals([run.nodes, run.lifetimeTicks, run.rate], [2, 12_000, 12]);
  const { crashes, randomCrashes, partitions, pauses, reportLoss } = run.faults;
  assertEquals(
    crashes.map((
      { process, atTick, downTicks },
    ) => [process, atTick, downTicks]),
    [[replicaNode(1), 10_000, 1000]],
  );
  assertEquals(
    [randomCrashes, partitions.length, pauses.length, reportLoss.value],
    [0, 0, 0, 0],
  );
  assertEquals(failed, attempts);
  assertEquals(verdict?.findings[0]?.kind, "lost");
});

Deno.test("shrinkHostRun() tries a run again that does not fail each time, and counts how often it did", async () => {
  const { kept } = await shrunkWith((run, attempt) =>
    isKilled(run) && attempt % 2 === 1 ? verdictOf("lost") : verdictOf()
  );
  const { run, failed, attempts } = kept.at(-1)!;
  assertEquals([run.nodes, run.faults.partitions.length], [2, 0]);
  assert(failed >= 1 && failed < attempts, `${failed} of ${attempts}`);
});

Deno.test("shrinkHostRun() keeps no run that fails in another way", async () => {
  const { kept } = await shrunkWith((run) =>
    verdictOf(run.nodes === 5 ? "lost" : "nothing done")
  );
  assertEquals(kept.at(-1)!.run.nodes, 5);
});

Deno.test("shrinkHostRun() keeps nothing of a run that does not fail, and the smallest so far when it is stopped", async () => {
  const passing = await shrunkWith(() => verdictOf());
  assertEquals([passing.kept.length, passing.attempts], [0, ATTEMPTS_MAX]);
  const stop = new AbortController();
  const stopped = await shrunkWith((_, attempt) => {
    if (attempt < 2) return verdictOf("lost");
    stop.abort();
    return null;
  }, stop.signal);
  assertEquals(stopped.kept.length, 2);
});

Deno.test({
  name: "host --shrink says with how little a run still fails, and how often",
  ignore,
  async fn() {
    const told = await hosted(
      [
        ...["--shrink", "--workload", "g-set", "--nodes", "2", "--rate", "4"],
        ...["--lifetime", "0.5s", "--drain", "0s", "--timeout", "0.5s"],
        ...["--crash", "n2@0.2s+0.1s"],
      ],
      [`${NODES}silent_set.py`],
    );
    const { code, smallest, command } = told as unknown as {
      code: number;
      command: string;
      smallest: { nodes: number; faults: string[]; failed: number };
    };
    assertEquals(code, 0);
    assertEquals([smallest.nodes, smallest.faults], [2, []]);
    assert(smallest.failed >= 1);
    assert(command.includes("--nodes 2"), command);
    assert(command.endsWith(`-- ${NODES}silent_set.py`), command);
  },
});
