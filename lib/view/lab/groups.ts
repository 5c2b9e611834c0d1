/**
 * The two groups of a partition, as they are put together process by process.
 *
 * @module
 */

import { byNode, nodeName } from "../../domain/nodes.ts";
import { type Cut, namesOf } from "../../faults/format.ts";
import { parseFaultPlan } from "../../faults/parse.ts";
import type { NodeRange, Side } from "../../faults/plan.ts";
import type { RunOptions } from "../../options/run_options.ts";
import type { FaultDraft } from "./fault_drafts.ts";

/** The group of a process in a partition; null: neither. */
export type Group = "A" | "B" | null;

/** Processes in either group. */
export type Groups = ReadonlyMap<number, "A" | "B">;

/** No process in a group. */
export const NO_GROUPS: Groups = new Map();

/** The most processes whose groups are read from a text. */
const NODES_MAX = 10_000;

/**
 * Puts a process into a group, or takes it out.
 *
 * @param groups The groups.
 * @param node The process.
 * @param group Its group from now on.
 * @returns Other groups.
 */
export function regroup(groups: Groups, node: number, group: Group): Groups {
  const changed = new Map(groups);
  if (group === null) changed.delete(node);
  else changed.set(node, group);
  return changed;
}

/**
 * Writes groups as a fault plan names them.
 *
 * @param groups The groups.
 * @param replicas The number of replicas: one alone has no number.
 * @returns Such as `primary0,LikesServer0-4--primary1-2`; `primary2` where one
 * group is empty, which cuts it off from everybody else; `all` where both are.
 *
 * @example Usage
 * ```ts
 * import { whoOfGroups } from "./groups.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const groups = new Map([[-1, "A"], [0, "A"], [1, "A"], [-2, "B"], [-3, "B"]] as const);
 * assertEquals(whoOfGroups(groups, 4), "primary0,LikesServer0-1--primary1-2");
 * assertEquals(whoOfGroups(new Map([[-3, "B"]]), 4), "primary2");
 * ```
 */
export function whoOfGroups(groups: Groups, replicas: number): string {
  const [left, right] = (["A", "B"] as const).map((group) =>
    namesOf(
      rangesOf([...groups].flatMap(([node, of]) => of === group ? [node] : [])),
      replicas,
    )
  );
  return [left, right].filter((names) => names !== "").join("--") || "all";
}

/** Neighbours together, in the order in which fault plans name them. */
function rangesOf(nodes: readonly number[]): NodeRange[] {
  const ranges: { first: number; last: number }[] = [];
  for (const node of [...nodes].sort((one, other) => one - other)) {
    const range = ranges.at(-1);
    // Replicas are below 0, likes servers from 0 on.
    if (range?.last === node - 1 && node !== 0) range.last = node;
    else ranges.push({ first: node, last: node });
  }
  return ranges.sort((one, other) => byNode(one.first, other.first));
}

/**
 * Reads groups from a text.
 *
 * @param who Processes as fault plans name them, or `all`.
 * @param run The run that they are of.
 * @returns The groups: of one side alone that as A; none where the text cannot
 * be read, names all, or too many.
 *
 * @example Usage
 * ```ts
 * import { groupsOf } from "./groups.ts";
 * import { DEFAULT_SETTING } from "./setting.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const run = { ...DEFAULT_SETTING, replicas: 3 };
 * assertEquals(
 *   [...groupsOf("primary0->primary1-2", run)],
 *   [[-1, "A"], [-3, "B"], [-2, "B"]],
 * );
 * assertEquals(groupsOf("nobody", run).size, 0);
 * ```
 */
export function groupsOf(who: string, run: RunOptions): Groups {
  if (who === "" || who === "all") return NO_GROUPS;
  try {
    const { partitions } = parseFaultPlan(
      { partition: [`0s..1s:${who}`] },
      run,
    );
    const [partition] = partitions;
    if (partition === undefined) return NO_GROUPS;
    const { left, right } = partition;
    const [one, other] = left === "others" ? [right, left] : [left, right];
    return new Map([...membersOf(one, "A"), ...membersOf(other, "B")]);
  } catch {
    return NO_GROUPS;
  }
}

/** The arrow between two groups for each direction that is cut. */
const ARROWS: Readonly<Record<Cut, string>> = {
  both: "--",
  reports: "->",
  replies: "<-",
};

/** Two groups with an arrow between them. */
const GROUPS_REGEXP = /^(.+?)(--|->|<-)(.+)$/;

/**
 * The direction in which a fault cuts, wherever it is written.
 *
 * @param fault Whom it hits, and the messages to and from every replica that it
 * cuts.
 * @returns `reports` from the first group to the second, `replies` back.
 */
export function directionOf(
  { who, cut }: Pick<FaultDraft, "who" | "cut">,
): Cut {
  const [, , arrow] = GROUPS_REGEXP.exec(who) ?? [];
  return (Object.keys(ARROWS) as Cut[]).find((one) => ARROWS[one] === arrow) ??
    cut;
}

/**
 * A partition that cuts in a direction.
 *
 * @param who Whom it hits: two groups with any arrow between them, or one side.
 * @param cut The direction.
 * @returns Whom it hits and what it cuts, as a fault plan writes it: between
 * two groups by the arrow, else beside them.
 *
 * @example Usage
 * ```ts
 * import { directed } from "./groups.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(directed("primary0--primary1", "reports"), {
 *   who: "primary0->primary1",
 *   cut: "both",
 * });
 * assertEquals(directed("LikesServer0", "reports").cut, "reports");
 * ```
 */
export function directed(
  who: string,
  cut: Cut,
): Pick<FaultDraft, "who" | "cut"> {
  const [, left, arrow, right] = GROUPS_REGEXP.exec(who) ?? [];
  return arrow === undefined
    ? { who, cut }
    : { who: `${left}${ARROWS[cut]}${right}`, cut: "both" };
}

/**
 * A fault with another process in its groups, or as the one that it hits.
 *
 * @param draft The fault.
 * @param node The process.
 * @param group The group of it in a partition; null: neither.
 * @param run The run.
 * @returns The fault, changed; a crash or a pause hits the process, unless it
 * is taken out.
 */
export function withProcess(
  draft: FaultDraft,
  node: number,
  group: Group,
  run: RunOptions,
): FaultDraft {
  const { replicas } = run;
  if (draft.kind !== "partition") {
    return group === null ? draft : { ...draft, who: nodeName(node, replicas) };
  }
  const groups = regroup(groupsOf(draft.who, run), node, group);
  return {
    ...draft,
    ...directed(whoOfGroups(groups, replicas), directionOf(draft)),
  };
}

function membersOf(
  side: Side,
  group: "A" | "B",
): [node: number, group: "A" | "B"][] {
  if (side === "others") return [];
  const count = side.reduce(
    (sum, { first, last }) => sum + last - first + 1,
    0,
  );
  if (count > NODES_MAX) return [];
  return side.flatMap(({ first, last }) =>
    Array.from(
      { length: last - first + 1 },
      (_, index): [number, "A" | "B"] => [first + index, group],
    )
  );
}
