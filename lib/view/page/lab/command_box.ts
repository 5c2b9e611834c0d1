/**
 * The command line of a setting, to be copied, and a place for another one.
 *
 * @module
 */
/// <reference lib="dom" />
import type { RunOptions } from "../../../options/run_options.ts";
import {
  explorationFromCommand,
  settingFromCommand,
} from "../../lab/command_line.ts";
import { element } from "../dom.ts";
import { CopyBox } from "./copy_box.ts";

/** The command line that gives the same run in a terminal, and back. */
export class CommandBox {
  /** The root element, to be put into the page. */
  readonly root: HTMLElement;
  readonly #copy = new CopyBox(
    "Command line that gives the same run",
    "Copy command",
  );
  readonly #pasted = element("input", {
    "aria-label": "A command line of a run, to be shown here",
    placeholder: "deno task sim --servers 3 …",
    autocomplete: "off",
    spellcheck: "false",
  });

  /**
   * @param onSetting Called with the setting of a command line that was typed.
   * @param onExploration Called with the words of an exploration.
   * @param onFailed Called with the reason for which one cannot be read.
   */
  constructor(
    onSetting: (options: RunOptions) => void,
    onExploration: (words: readonly string[]) => void,
    onFailed: (message: string) => void,
  ) {
    const form = element(
      "form",
      { class: "paste" },
      this.#pasted,
      element("button", { type: "submit" }, "Show it here"),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#pasted.value.trim() === "") return;
      try {
        const { value } = this.#pasted;
        const words = explorationFromCommand(value);
        if (words === null) onSetting(settingFromCommand(value));
        else onExploration(words);
        this.#pasted.value = "";
      } catch (error) {
        onFailed(error instanceof Error ? error.message : String(error));
      }
    });
    this.root = element("div", {}, this.#copy.root, form);
  }

  /**
   * Shows a command line.
   *
   * @param command The command line.
   */
  show(command: string): void {
    this.#copy.show(command);
  }
}
