/**
 * The delivery modes side by side.
 *
 * @module
 */
/// <reference lib="dom" />
import type { Delivery } from "../../../domain/delivery.ts";
import type { ComparedMode, ComparedModes } from "../../lab/requests.ts";
import { formatShare } from "../../numbers.ts";
import { modesTable, onSameAxes } from "../../report/modes_table.ts";
import { remarks } from "../../report/tables.ts";
import { button, element } from "../dom.ts";

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
    const draw = onSameAxes(modes, STILL_WIDTH);
    const stills = modes.map(({ delivery, verdict, picture }) => {
      const still = element("div", { class: "still" });
      still.innerHTML = draw(picture);
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
    numbers.innerHTML = modesTable(modes) +
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
