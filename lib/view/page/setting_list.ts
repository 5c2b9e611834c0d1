/**
 * The setting of a run, and the command that reproduces it.
 *
 * @module
 */
/// <reference lib="dom" />
import { settingRows } from "../report/setting_rows.ts";
import type { RunPicture } from "../picture/picture.ts";
import { element } from "./dom.ts";

/** Lists mode, seed, faults and command. */
export class SettingList {
  /** The root element, to be put into the page. */
  readonly root: HTMLElement;
  readonly #list = element("dl", { class: "setting" });
  #shown = "";

  /** An empty list. */
  constructor() {
    this.root = element(
      "section",
      { class: "told" },
      element("h2", {}, "The run"),
      this.#list,
    );
  }

  /**
   * Shows a run.
   *
   * @param picture The picture of the run.
   */
  show(picture: RunPicture): void {
    const rows = settingRows(picture);
    const text = JSON.stringify(rows);
    if (text === this.#shown) return;
    this.#shown = text;
    this.#list.replaceChildren(...rows.flatMap(([name, value, isCode]) => [
      element("dt", {}, name),
      element("dd", {}, isCode ? element("code", {}, value) : value),
    ]));
  }
}
