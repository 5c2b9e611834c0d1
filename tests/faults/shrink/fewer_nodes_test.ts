import { assertEquals } from "@std/assert";
import { replicaNode } from "../../../lib/domain/nodes.ts";
import { parseFaultPlan } from "../../../lib/faults/parse.ts";
import { fewer, planOf } from "../../../lib/faults/shrink/fewer_nodes.ts";
import { threeReplicas } from "../runs.ts";

Deno.test("fewer() tries the least, half and one less, each once and none that is not less", () => {
  assertEquals(fewer(10, 1), [1, 5, 9]);
  assertEquals(fewer(10, 6), [6, 9]);
  assertEquals(fewer(3, 1), [1, 2]);
  assertEquals(fewer(2, 0), [0, 1]);
  assertEquals(fewer(1, 1), []);
});

Deno.test("planOf() leaves out faults of replicas and readers that a run does not have, and no other", () => {
  const plan = parseFaultPlan({
    crash: ["primary0@5s+1s", "primary2@5s+1s", "LikesServer9@20s+1s"],
    pause: ["primary2@9s+1s", "primary1@9s+1s"],
    partition: ["1s..2s", "3s..4s:primary0--primary2", "5s..6s:primary1-2"],
  }, threeReplicas());
  const { crashes, pauses, partitions } = planOf(plan, {
    replicas: 2,
    readers: 0,
  });
  assertEquals(crashes.map(({ process }) => process), [replicaNode(0), 9]);
  assertEquals(pauses.map(({ process }) => process), [replicaNode(1)]);
  const one = { first: replicaNode(1), last: replicaNode(1) };
  assertEquals(partitions.map(({ fromTick, left }) => [fromTick, left]), [
    [10_000, "others"],
    [50_000, [one]],
  ]);
});
