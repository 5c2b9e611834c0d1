/**
 * Everything that is measured of replicas over a run.
 *
 * @module
 */
/// <reference lib="dom" />
import type { Verdict } from "../../../verdict/verdict.ts";
import type { Fact } from "../../facts.ts";
import { inWordsOfPage } from "../../lab/setting.ts";
import { replicaFactRows } from "../../replica_words.ts";
import { MEASURE_HEADINGS, timeMeasureRows } from "../../verdict_words.ts";
import { definitions, tableOf } from "../../report/tables.ts";
import { element } from "../dom.ts";

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
    const facts = replicaFactRows(verdict)
      .map(([head, text]): Fact => [head, inWordsOfPage(text)]);
    this.root.hidden = facts.length === 0;
    const head = ["over the run", ...MEASURE_HEADINGS];
    this.root.innerHTML = `<h2>Measured</h2>${definitions(facts)}${
      tableOf("Measured", head, timeMeasureRows(verdict))
    }`;
  }
}
