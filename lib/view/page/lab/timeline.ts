/**
 * The timeline of a run, with the moment of its film marked in it.
 *
 * @module
 */
/// <reference lib="dom" />
import { linearScale } from "../../chart/axis.ts";
import type { RunPicture } from "../../picture/picture.ts";
import { element } from "../dom.ts";
import { Timeline } from "../timeline.ts";
import { AXIS_WIDTH, panelData, rightPadding } from "../timeline_panels.ts";

/** Height of the title of the first panel, in pixels. */
const PANEL_TOP = 18;

/** A timeline on which the film can be wound. */
export class LabTimeline {
  /** The root element, to be put into the page. */
  readonly root: HTMLElement;
  readonly #timeline = new Timeline();
  readonly #mark = element("div", { class: "playhead", "aria-hidden": "true" });
  readonly #plots: HTMLElement;
  readonly #onMoment: (seconds: number) => void;
  #endSeconds = 1;
  #seconds = 0;

  /** @param onMoment Called when a moment is pointed at. */
  constructor(onMoment: (seconds: number) => void) {
    this.#onMoment = onMoment;
    this.root = element(
      "div",
      { class: "lab-timeline" },
      this.#timeline.root,
      this.#mark,
    );
    const plots = this.#timeline.root.querySelector<HTMLElement>(".plots");
    this.#plots = plots ?? this.#timeline.root;
    this.#plots.addEventListener("pointerdown", (event) => this.#point(event));
    this.#plots.addEventListener("pointermove", (event) => this.#point(event));
    new ResizeObserver(() => this.#place()).observe(this.root);
  }

  /**
   * Shows a run.
   *
   * @param picture The picture of the run.
   */
  show(picture: RunPicture): void {
    this.#endSeconds = panelData(picture).endSeconds;
    this.#timeline.show(picture);
    this.#place();
  }

  /**
   * Marks a moment.
   *
   * @param seconds The moment.
   */
  mark(seconds: number): void {
    this.#seconds = seconds;
    this.#place();
  }

  #range(): [number, number] {
    const width = Math.floor(this.#timeline.root.clientWidth);
    return [AXIS_WIDTH, width - rightPadding(width)];
  }

  #place(): void {
    const x = linearScale([0, this.#endSeconds], this.#range());
    this.#mark.style.top = `${this.#plots.offsetTop + PANEL_TOP}px`;
    this.#mark.style.left = `${x(this.#seconds)}px`;
  }

  #point(event: PointerEvent): void {
    if (event.buttons !== 1) return;
    const left = this.root.getBoundingClientRect().left;
    const seconds = linearScale(this.#range(), [0, this.#endSeconds]);
    this.#onMoment(
      Math.max(0, Math.min(this.#endSeconds, seconds(event.clientX - left))),
    );
  }
}
