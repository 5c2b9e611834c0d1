/**
 * The key of the stage: what each shape of a message means.
 *
 * @module
 */
/// <reference lib="dom" />
import type { RunOptions } from "../../../options/run_options.ts";
import { element } from "../dom.ts";

type Entry = readonly [className: string, sign: string, text: string];

const OF_REPORTS: readonly Entry[] = [
  ["report", "7", "report, with its likes"],
  ["report repeat", "7", "sent again"],
  ["report copy", "7", "copied by the network"],
  ["reply", "✓", "ACK"],
  ["lost", "✗", "lost"],
];
const OF_GOSSIP: readonly Entry[] = [
  ["exchange", "3", "gossip, with its entries"],
  ["exchange back", "3", "gossip replied"],
];
const OF_READS: readonly Entry[] = [
  ["read", "?", "read"],
  ["answer", "✓", "fresh answer"],
  ["stale", "−2", "stale answer, with the versions that it lacks"],
];
const OF_REPAIRS: readonly Entry[] = [["repair", "+", "read repair"]];
const OF_REPLICAS =
  "In a replica: its likes, what it lacks of the likes that any replica has counted, and of those that were drawn.";
const OF_BACK = "↶ an answer older than one that the reader had before.";

/** The key of the stage. */
export class StageKey {
  /** The root element, to be put into the page. */
  readonly root: HTMLElement = element("p", { class: "stage-key" });

  /**
   * Shows what a run has.
   *
   * @param options The run.
   */
  show(options: RunOptions): void {
    const { replicas, gossip, readers, readAfterTicks, readRepair } = options;
    const hasReads = readers > 0 || readAfterTicks !== null;
    const entries = [
      ...OF_REPORTS,
      ...replicas > 1 && gossip !== null ? OF_GOSSIP : [],
      ...hasReads ? OF_READS : [],
      ...readRepair === "off" ? [] : OF_REPAIRS,
    ];
    this.root.replaceChildren(
      ...entries.map(([name, sign, text]) =>
        element(
          "span",
          {},
          element(
            "i",
            { class: name, "aria-hidden": "true" },
            element("b", {}, sign),
          ),
          text,
        )
      ),
      ...replicas > 1 ? [element("span", {}, OF_REPLICAS)] : [],
      ...hasReads ? [element("span", {}, OF_BACK)] : [],
    );
  }
}
