/**
 * The timeline of a run, with the moment of its film marked in it.
 *
 * @module
 */
/// <reference lib="dom" />
import { linearScale } from "../../chart/axis.ts";
import { secondsFromTicks } from "../../../domain/ticks.ts";
import type { LabRun } from "../../lab/lab_run.ts";
import type { LabReads } from "../../lab/film/told_reads.ts";
import { grouped } from "../../../verdict/explain.ts";
import type { DrawnReads } from "../read_points.ts";
import { element, setText } from "../dom.ts";
import { Timeline } from "../timeline.ts";
import { axisRange, panelData } from "../timeline_panels.ts";

/** Height of the title of the first panel, in pixels. */
const PANEL_TOP = 18;

/** A timeline on which the film can be wound. */
export class LabTimeline {
  /** The root element, to be put into the page. */
  readonly root: HTMLElement;
  readonly #timeline = new Timeline();
  readonly #mark = element("div", { class: "playhead", "aria-hidden": "true" });
  readonly #note = element("p", { class: "note reads-key" });
  readonly #plots: HTMLElement;
  readonly #onMoment: (seconds: number) => void;
  #endSeconds = 1;
  /** The place of a moment, in pixels. */
  #x: (seconds: number) => number = () => 0;
  #seconds = 0;

  /** @param onMoment Called when a moment is pointed at. */
  constructor(onMoment: (seconds: number) => void) {
    this.#onMoment = onMoment;
    this.root = element(
      "div",
      {},
      element(
        "div",
        { class: "lab-timeline" },
        this.#timeline.root,
        this.#mark,
      ),
      this.#note,
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
   * @param run The run.
   */
  show({ picture, reads }: LabRun): void {
    this.#endSeconds = panelData(picture).endSeconds;
    this.#timeline.show(picture, reads && drawnReads(reads));
    setText(this.#note, reads === undefined ? "" : noteOf(reads));
    this.#place();
  }

  /**
   * Marks a moment.
   *
   * @param seconds The moment.
   */
  mark(seconds: number): void {
    this.#seconds = seconds;
    this.#move();
  }

  #range(): [number, number] {
    return axisRange(Math.floor(this.#timeline.root.clientWidth));
  }

  /**
   * Measures the lines: not while a film plays, as it would lay out the page.
   */
  #place(): void {
    const x = linearScale([0, this.#endSeconds], this.#range());
    this.#mark.style.top = `${this.#plots.offsetTop + PANEL_TOP}px`;
    this.#x = (seconds) => x(seconds);
    this.#move();
  }

  #move(): void {
    const x = this.#x(this.#seconds);
    this.#mark.style.transform = `translateX(${x.toFixed(1)}px)`;
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

function drawnReads({ reads, every }: LabReads): DrawnReads {
  return {
    every,
    reads: reads.map(({ endTick, outcome, stale, wentBack }) => ({
      ...{ seconds: secondsFromTicks(endTick), outcome, wentBack },
      behindSeconds: secondsFromTicks(stale?.ticks ?? 0),
    })),
  };
}

/** The key of the points, which a canvas cannot tell. */
function noteOf({ reads, every }: LabReads): string {
  const count = (outcome: string) =>
    reads.filter((read) => read.outcome === outcome).length;
  const back = reads.filter(({ wentBack }) => wentBack).length;
  return [
    `Reads: ○ ${grouped(count("fresh"))} fresh`,
    `▲ ${grouped(count("stale"))} stale, at the seconds that they were behind`,
    ...back > 0
      ? [
        `underlined: ${
          grouped(back)
        } older than one that the reader had before`,
      ]
      : [],
    ...count("unanswered") > 0
      ? [`✗ ${grouped(count("unanswered"))} without an answer`]
      : [],
    ...every > 1 ? [`one in ${every} is drawn`] : [],
  ].join("; ") + ".";
}
