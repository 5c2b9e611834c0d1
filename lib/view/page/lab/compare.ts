/**
 * The delivery modes side by side.
 *
 * @module
 */
/// <reference lib="dom" />
import type { Delivery } from "../../../domain/delivery.ts";
import type { ComparedMode, ComparedModes } from "../../lab/requests.ts";
import { formatNumber, formatSeconds, formatShare } from "../../numbers.ts";
import { svgTimeline } from "../../chart/svg_timeline.ts";
import { convergenceText } from "../../verdict_words.ts";
import { remarks, tableOf } from "../../report/tables.ts";
import { button, element } from "../dom.ts";

const HEADER = [
  "mode",
  "converged",
  "generated",
  "counted",
  "lost",
  "counted twice",
  "undelivered",
  "agree after",
  "staleness p99",
  "messages",
];

/**
 * Width of a still picture's own coordinates: near to that on the screen, so
 * that its text can be read.
 */
const STILL_WIDTH = 240;

/** The delivery modes: a picture of each, and a table. */
export class LabCompare {
  /** The root element, to be put into the page. */
  readonly root: HTMLElement;
  readonly #button: HTMLButtonElement;
  readonly #result = element("div", { class: "compared" });
  readonly #onChoose: (delivery: Delivery) => void;

  /**
   * @param onCompare Called when a comparison is asked for.
   * @param onChoose Called when a mode is to be looked at.
   */
  constructor(onCompare: () => void, onChoose: (delivery: Delivery) => void) {
    this.#onChoose = onChoose;
    this.#button = button("Compare the delivery modes", onCompare);
    this.root = element(
      "section",
      { class: "compare" },
      element("h2", {}, "Delivery modes, same faults and seed"),
      element("p", { class: "actions" }, this.#button),
      this.#result,
    );
  }

  /** Removes a comparison, which is of another run than is shown. */
  clear(): void {
    this.#result.replaceChildren();
    this.#button.hidden = false;
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
   * @param compared The modes.
   */
  show({ modes, refused }: ComparedModes): void {
    this.#button.hidden = true;
    this.#result.removeAttribute("aria-busy");
    const likesMax = Math.max(
      ...modes.map(({ verdict: { generated, counted = 0 } }) =>
        Math.max(generated, counted)
      ),
    );
    const secondsMax = Math.max(
      ...modes.map(({ picture }) => picture.nowSeconds),
    );
    const stills = modes.map(({ delivery, verdict, picture }) => {
      const still = element("div", { class: "still" });
      still.innerHTML = svgTimeline(picture, {
        width: STILL_WIDTH,
        isWhole: false,
        likesMax,
        secondsMax,
      });
      const choose = button("Look at it", () => this.#onChoose(delivery), {
        "aria-label": `Look at it: ${delivery}`,
      });
      return element(
        "figure",
        { class: verdict.converged ? "good" : "bad" },
        element(
          "figcaption",
          {},
          element("b", {}, `${verdict.converged ? "✓" : "✗"} ${delivery}`),
          ` ${shortly(verdict)}`,
          choose,
        ),
        still,
      );
    });
    const numbers = element("div");
    numbers.innerHTML = tableOf("Delivery modes", HEADER, modes.map(cellsOf)) +
      remarks(
        refused.map(({ delivery, refused }) =>
          `${delivery}: not possible, ${refused}`
        ),
      );
    this.#result.replaceChildren(
      element("div", { class: "stills" }, ...stills),
      numbers,
    );
  }
}

/** The likes that went wrong in a mode, in a few words. */
function shortly(
  { draws, generated, lost = 0, countedTwice = 0, undelivered }:
    ComparedMode["verdict"],
): string {
  if (draws === 0) return "no draw was made";
  const parts = [
    [countedTwice, "counted twice"],
    [lost, "lost"],
    [undelivered, "undelivered"],
  ] as const;
  const wrong = parts.filter(([likes]) => likes > 0).map(([likes, what]) =>
    `${formatShare(likes, generated)} ${what}`
  );
  return wrong.length === 0 ? "each like once" : wrong.join(", ");
}

function cellsOf({ delivery, verdict }: ComparedMode): string[] {
  return [
    delivery,
    verdict.converged ? "✓ yes" : "✗ no",
    formatNumber(verdict.generated),
    formatNumber(verdict.counted),
    formatNumber(verdict.lost),
    formatNumber(verdict.countedTwice),
    formatNumber(verdict.undelivered),
    convergenceText(verdict),
    formatSeconds(verdict.stalenessSeconds?.p99),
    formatNumber(verdict.messages),
  ];
}
