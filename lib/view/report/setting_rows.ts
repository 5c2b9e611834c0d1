/**
 * What a run was told and what it cost, as rows of a table.
 *
 * @module
 */
import { grouped } from "../../verdict/explain.ts";
import { describeFault } from "../picture/fault_marks.ts";
import { formatSeconds } from "../numbers.ts";
import type { RunPicture } from "../picture/picture.ts";
import { describeCost, describeStop } from "../verdict_words.ts";

/** A name, what is said of it, and whether that is typed on a command line. */
export type SettingRow = readonly [
  name: string,
  value: string,
  isCode?: boolean,
];

/** Faults that are told one by one. */
const FAULTS_TOLD_MAX = 20;

const WORLDS = {
  live: "live: real processes and real TCP",
  virtual: "virtual: the same rules in simulated time",
  primary: "a primary alone",
} as const;

/**
 * Lists what a run was told and, once it is over, what it cost.
 *
 * @param picture What is shown of it.
 * @returns Rows; those that do not apply are left out.
 */
export function settingRows(
  { setting, faults, verdict }: RunPicture,
): SettingRow[] {
  const { world, delivery, seed, servers, plannedSeconds } = setting;
  const rows: SettingRow[] = [["world", WORLDS[world]]];
  if (delivery !== undefined) rows.push(["delivery", delivery]);
  if (servers !== undefined) rows.push(["likes servers", grouped(servers)]);
  if (plannedSeconds !== undefined) {
    rows.push(["lifetimes end at", formatSeconds(plannedSeconds)]);
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
    const told = faults.slice(0, FAULTS_TOLD_MAX).map(describeFault);
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
