import { assertEquals } from "@std/assert";
import {
  predictionsOf,
  readTheoryOf,
} from "../../../lib/sim/predict/read_theory.ts";
import { type RunChanges, runOf } from "../runs_of_tests.ts";

const STORE: RunChanges = {
  ...{ replicas: 3, writeTo: "all", gossip: null, readFrom: "all" },
  ...{ readers: 1, writeQuorum: 2, seed: 7 },
  faults: { latency: "exp:20ms", ackLatency: "exp:5ms", readLatency: "3ms" },
};

Deno.test("readTheoryOf() predicts with the quorums, latencies and seed of the run", () => {
  const run = runOf(STORE);
  const { predicted, without } = readTheoryOf(run);
  assertEquals(without, undefined);
  assertEquals([predicted?.read, predicted?.write], [1, 2]);
  const all = predictionsOf(run, { readQuorum: null, writeQuorum: null });
  assertEquals(all.length, 9);
  assertEquals(predicted, all[1]);
  assertEquals(predicted?.readSeconds.p99, 0.006);
});

Deno.test("readTheoryOf() has acknowledgements and reads take as long as reports unless they say", () => {
  const short = runOf({ ...STORE, faults: { latency: "exp:20ms" } });
  const long = runOf({
    ...STORE,
    faults: {
      latency: "exp:20ms",
      ackLatency: "exp:20ms",
      readLatency: "exp:20ms",
    },
  });
  assertEquals(readTheoryOf(short), readTheoryOf(long));
});

Deno.test("readTheoryOf() names what the model does not know, and predicts nothing then", () => {
  const faults = { latency: "exp:20ms" };
  const cases: [changes: RunChanges, without: string[]][] = [
    [{ replicas: 1, writeQuorum: 1 }, ["a single primary"]],
    [{ replicas: 33 }, ["33 replicas"]],
    [{ writeTo: "home", writeQuorum: 1 }, ["--write-to home"]],
    [{ readFrom: "any" }, ["--read-from any"]],
    [{ gossip: runOf().gossip, readRepair: "after" }, [
      "gossip",
      "read repair",
    ]],
    [{ faults: { ...faults, loss: "1/10" } }, ["losses"]],
    [{ faults: { ...faults, ackLoss: "1/10" } }, ["losses"]],
    [{ faults: { ...faults, duplicate: "1/10" } }, ["copies of messages"]],
    [{ faults: { ...faults, partition: ["1s..2s"] } }, ["partitions"]],
    [{ faults: { ...faults, crash: ["random:1"] } }, ["crashes"]],
    [
      {
        faults: {
          ...faults,
          crash: ["primary0@1s+1s"],
          pause: ["primary1@1s+1s"],
        },
      },
      ["crashes", "pauses"],
    ],
  ];
  for (const [changes, without] of cases) {
    assertEquals(readTheoryOf(runOf({ ...STORE, ...changes })), { without });
  }
});
