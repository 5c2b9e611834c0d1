/**
 * The last events of a run.
 *
 * @module
 */
/// <reference lib="dom" />
import type { RunPicture } from "../picture/picture.ts";
import { eventItems } from "../report/tables.ts";
import { element } from "./dom.ts";

/** A list of events, the latest first. */
export class EventList {
  /** The root element, to be put into the page. */
  readonly root: HTMLElement;
  readonly #list = element("ol", {
    class: "events",
    tabindex: "0",
    "aria-label": "Last events",
  });
  #shown = "";

  /** An empty list. */
  constructor() {
    this.root = element(
      "section",
      { class: "happened" },
      element("h2", {}, "Last events"),
      this.#list,
    );
  }

  /**
   * Shows a run.
   *
   * @param picture The picture of the run.
   */
  show({ events }: RunPicture): void {
    const items = eventItems(events);
    if (items === this.#shown) return;
    this.#shown = items;
    this.#list.innerHTML = items;
  }
}
