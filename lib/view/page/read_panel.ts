/**
 * Reads and acknowledgements while a run goes on.
 *
 * @module
 */
/// <reference lib="dom" />
import type { Verdict } from "../../verdict/verdict.ts";
import { svgFreshAfter } from "../chart/svg_fresh.ts";
import { formatShare } from "../numbers.ts";
import type { RunPicture } from "../picture/picture.ts";
import { readsText, theoryText } from "../replica_words.ts";
import { MEASURE_HEADINGS, readMeasureRows } from "../verdict_words.ts";
import { element, fillRows, scrollingTable, setText } from "./dom.ts";

/** The narrowest picture, in pixels: on a smaller screen it is scaled down. */
const WIDTH_MIN = 360;

/**
 * The quantiles of reads and acknowledgements, and the share of fresh reads by
 * time; hidden where neither is measured.
 */
export class ReadPanel {
  /** The root element, to be put into the page. */
  readonly root: HTMLElement;
  readonly #body = element("tbody");
  readonly #sums = element("p", { class: "note" });
  readonly #curve = element("div", { class: "curve" });
  readonly #caption = element("p", { class: "note" });
  #drawn = "";

  /** An empty panel. */
  constructor() {
    this.root = element(
      "section",
      { class: "readings", hidden: "" },
      element("h2", {}, "Reads and acknowledgements"),
      this.#sums,
      scrollingTable(
        "Reads and acknowledgements",
        ["so far", ...MEASURE_HEADINGS],
        this.#body,
      ),
      this.#curve,
      this.#caption,
    );
  }

  /**
   * Shows a run.
   *
   * @param picture The picture of the run.
   */
  show({ setting, readMeasures, acknowledgements, verdict }: RunPicture): void {
    const told: Partial<Verdict> = {
      ...acknowledgements,
      ...readMeasures !== undefined && { reads: readMeasures },
      ...verdict,
    };
    const { reads, writesUnserved } = told;
    const rows = readMeasureRows(told);
    this.root.hidden = rows.length === 0;
    if (rows.length === 0) return;
    setText(
      this.#sums,
      [
        ...reads === undefined ? [] : [readsText(reads, reads.fresh)],
        ...writesUnserved === undefined ? [] : [
          `${formatShare(writesUnserved)} of the writes unserved`,
        ],
      ].join("; "),
    );
    fillRows(this.#body, rows);
    const { freshAfter = [] } = reads ?? {};
    const width = Math.max(WIDTH_MIN, Math.floor(this.root.clientWidth));
    const theory = setting.readTheory?.predicted?.freshAfter ?? [];
    const drawn = svgFreshAfter(freshAfter, { width, theory });
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#curve.innerHTML = drawn;
    setText(this.#caption, drawn === "" ? "" : theoryText(setting.readTheory));
  }
}
