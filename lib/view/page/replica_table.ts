/**
 * The table of replicas.
 *
 * @module
 */
/// <reference lib="dom" />
import { formatNumber, highestOf, quantity } from "../numbers.ts";
import type { RunPicture } from "../picture/picture.ts";
import { wordsOf } from "../picture/words.ts";
import { element, scrollingTable, setText } from "./dom.ts";

/** A table with a row for each replica; hidden where there is one. */
export class ReplicaTable {
  /** The root element, to be put into the page. */
  readonly root: HTMLElement;
  readonly #body = element("tbody");
  readonly #note = element("p", { class: "note" });
  readonly #rows: (readonly HTMLElement[])[] = [];
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
    replicas.forEach(({ state, counted }, replica) => {
      const [word, likes, behind] = this.#rows[replica] ??= this.#row(
        words.nameOf(replica),
      );
      if (!word || !likes || !behind) return;
      setText(word, state);
      word.className = `state ${state}`;
      setText(likes, formatNumber(counted));
      setText(behind, formatNumber(counted === null ? null : most - counted));
    });
    this.#rows.forEach(([word], replica) => {
      const row = word?.closest("tr");
      if (row) row.hidden = replica >= replicas.length;
    });
    const hidden = (setting.replicas ?? 0) - replicas.length;
    setText(
      this.#note,
      hidden > 0
        ? `${quantity(hidden, "more is", "more are")} not listed.`
        : "",
    );
  }

  #row(name: string): HTMLElement[] {
    const state = element("span", { class: "state" });
    const numbers = [0, 1].map(() => element("td", { class: "number" }));
    this.#body.append(
      element(
        "tr",
        {},
        element("th", { scope: "row" }, name),
        element("td", {}, state),
        ...numbers,
      ),
    );
    return [state, ...numbers];
  }
}
