/**
 * The buttons of scenarios, and what they show.
 *
 * @module
 */
/// <reference lib="dom" />
import { type Scenario, SCENARIO_GROUPS } from "../../lab/scenario.ts";
import { scenarioOf, SCENARIOS } from "../../lab/scenarios.ts";
import type { RunOptions } from "../../../options/run_options.ts";
import { button, element } from "../dom.ts";

/** Buttons of all scenarios, by subject. */
export class LabScenarios {
  /** The root element, to be put into the page. */
  readonly root: HTMLElement;
  readonly #buttons: ReadonlyMap<Scenario, HTMLButtonElement>;
  readonly #look = element("div", { class: "look-for", role: "status" });

  /**
   * @param onChoose Called with a scenario that is chosen.
   * @param explorations Buttons of explorations, which stand below the
   * scenarios.
   */
  constructor(
    onChoose: (scenario: Scenario) => void,
    explorations: HTMLElement,
  ) {
    this.#buttons = new Map(SCENARIOS.map((scenario) => {
      const attributes = { "aria-pressed": "false", "data-id": scenario.id };
      const onClick = () => onChoose(scenario);
      return [scenario, button(scenario.title, onClick, attributes)];
    }));
    const groups = SCENARIO_GROUPS.map((group, index) =>
      element(
        "div",
        { class: "chips", role: "group", "aria-labelledby": `chips${index}` },
        element("b", { id: `chips${index}` }, group),
        ...[...this.#buttons].flatMap(([scenario, made]) =>
          scenario.group === group ? [made] : []
        ),
      )
    );
    this.root = element(
      "nav",
      { class: "scenarios", "aria-label": "Scenarios" },
      ...groups,
      explorations,
      this.#look,
    );
  }

  /**
   * Marks the scenario that a setting is.
   *
   * @param options The run; null where none is shown.
   */
  show(options: RunOptions | null): void {
    const chosen = options === null ? undefined : scenarioOf(options);
    for (const [scenario, made] of this.#buttons) {
      made.setAttribute("aria-pressed", `${scenario === chosen}`);
      // On a phone the buttons are a line that is longer than the screen.
      if (scenario === chosen) {
        made.scrollIntoView({ block: "nearest", inline: "nearest" });
      }
    }
    this.#look.replaceChildren(
      ...chosen === undefined
        ? [element(
          "p",
          {},
          "A setting of your own: the address of this page holds all of it.",
        )]
        : [
          element(
            "p",
            {},
            element("b", {}, "Look: "),
            chosen.lookFor.join(" "),
          ),
          element(
            "p",
            {},
            element("b", {}, "Try: "),
            chosen.question,
          ),
        ],
    );
  }
}
