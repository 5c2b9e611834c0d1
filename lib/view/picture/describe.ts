/**
 * A picture in words, for screen readers.
 *
 * @module
 */
import { grouped } from "../../verdict/explain.ts";
import { describeFault } from "./fault_marks.ts";
import { formatSeconds, highestOf, quantity } from "../numbers.ts";
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
      : `Largest gap ${quantity(highestOf(series.gapMax), words.one)}${
        series.staleness.every((seconds) => seconds === null)
          ? ""
          : `, highest staleness ${formatSeconds(highestOf(series.staleness))}`
      }.`,
    spread === undefined
      ? ""
      : `Largest spread of the ${words.holder}s ${
        quantity(highestOf(spread), words.one)
      }.`,
    told.length === 0
      ? "No faults at planned times."
      : `Faults: ${told.join("; ")}${more > 0 ? `; and ${more} more` : ""}.`,
  ].filter((part) => part !== "").join(" ");
}
