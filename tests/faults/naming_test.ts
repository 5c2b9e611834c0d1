import { assertEquals, assertThrows } from "@std/assert";
import {
  type FaultFlags,
  faultFlagsOf,
  parseFaultPlan,
  scheduleFaults,
} from "../../lib/faults/mod.ts";
import { hostNaming } from "../../lib/host/network/naming.ts";
import { faultRunOf } from "../../lib/host/run/fault_run.ts";

const RUN = faultRunOf({
  nodes: 5,
  clients: 10,
  firstNode: 1,
  lifetimeTicks: 200_000,
});

function again(flags: FaultFlags, firstNode = 1): FaultFlags {
  const run = { ...RUN, naming: hostNaming(firstNode) };
  return faultFlagsOf(parseFaultPlan(flags, run), 5, hostNaming(firstNode));
}

Deno.test("parseFaultPlan() reads the names that a run has for its nodes, and faultFlagsOf() writes them again", () => {
  const flags = {
    partition: [
      "5s..10s",
      "5s..10s:n1-2,n4",
      "5s..10s:n1-2--n3-5",
      "5s..10s:n1->n3",
      "5s..10s:c1-3,c7--n2",
      "5s..10s:n1--lin-kv",
      "5s..10s:seq-kv",
      "5s..10s:->n2",
    ],
    crash: ["n1@5s+2s", "n2@6s", "random:2"],
    pause: ["n5@1s+1s"],
  };
  assertEquals(again(flags), flags);
});

Deno.test("parseFaultPlan() counts nodes from where their names do", () => {
  assertEquals(again({ crash: ["n0@5s"] }, 0), { crash: ["n0@5s"] });
  const plans = [["n0@5s", 0], ["n1@5s", 1]] as const;
  const [one, other] = plans.map(([text, first]) =>
    parseFaultPlan({ crash: [text] }, { ...RUN, naming: hostNaming(first) })
  );
  assertEquals(one, other);
});

Deno.test("parseFaultPlan() refuses names of other runs, and says which there are", () => {
  const refusals: [FaultFlags, string][] = [
    [{ partition: ["1s..2s:LikesServer0"] }, "n1,n2, FROM..TO:n1--n2-5"],
    [{ partition: ["1s..2s:n6"] }, "the nodes are n1 to n5"],
    [{ partition: ["1s..2s:n0"] }, "the nodes are n1 to n5"],
    [{ partition: ["1s..2s:c11"] }, "the clients are c1 to c10"],
    [{ partition: ["1s..2s:n3-2"] }, "must not end before it begins"],
    [{ partition: ["1s..2s:c1--c2"] }, "between a node and others only"],
    [{ partition: ["1s..2s:lww-kv"] }, "lin-kv and seq-kv are nodes as well"],
    [{ crash: ["c1@1s"] }, "a crash is written n1@10s+2s"],
    [{ crash: ["lin-kv@1s"] }, "a crash is written n1@10s+2s"],
    [{ pause: ["primary@1s+1s"] }, "a pause is written n1@10s+2s"],
  ];
  for (const [flags, message] of refusals) {
    assertThrows(() => parseFaultPlan(flags, RUN), Error, message);
  }
});

Deno.test("scheduleFaults() draws crashes of those that can be killed", () => {
  const faults = parseFaultPlan({ crash: ["random:20"] }, RUN);
  const { crashes } = scheduleFaults({ ...RUN, faults, seed: 7 });
  const nodes = new Set(crashes.map(({ process }) => process));
  assertEquals(crashes.length, 20);
  assertEquals([...nodes].every((node) => node < 0 && node >= -5), true);
});
