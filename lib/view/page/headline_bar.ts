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
import type { LargeNumber } from "../report/tables.ts";
import { element, setText } from "./dom.ts";

/** The headline of a run, and its likes, gap and staleness as numbers. */
export class HeadlineBar {
  /** The root element, to be put into the page. */
  readonly root: HTMLElement;
  readonly #banner: HTMLElement;
  readonly #title = element("strong");
  readonly #text = element("span");
  readonly #numbers = element("dl", { class: "numbers" });
  /** For each number its label, the number itself and what stands beside. */
  readonly #cells: (readonly HTMLElement[])[] = [];
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
      this.#numbers,
    );
    this.#showNumbers(NOTHING_YET);
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
    this.#showNumbers(numbersOf(picture));
  }

  #showNumbers(numbers: readonly LargeNumber[]): void {
    while (this.#cells.length < numbers.length) {
      const cell = [element("dt"), element("b"), element("small")] as const;
      const [label, value, unit] = cell;
      const shown = element("dd", {}, value, " ", unit);
      this.#numbers.append(element("div", {}, label, shown));
      this.#cells.push(cell);
    }
    this.#cells.forEach((cell, index) => {
      const [name, ...texts] = numbers[index] ?? ["none"];
      const root = this.#numbers.children[index] as HTMLElement;
      root.hidden = name === "none";
      root.className = name;
      cell.forEach((part, i) => setText(part, texts[i] ?? ""));
    });
  }
}

const NOTHING_YET: readonly LargeNumber[] = [
  ["generated", "generated", UNKNOWN, "likes"],
  ["counted", "at the primary", UNKNOWN, "likes"],
  ["gap", "gap", UNKNOWN, "likes"],
  ["stale", "staleness now", UNKNOWN, ""],
];

/** The numbers of a run; those of replicas and reads where it has any. */
function numbersOf(picture: RunPicture): LargeNumber[] {
  const { setting, generated, counted, replicas, reads } = picture;
  const { many, generated: state, heldLong } = wordsOf(setting);
  const gap = generated === null || counted === null
    ? null
    : generated - counted;
  const numbers: LargeNumber[] = [
    ["generated", state, formatNumber(generated), many],
    ["counted", heldLong, formatNumber(counted), many],
    ["gap", "gap", formatNumber(gap), many],
  ];
  if (setting.world !== "hosted") numbers.push(stalenessOf(picture));
  if (replicas !== undefined) {
    numbers.push(["spread", "spread now", formatNumber(picture.spread), many]);
  }
  if (reads !== undefined) {
    const { answered, unanswered, judged = 0, fresh, wentBack } = reads;
    const note = [
      `${grouped(answered)} answered`,
      ...unanswered > 0 ? [`${grouped(unanswered)} not`] : [],
      ...wentBack === undefined ? [] : [`${grouped(wentBack)} went back`],
    ].join(", ");
    numbers.push(["fresh", "fresh reads", formatShare(fresh, judged), note]);
  }
  return numbers;
}

function stalenessOf(
  { stalenessSeconds, stalenessSoFar }: RunPicture,
): LargeNumber {
  const now = stalenessSeconds === null
    ? null
    : Math.round(100 * stalenessSeconds) / 100;
  const note = stalenessSoFar === undefined
    ? ""
    : `p50 ${roughly(stalenessSoFar.p50)}, p99 ${
      roughly(stalenessSoFar.p99)
    }, max ${roughly(stalenessSoFar.max)}`;
  return ["stale", "staleness now", formatSeconds(now), note];
}

/** Seconds that are only of interest in their magnitude. */
function roughly(seconds: number): string {
  return formatSeconds(Number(seconds.toPrecision(2)));
}
