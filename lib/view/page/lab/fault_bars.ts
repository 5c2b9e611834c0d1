/**
 * The faults on the time line, as bars that can be taken hold of.
 *
 * @module
 */
/// <reference lib="dom" />
import {
  type FaultBar,
  faultLanes,
  type FaultLanesOptions,
  LANE_HEIGHT,
  laneCount,
} from "../../chart/fault_lanes.ts";
import { describeFault } from "../../picture/fault_marks.ts";
import { type FaultDraft, markOfDraft } from "../../lab/fault_drafts.ts";
import { element } from "../dom.ts";

/** Options of {@linkcode faultBars}. */
export interface FaultBarsOptions extends FaultLanesOptions {
  /** Index of the fault that is selected, -1 if none is. */
  readonly selected: number;
}

/** The most lanes of bars. */
const LANES_MAX = 8;

/** The keys of a bar, for screen readers. */
const KEYS =
  "Arrow keys move it, with Shift its end, with Ctrl its beginning; Delete removes it, Escape lets go of it";

/**
 * Makes a bar for each fault.
 *
 * @param drafts The faults.
 * @param options The time axis, and the fault that is selected.
 * @returns The bars, each with a button whose `data-index` is the index of its
 * fault; and the number of lanes that they take.
 */
export function faultBars(
  drafts: readonly FaultDraft[],
  options: FaultBarsOptions,
): { bars: HTMLElement[]; lanes: number } {
  const order = drafts
    .map((draft, index) => ({ index, mark: markOfDraft(draft) }))
    .sort((one, other) => one.mark.fromSeconds - other.mark.fromSeconds);
  const placed = faultLanes(order.map(({ mark }) => mark), {
    lanesMax: LANES_MAX,
    ...options,
  });
  const bars = placed.map((bar, place) => {
    const index = order[place]?.index ?? -1;
    return barOf(bar, index, index === options.selected);
  });
  return { bars, lanes: laneCount(placed) };
}

function barOf(bar: FaultBar, index: number, isSelected: boolean): HTMLElement {
  const { mark, lane, from, until, label, labelAt } = bar;
  const told = describeFault(mark);
  const button = element(
    "button",
    {
      type: "button",
      class: `draft ${mark.kind}`,
      "data-index": `${index}`,
      "aria-pressed": `${isSelected}`,
      "aria-label": `${told}. ${KEYS}`,
      title: told,
    },
    element("i", { class: "handle beginning", "aria-hidden": "true" }),
    element("i", { class: "handle end", "aria-hidden": "true" }),
  );
  const text = element(
    "span",
    { class: `draft-label ${mark.kind}`, "aria-hidden": "true" },
    label,
  );
  button.style.width = `${until - from}px`;
  for (const [one, left] of [[button, from], [text, labelAt]] as const) {
    one.style.left = `${left}px`;
    one.style.top = `${lane * LANE_HEIGHT}px`;
  }
  return element("div", {}, button, text);
}
