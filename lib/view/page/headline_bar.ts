/**
 * The headline of a page and the four numbers below it.
 *
 * @module
 */
/// <reference lib="dom" />
import { headline } from "../report/headline.ts";
import { formatNumber, formatSeconds, UNKNOWN } from "../numbers.ts";
import type { RunPicture } from "../picture/picture.ts";
import { element, setText } from "./dom.ts";

/** The headline of a run, and its likes, gap and staleness as numbers. */
export class HeadlineBar {
  /** The root element, to be put into the page. */
  readonly root: HTMLElement;
  readonly #banner: HTMLElement;
  readonly #title = element("strong");
  readonly #text = element("span");
  readonly #numbers = new Map<string, HTMLElement>();
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
    this.root = element(
      "div",
      { class: "headline" },
      this.#banner,
      this.#said,
      element(
        "dl",
        { class: "numbers" },
        this.#number("generated", "generated", "likes"),
        this.#number("counted", "at the primary", "likes"),
        this.#number("gap", "gap", "likes"),
        this.#number("stale", "staleness now", "", this.#note),
      ),
    );
  }

  #number(
    name: string,
    label: string,
    unit: string,
    note: HTMLElement = element("small", {}, unit),
  ): HTMLElement {
    const value = element("b", {}, UNKNOWN);
    this.#numbers.set(name, value);
    return element(
      "div",
      { class: name },
      element("dt", {}, label),
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
      picture.verdict === undefined ? title : `${title}. ${text}`,
    );
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
