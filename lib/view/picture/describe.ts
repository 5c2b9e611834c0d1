/**
 * A picture in words, for screen readers.
 *
 * @module
 */
import { grouped } from "../../verdict/explain.ts";
import { describeFault } from "./fault_marks.ts";
import { formatSeconds, quantity } from "../numbers.ts";
import type { RunPicture } from "./picture.ts";

/** The most faults that are described one by one. */
const FAULTS_DESCRIBED_MAX = 5;

/**
 * Describes the lines of a run.
 *
 * @param picture The picture of the run.
 * @returns Several sentences.
 */
export function describePicture(picture: RunPicture): string {
  const { nowSeconds, generated, counted, faults, series } = picture;
  const { spread } = series;
  const place = spread === undefined ? "the primary" : "the replicas";
  const apart = spread?.reduce<number>(
    (max, likes) => Math.max(max, likes ?? 0),
    0,
  );
  const largest = series.gapMax.reduce<number>(
    (max, gap) => Math.max(max, gap ?? 0),
    0,
  );
  const stalest = series.staleness.reduce<number>(
    (max, age) => Math.max(max, age ?? 0),
    0,
  );
  const told = faults.slice(0, FAULTS_DESCRIBED_MAX).map(describeFault);
  const more = faults.length - told.length;
  return [
    `Likes over ${formatSeconds(nowSeconds)}:`,
    generated === null ? "" : `${grouped(generated)} generated,`,
    counted === null
      ? `those at ${place} are not known.`
      : `${grouped(counted)} at ${place}.`,
    generated === null || counted === null
      ? ""
      : `Largest gap ${quantity(largest, "like")}, highest staleness ${
        formatSeconds(stalest)
      }.`,
    apart === undefined
      ? ""
      : `Largest spread of the replicas ${quantity(apart, "like")}.`,
    told.length === 0
      ? "No faults at planned times."
      : `Faults: ${told.join("; ")}${more > 0 ? `; and ${more} more` : ""}.`,
  ].filter((part) => part !== "").join(" ");
}
