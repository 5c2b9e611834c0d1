/**
 * The setting of a run and its cost, as rows of a table.
 *
 * @module
 */
import { grouped } from "../../verdict/explain.ts";
import { describeFault } from "../picture/fault_marks.ts";
import { formatSeconds } from "../numbers.ts";
import type { QuorumSetting, RunPicture } from "../picture/picture.ts";
import { wordsOf } from "../picture/words.ts";
import { describeCost, describeStop } from "../verdict_words.ts";
import type { SettingRow } from "./tables.ts";

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
): SettingRow[] {
  const { world, delivery, seed, servers, plannedSeconds } = setting;
  const rows: SettingRow[] = [["world", WORLDS[world]]];
  if (delivery !== undefined) rows.push(["delivery", delivery]);
  if (setting.workload !== undefined) {
    rows.push(["workload", setting.workload]);
  }
  if (servers !== undefined) rows.push(["likes servers", grouped(servers)]);
  if (setting.replicas !== undefined) {
    rows.push([`${wordsOf(setting).holder}s`, grouped(setting.replicas)]);
  }
  if (setting.readers !== undefined) {
    rows.push(["readers", grouped(setting.readers)]);
  }
  if (setting.quorums !== undefined) rows.push(...quorumRows(setting.quorums));
  if (plannedSeconds !== undefined) {
    const what = world === "hosted" ? "planned end" : "lifetimes end at";
    rows.push([what, formatSeconds(plannedSeconds)]);
  }
  if (seed !== undefined) rows.push(["seed", String(seed)]);
  const { faultFlags = [], command } = setting;
  if (world !== "primary") {
    rows.push(
      faultFlags.length === 0
        ? ["faults", "none"]
        : ["faults", faultFlags.join(" "), true],
    );
  }
  if (faults.length > 0) {
    const told = faults.slice(0, FAULTS_DESCRIBED_MAX).map(describeFault);
    const more = faults.length - told.length;
    rows.push([
      "at these times",
      told.join("; ") + (more > 0 ? `; and ${grouped(more)} more` : ""),
    ]);
  }
  const { digest, stopped } = verdict ?? {};
  const cost = verdict === undefined ? "" : describeCost(verdict);
  if (cost !== "") rows.push(["cost", cost]);
  if (digest !== undefined) rows.push(["digest", digest, true]);
  if (stopped !== undefined) rows.push(["stopped", describeStop(stopped)]);
  if (command !== undefined) rows.push(["reproduce", command, true]);
  return rows;
}

function quorumRows({ writeTo, writeQuorum, reads }: QuorumSetting) {
  const rows: SettingRow[] = [[
    "writes",
    writeTo === "all"
      ? `to all replicas, acknowledged by W = ${writeQuorum} of them`
      : writeTo === "any"
      ? "to any replica"
      : "to a replica that is home",
  ]];
  if (reads === undefined) return rows;
  const { readFrom, readQuorum, readRepair, readAfterSeconds } = reads;
  const parts = [
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
  ];
  rows.push(["reads", parts.join("; ")]);
  return rows;
}
