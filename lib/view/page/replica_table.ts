/**
 * The table of replicas.
 *
 * @module
 */
/// <reference lib="dom" />
import { formatNumber, highestOf, quantity } from "../numbers.ts";
import type { RunPicture } from "../picture/picture.ts";
import { wordsOf } from "../picture/words.ts";
import { element, fillRows, scrollingTable, setText } from "./dom.ts";

/** A table with a row for each replica; hidden where there is one. */
export class ReplicaTable {
  /** The root element, to be put into the page. */
  readonly root: HTMLElement;
  readonly #body = element("tbody");
  readonly #note = element("p", { class: "note" });
  readonly #title = element("h2", {}, "Replicas");

  /** An empty table. */
  constructor() {
    this.root = element(
      "section",
      { class: "replicas", hidden: "" },
      this.#title,
      scrollingTable(
        "Replicas",
        ["replica", "state", "likes", "behind the one with the most"],
        this.#body,
      ),
      this.#note,
    );
  }

  /**
   * Shows a run.
   *
   * @param picture The picture of the run.
   */
  show({ replicas, setting }: RunPicture): void {
    this.root.hidden = replicas === undefined;
    if (replicas === undefined) return;
    const words = wordsOf(setting);
    const [holder, , many] = this.root.querySelectorAll("thead th");
    setText(this.#title, words.holder === "node" ? "Nodes" : "Replicas");
    if (holder) setText(holder, words.holder);
    if (many) setText(many, words.many);
    const most = highestOf(replicas.map(({ counted }) => counted));
    const rows = replicas.map(({ state, counted }, replica) => [
      words.nameOf(replica),
      state,
      formatNumber(counted),
      formatNumber(counted === null ? null : most - counted),
    ]);
    fillRows(this.#body, rows);
    replicas.forEach(({ state }, replica) => {
      this.#body.rows[replica]!.cells[1]!.className = `state ${state}`;
    });
    const hidden = (setting.replicas ?? 0) - replicas.length;
    setText(
      this.#note,
      hidden > 0
        ? `${quantity(hidden, "more is", "more are")} not listed.`
        : "",
    );
  }
}
