/**
 * The setting of a run and its cost, as rows of a table.
 *
 * @module
 */
import { grouped } from "../../verdict/explain.ts";
import { describeFault } from "../picture/fault_marks.ts";
import { type Fact, knownFacts } from "../facts.ts";
import { formatSeconds } from "../numbers.ts";
import type {
  FaultMark,
  QuorumSetting,
  RunPicture,
} from "../picture/picture.ts";
import { wordsOf } from "../picture/words.ts";
import { describeCost, describeStop } from "../verdict_words.ts";

/** The part of a picture that tells of its setting. */
export type SettingPicture = Pick<RunPicture, "setting" | "faults" | "verdict">;

/** The most faults that are described one by one. */
const FAULTS_DESCRIBED_MAX = 20;

const WORLDS = {
  live: "live: real processes and real TCP",
  virtual: "virtual: the same rules in simulated time",
  primary: "a primary alone",
  hosted: "hosted: other people's programs as the nodes",
} as const;

/**
 * Lists the setting of a run and, once it is over, its cost.
 *
 * @param picture The picture of the run.
 * @returns Rows; those that do not apply are left out.
 */
export function settingRows(
  { setting, faults, verdict }: SettingPicture,
): Fact[] {
  const { world, seed, servers, replicas, readers } = setting;
  const { quorums, plannedSeconds, faultFlags = [], command } = setting;
  const { digest, stopped } = verdict ?? {};
  return knownFacts([
    ["world", WORLDS[world]],
    ["delivery", setting.delivery],
    ["workload", setting.workload],
    ["likes servers", servers !== undefined && grouped(servers)],
    [
      `${wordsOf(setting).holder}s`,
      replicas !== undefined && grouped(replicas),
    ],
    ["readers", readers !== undefined && grouped(readers)],
    ["writes", quorums && writesText(quorums)],
    ["reads", quorums?.reads && readsText(quorums.reads)],
    [
      world === "hosted" ? "planned end" : "lifetimes end at",
      plannedSeconds !== undefined && formatSeconds(plannedSeconds),
    ],
    ["seed", seed !== undefined && String(seed)],
    faultFlags.length > 0
      ? ["faults", faultFlags.join(" "), true]
      : ["faults", world !== "primary" && "none"],
    ["at these times", timesText(faults)],
    ["cost", verdict && describeCost(verdict)],
    ["digest", digest, true],
    ["stopped", stopped && describeStop(stopped)],
    ["reproduce", command, true],
  ]);
}

function timesText(faults: readonly FaultMark[]): string {
  const told = faults.slice(0, FAULTS_DESCRIBED_MAX).map(describeFault);
  const more = faults.length - told.length;
  return told.join("; ") + (more > 0 ? `; and ${grouped(more)} more` : "");
}

function writesText({ writeTo, writeQuorum }: QuorumSetting): string {
  if (writeTo === "all") {
    return `to all replicas, acknowledged by W = ${writeQuorum} of them`;
  }
  return writeTo === "any" ? "to any replica" : "to a replica that is home";
}

function readsText(
  { readFrom, readQuorum, readRepair, readAfterSeconds }: NonNullable<
    QuorumSetting["reads"]
  >,
): string {
  return [
    readFrom === "all"
      ? `from all replicas, the newest of the first R = ${readQuorum} answers`
      : readFrom === "any"
      ? `from R = ${readQuorum} of the replicas, drawn for each read`
      : "from a replica that is home",
    ...readRepair === "off" ? [] : [`repair ${readRepair} the answer`],
    ...readAfterSeconds === undefined ? [] : [
      `likes servers read their own ${
        formatSeconds(readAfterSeconds)
      } after each acknowledgement`,
    ],
  ].join("; ");
}
