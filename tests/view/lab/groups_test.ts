import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { readerNode, replicaNode } from "../../../lib/domain/nodes.ts";
import { parseFaultPlan } from "../../../lib/faults/parse.ts";
import type { FaultDraft } from "../../../lib/view/lab/fault_drafts.ts";
import {
  groupsOf,
  NO_GROUPS,
  regroup,
  whoOfGroups,
  withProcess,
} from "../../../lib/view/lab/groups.ts";
import { DEFAULT_SETTING } from "../../../lib/view/lab/setting.ts";

const RUN = { ...DEFAULT_SETTING, servers: 4, replicas: 3, readers: 2 };
const NODES = [
  ...[0, 1, 2].map(replicaNode),
  ...[0, 1, 2, 3],
  ...[0, 1].map(readerNode),
];

Deno.test("groupsOf() reads what whoOfGroups() writes, for any groups that cut something", () => {
  const group = fc.constantFrom(null, "A" as const, "B" as const);
  const drawn = fc.array(group, {
    minLength: NODES.length,
    maxLength: NODES.length,
  });
  fc.assert(fc.property(drawn, (groups) => {
    let made = NO_GROUPS;
    NODES.forEach((node, i) => {
      made = regroup(made, node, groups[i] ?? null);
    });
    const who = whoOfGroups(made, RUN.replicas);
    try {
      const partition = who === "all" ? "10s..20s" : `10s..20s:${who}`;
      parseFaultPlan({ partition: [partition] }, RUN);
    } catch {
      return; // nothing passes between these anyway
    }
    const read = groupsOf(who, RUN);
    const names = new Set([...made.values()]);
    // A group alone is cut off from everybody else, whatever it is called.
    const expected = names.size === 1
      ? new Map([...made.keys()].map((node) => [node, "A" as const]))
      : made;
    const sorted = (map: ReadonlyMap<number, string>) =>
      [...map].sort(([one], [other]) => one - other);
    assertEquals(sorted(read), sorted(expected));
  }));
});

Deno.test("regroup() takes a process out of its group again", () => {
  const groups = regroup(regroup(NO_GROUPS, -1, "A"), 3, "B");
  assertEquals([...regroup(groups, 3, null)], [[-1, "A"]]);
  assertEquals(whoOfGroups(NO_GROUPS, 3), "all");
  assertEquals(whoOfGroups(regroup(NO_GROUPS, -1, "B"), 1), "primary");
});

Deno.test("withProcess() changes the groups of a partition and keeps its direction", () => {
  const draft: FaultDraft = {
    ...{ kind: "partition", who: "all", cut: "both" },
    ...{ fromTick: 0, untilTick: 10_000 },
  };
  const one = withProcess(draft, -1, "A", RUN);
  assertEquals([one.who, one.cut], ["primary0", "both"]);
  const two = withProcess(one, -3, "B", RUN);
  assertEquals([two.who, two.cut], ["primary0--primary2", "both"]);
  const back = withProcess({ ...two, who: "primary0<-primary2" }, 3, "B", RUN);
  assertEquals([back.who, back.cut], [
    "primary0<-primary2,LikesServer3",
    "both",
  ]);
  const reports = withProcess(
    { ...draft, who: "LikesServer0", cut: "reports" },
    -2,
    "B",
    RUN,
  );
  assertEquals([reports.who, reports.cut], ["LikesServer0->primary1", "both"]);
  const alone = withProcess(reports, -2, null, RUN);
  assertEquals([alone.who, alone.cut], ["LikesServer0", "reports"]);
  const crash: FaultDraft = { ...draft, kind: "crash", who: "primary" };
  assertEquals(withProcess(crash, -2, "A", RUN).who, "primary1");
  assertEquals(withProcess(crash, -2, null, RUN).who, "primary");
});
