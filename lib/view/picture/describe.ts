/**
 * A picture in words, for screen readers.
 *
 * @module
 */
import { grouped } from "../../verdict/explain.ts";
import { describeFault } from "./fault_marks.ts";
import { formatSeconds, quantity } from "../numbers.ts";
import type { RunPicture } from "./picture.ts";
import { wordsOf } from "./words.ts";

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
  const words = wordsOf(picture.setting);
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
    `${words.title} over ${formatSeconds(nowSeconds)}:`,
    generated === null ? "" : `${grouped(generated)} ${words.generated},`,
    counted === null
      ? `those at ${words.where} are not known.`
      : `${grouped(counted)} at ${words.where}.`,
    generated === null || counted === null
      ? ""
      : `Largest gap ${quantity(largest, words.one)}, highest staleness ${
        formatSeconds(stalest)
      }.`,
    apart === undefined
      ? ""
      : `Largest spread of the ${words.holder}s ${quantity(apart, words.one)}.`,
    told.length === 0
      ? "No faults at planned times."
      : `Faults: ${told.join("; ")}${more > 0 ? `; and ${more} more` : ""}.`,
  ].filter((part) => part !== "").join(" ");
}
