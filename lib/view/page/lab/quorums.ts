/**
 * Pairs of read and write quorums side by side.
 *
 * @module
 */
/// <reference lib="dom" />
import type { RunOptions } from "../../../options/run_options.ts";
import { quorumSettingOf } from "../../lab/quorum_setting.ts";
import { inWordsOfPage } from "../../lab/setting.ts";
import { formatMs, formatPercent, UNKNOWN } from "../../numbers.ts";
import {
  type ComparedQuorum,
  quorumCells,
  type QuorumComparison,
  quorumNotes,
} from "../../terminal/quorums_table.ts";
import { remarks, tableOf } from "../../report/tables.ts";
import { button, element, scrollingTable, setText } from "../dom.ts";

/** The pairs of quorums of a run: a square of them, and a table. */
export class LabQuorums {
  /** The root element, to be put into the page. */
  readonly root: HTMLElement;
  readonly #button: HTMLButtonElement;
  readonly #refusal = element("p", { class: "note" });
  readonly #result = element("div", { class: "compared" });
  readonly #onChoose: (run: RunOptions) => void;
  #run: RunOptions | null = null;

  /**
   * @param onCompare Called when a comparison is asked for.
   * @param onChoose Called when a pair is to be looked at.
   */
  constructor(onCompare: () => void, onChoose: (run: RunOptions) => void) {
    this.#onChoose = onChoose;
    this.#button = button("Compare the quorums", onCompare);
    this.root = element(
      "section",
      { class: "quorums" },
      element("h2", {}, "Quorums R and W, same faults and seed"),
      this.#refusal,
      element("p", { class: "actions" }, this.#button),
      this.#result,
    );
  }

  /**
   * Offers the comparison of a run, and removes that of another one.
   *
   * @param options The run.
   */
  clear(options: RunOptions): void {
    const setting = quorumSettingOf(options);
    const isPossible = "run" in setting;
    this.#run = isPossible ? setting.run : null;
    this.root.hidden = options.replicas === 1;
    this.#button.hidden = !isPossible;
    setText(
      this.#refusal,
      isPossible
        ? "All replicas are told and all are asked; a draw is acknowledged by W of them, a read answered by R."
        : inWordsOfPage(setting.refusal),
    );
    this.#result.replaceChildren();
    this.#result.removeAttribute("aria-busy");
  }

  /**
   * Shows the progress of a comparison.
   *
   * @param share From 0 to 1.
   */
  wait(share: number): void {
    this.#result.setAttribute("aria-busy", "true");
    this.#result.textContent = `Comparing: ${Math.round(100 * share)} %`;
  }

  /**
   * Shows a comparison.
   *
   * @param comparison The comparison.
   */
  show(comparison: QuorumComparison): void {
    this.#button.hidden = true;
    this.#result.removeAttribute("aria-busy");
    const [headings = [], ...cells] = quorumCells(comparison);
    const numbers = element("div");
    numbers.innerHTML = remarks([
      "✓ marks R + W > N: any R replicas have one in common with any W.",
    ]) + tableOf("Quorums in numbers", headings, cells) +
      remarks(quorumNotes(comparison).map(inWordsOfPage));
    this.#result.replaceChildren(this.#square(comparison.rows), numbers);
  }

  /** A square of all pairs: a row for each R, a column for each W. */
  #square(rows: readonly ComparedQuorum[]): HTMLElement {
    const sizes = [...new Set(rows.map(({ read }) => read))];
    const lines = sizes.map((read) =>
      element(
        "tr",
        {},
        element("th", { scope: "row" }, `R = ${read}`),
        ...rows.filter((row) => row.read === read)
          .map((row) => this.#pair(row, sizes.length)),
      )
    );
    const square = scrollingTable(
      "Quorums",
      ["", ...sizes.map((write) => `W = ${write}`)],
      element("tbody", {}, ...lines),
    );
    square.classList.add("square");
    return square;
  }

  #pair(
    { read, write, verdicts }: ComparedQuorum,
    replicas: number,
  ): HTMLElement {
    const [verdict] = verdicts;
    const { reads, acknowledgementSeconds } = verdict ?? {};
    const fresh = reads?.fresh === undefined
      ? UNKNOWN
      : formatPercent(reads.fresh);
    const doOverlap = read + write > replicas;
    const ms = (seconds: number | undefined) =>
      seconds === undefined ? UNKNOWN : formatMs(seconds);
    const look = button("", () => {
      if (this.#run === null) return;
      this.#onChoose({ ...this.#run, readQuorum: read, writeQuorum: write });
    }, { title: `Look at R = ${read}, W = ${write}` });
    look.append(
      element("b", {}, `${fresh}${doOverlap ? " ✓" : ""}`),
      element("span", {}, " fresh"),
      element("small", {}, `read ${ms(reads?.seconds?.p50)}`),
      element("small", {}, `write ${ms(acknowledgementSeconds?.p50)}`),
    );
    return element("td", { class: doOverlap ? "overlap" : "" }, look);
  }
}
