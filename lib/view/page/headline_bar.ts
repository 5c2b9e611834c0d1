/**
 * The headline of a page and the four numbers below it.
 *
 * @module
 */
/// <reference lib="dom" />
import { headline } from "../report/headline.ts";
import { grouped } from "../../verdict/explain.ts";
import {
  formatNumber,
  formatSeconds,
  formatShare,
  UNKNOWN,
} from "../numbers.ts";
import { isOver, type RunPicture } from "../picture/picture.ts";
import { wordsOf } from "../picture/words.ts";
import { element, setText } from "./dom.ts";

/** The headline of a run, and its likes, gap and staleness as numbers. */
export class HeadlineBar {
  /** The root element, to be put into the page. */
  readonly root: HTMLElement;
  readonly #banner: HTMLElement;
  readonly #title = element("strong");
  readonly #text = element("span");
  readonly #numbers = new Map<string, HTMLElement>();
  readonly #cells: HTMLElement;
  readonly #generated = element("dt", {}, "generated");
  readonly #counted = element("dt", {}, "at the primary");
  /** The units of numbers of likes, or of what else is counted. */
  readonly #units: HTMLElement[] = [];
  readonly #readsNote = element("small");
  readonly #note = element("small");
  /**
   * The text for screen readers: the numbers in the banner change too often to
   * be read out.
   */
  readonly #said = element("p", { class: "unseen", role: "status" });

  /** A headline of nothing yet. */
  constructor() {
    this.#banner = element(
      "p",
      { class: "banner unknown" },
      this.#title,
      " ",
      this.#text,
    );
    this.#cells = element(
      "dl",
      { class: "numbers" },
      this.#number("generated", this.#generated, this.#unit()),
      this.#number("counted", this.#counted, this.#unit()),
      this.#number("gap", element("dt", {}, "gap"), this.#unit()),
      this.#number("stale", element("dt", {}, "staleness now"), this.#note),
    );
    this.root = element(
      "div",
      { class: "headline" },
      this.#banner,
      this.#said,
      this.#cells,
    );
  }

  /** The unit of a number, whichever words a run has for it. */
  #unit(): HTMLElement {
    const unit = element("small", {}, "likes");
    this.#units.push(unit);
    return unit;
  }

  #number(name: string, label: HTMLElement, note: HTMLElement): HTMLElement {
    const value = element("b", {}, UNKNOWN);
    this.#numbers.set(name, value);
    return element(
      "div",
      { class: name },
      label,
      element("dd", {}, value, " ", note),
    );
  }

  /**
   * Shows a run.
   *
   * @param picture The picture of the run.
   */
  show(picture: RunPicture): void {
    const { tone, title, text } = headline(picture);
    this.#banner.className = `banner ${tone}`;
    setText(this.#title, title);
    setText(this.#text, text);
    setText(
      this.#said,
      isOver(picture) ? `${title}. ${text}` : title,
    );
    const words = wordsOf(picture.setting);
    setText(this.#generated, words.generated);
    setText(this.#counted, words.heldLong);
    for (const unit of this.#units) setText(unit, words.many);
    const stale = this.#numbers.get("stale")?.closest("div");
    if (stale) stale.hidden = picture.setting.world === "hosted";
    const { generated, counted, stalenessSeconds, stalenessSoFar } = picture;
    const gap = generated === null || counted === null
      ? null
      : generated - counted;
    this.#set("generated", formatNumber(generated));
    this.#set("counted", formatNumber(counted));
    this.#set("gap", formatNumber(gap));
    this.#set(
      "stale",
      formatSeconds(
        stalenessSeconds === null
          ? null
          : Math.round(100 * stalenessSeconds) / 100,
      ),
    );
    setText(
      this.#note,
      stalenessSoFar === undefined
        ? ""
        : `p50 ${roughly(stalenessSoFar.p50)}, p99 ${
          roughly(stalenessSoFar.p99)
        }, max ${roughly(stalenessSoFar.max)}`,
    );
    this.#showReplicas(picture);
  }

  /** Shows spread and reads, where there are several replicas, or readers. */
  #showReplicas({ replicas, spread, reads }: RunPicture): void {
    this.#offer("spread", replicas !== undefined, () => [
      "spread now",
      this.#unit(),
    ]);
    this.#set("spread", formatNumber(spread));
    this.#offer(
      "fresh",
      reads !== undefined,
      () => ["fresh reads", this.#readsNote],
    );
    if (reads === undefined) return;
    const { answered, unanswered, judged = 0, fresh, wentBack } = reads;
    this.#set("fresh", formatShare(fresh, judged));
    setText(
      this.#readsNote,
      [
        `${grouped(answered)} answered`,
        ...unanswered > 0 ? [`${grouped(unanswered)} not`] : [],
        ...wentBack === undefined ? [] : [`${grouped(wentBack)} went back`],
      ].join(", "),
    );
  }

  /** Shows or hides a number that not every run has. */
  #offer(
    name: string,
    isShown: boolean,
    make: () => [label: string, note: HTMLElement],
  ): void {
    if (isShown && !this.#numbers.has(name)) {
      const [label, note] = make();
      const dt = element("dt", {}, label);
      this.#cells.append(this.#number(name, dt, note));
    }
    const cell = this.#numbers.get(name)?.closest("div");
    if (cell) cell.hidden = !isShown;
  }

  #set(name: string, text: string): void {
    const target = this.#numbers.get(name);
    if (target !== undefined) setText(target, text);
  }
}

/** Seconds that are only of interest in their magnitude. */
function roughly(seconds: number): string {
  return formatSeconds(Number(seconds.toPrecision(2)));
}
