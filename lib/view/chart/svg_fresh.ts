/**
 * The staleness of reads as a still picture: the share that was fresh by the
 * age of what was read.
 *
 * @module
 */
import type { FreshShare } from "../../verdict/prediction.ts";
import type { FreshAfter } from "../../verdict/read_meter.ts";
import {
  formatMs,
  formatNumber,
  formatPercent,
  formatSeconds,
  quantity,
} from "../numbers.ts";
import { gridSvg, LEFT, linearScale } from "./axis.ts";
import { escapeMarkup, px, textSvg, TICK_BELOW } from "./markup.ts";

/** Options of {@linkcode svgFreshAfter}. */
export interface SvgFreshAfterOptions {
  /**
   * Width of the drawing's own coordinates; a page may scale it.
   *
   * @default {900}
   */
  readonly width?: number;
  /**
   * Shares that theory predicts, by time since the acknowledgement, which are
   * drawn as a dashed line.
   *
   * @default {[]}
   */
  readonly theory?: readonly FreshShare[];
}

const HEIGHT = 210;
const TOP = 24;
const BOTTOM = HEIGHT - 40;

/** Ages are told apart by ticks of 0.1 ms. */
const TICK_SECONDS = 1e-4;

/**
 * Radius of a point, in pixels: the area tells how many reads it stands for.
 */
const RADIUS_MIN = 1.5;
const RADIUS_MAX = 7;

/**
 * Draws the share of reads that were fresh by the time since the newest
 * acknowledgement of what they read: the t-visibility of PBS (Bailis et al.,
 * PVLDB 5(8), 2012).
 *
 * @param freshAfter The classes of ages, each from its seconds up to those of
 * the next one.
 * @param options Size, and what theory predicts.
 * @returns One `svg` element; nothing if no read can be judged.
 */
export function svgFreshAfter(
  freshAfter: readonly FreshAfter[],
  { width = 900, theory = [] }: SvgFreshAfterOptions = {},
): string {
  const used = freshAfter.flatMap(({ seconds, reads, fresh }, index) =>
    fresh === undefined ? [] : [{ seconds, reads, fresh, index }]
  );
  const most = Math.max(...used.map(({ reads }) => reads));
  const from = used[0]?.index;
  const to = used.at(-1)?.index;
  if (from === undefined || to === undefined) return "";
  const right = width - 24;
  // Classes are as wide as each other: three to a decade.
  const x = linearScale([from, to + 1], [LEFT, right]);
  const y = linearScale([0, 1], [BOTTOM, TOP]);
  const quarters = [0, 0.25, 0.5, 0.75, 1];
  const grid = gridSvg(y, quarters, (share) => `${100 * share} %`, right);
  const every = Math.ceil((to + 1 - from) * 60 / (right - LEFT));
  const ticks = freshAfter.slice(from, to + 1).map(({ seconds }, index) =>
    index % every !== 0
      ? ""
      : textSvg(ageText(seconds), x(from + index), BOTTOM + 15, TICK_BELOW)
  ).join("");
  const points = used.map(({ reads, fresh, seconds, index }) => {
    const radius = RADIUS_MIN +
      (RADIUS_MAX - RADIUS_MIN) * Math.sqrt(reads / most);
    return `<circle class="fresh" cx="${px(x(index + 0.5))}" cy="${
      px(y(fresh))
    }" r="${px(radius)}"><title>${
      escapeMarkup(
        `from ${ageText(seconds)} on: ${formatNumber(100 * fresh)} % of ${
          quantity(reads, "read")
        } fresh`,
      )
    }</title></circle>`;
  }).join("");
  // A class begins where it is drawn to begin: there theory's share is that of
  // its first moment.
  const predicted = theory.flatMap(({ seconds, fresh }) => {
    const index = freshAfter.findIndex((one) =>
      Math.abs(one.seconds - seconds) < TICK_SECONDS / 2
    );
    return index < from || index > to + 1
      ? []
      : [{ seconds, fresh, at: `${px(x(index))} ${px(y(fresh))}` }];
  });
  const dashed = predicted.length < 2
    ? ""
    : `<path class="line theory" d="M${
      predicted.map(({ at }) => at).join("L")
    }"><title>theory: ${escapeMarkup(sharesText(predicted))}</title></path>`;
  const line = used.map(({ fresh, index }) =>
    `${px(x(index + 0.5))} ${px(y(fresh))}`
  ).join("L");
  return `<svg class="timeline" viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label="${
    escapeMarkup(
      `Share of reads that were fresh, by time since the newest acknowledgement: ${
        used.map(({ seconds, fresh }) =>
          `from ${ageText(seconds)} on ${formatNumber(100 * fresh)} %`
        ).join(", ")
      }${dashed === "" ? "" : `; theory: ${sharesText(predicted)}`}`,
    )
  }">${
    textSvg("Share of reads that were fresh", LEFT, 13, 'class="title"')
  }${grid}${dashed}<path class="line fresh" d="M${line}"/>${points}${ticks}${
    textSvg(
      "time since the newest acknowledgement of what was read",
      (LEFT + right) / 2,
      HEIGHT - 8,
      TICK_BELOW,
    )
  }</svg>`;
}

function sharesText(shares: readonly FreshShare[]): string {
  return shares.map(({ seconds, fresh }) =>
    `${formatPercent(fresh)} at ${ageText(seconds)}`
  ).join(", ");
}

function ageText(seconds: number): string {
  return seconds === 0 || seconds >= 0.1
    ? formatSeconds(seconds)
    : formatMs(seconds);
}
