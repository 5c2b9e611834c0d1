/**
 * Everything that is measured of replicas over a run.
 *
 * @module
 */
/// <reference lib="dom" />
import type { Verdict } from "../../../verdict/verdict.ts";
import { replicaFactRows } from "../../replica_words.ts";
import { MEASURE_HEADINGS, timeMeasureRows } from "../../verdict_words.ts";
import { element, scrollingTable } from "../dom.ts";

/** Facts and quantiles of a run; hidden where there is one primary. */
export class LabMeasures {
  /** The root element, to be put into the page. */
  readonly root: HTMLElement = element("section", {
    class: "measures",
    hidden: "",
  });

  /**
   * Shows a run.
   *
   * @param verdict The verdict on it.
   */
  show(verdict: Verdict): void {
    const facts = replicaFactRows(verdict);
    this.root.hidden = facts.length === 0;
    const body = element(
      "tbody",
      {},
      ...timeMeasureRows(verdict).map(([name, ...cells]) =>
        element(
          "tr",
          {},
          element("th", { scope: "row" }, name),
          ...cells.map((text) => element("td", { class: "number" }, text)),
        )
      ),
    );
    this.root.replaceChildren(
      element("h2", {}, "Measured"),
      element(
        "dl",
        { class: "setting" },
        ...facts.flatMap(([name, text]) => [
          element("dt", {}, name),
          element("dd", {}, text),
        ]),
      ),
      scrollingTable("Measured", ["over the run", ...MEASURE_HEADINGS], body),
    );
  }
}
