/**
 * The setting of a run, and the command that reproduces it.
 *
 * @module
 */
/// <reference lib="dom" />
import { settingRows } from "../report/setting_rows.ts";
import type { RunPicture } from "../picture/picture.ts";
import { definitions } from "../report/tables.ts";
import { element } from "./dom.ts";

/** Lists mode, seed, faults and command. */
export class SettingList {
  /** The root element, to be put into the page. */
  readonly root = element("section", { class: "told" });
  #shown = "";

  /**
   * Shows a run.
   *
   * @param picture The picture of the run.
   */
  show(picture: RunPicture): void {
    const rows = definitions(settingRows(picture));
    if (rows === this.#shown) return;
    this.#shown = rows;
    this.root.innerHTML = `<h2>The run</h2>${rows}`;
  }
}
