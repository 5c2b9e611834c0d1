/**
 * Lines and areas of values that hold until the next one.
 *
 * @module
 */
// @ts-types="@types/d3-shape"
import { area, curveStepAfter, line } from "d3-shape";
import type { Scale } from "./axis.ts";

/** Values over time; null where one is not known. */
export type Values = readonly (number | null)[];

/** Times and scales of a path. */
export interface StepPathOptions {
  /** The time from which on each value holds, in seconds. */
  readonly seconds: readonly number[];
  /** The time until which the last value holds, in seconds. */
  readonly end: number;
  /** The time axis. */
  readonly x: Scale;
  /** The axis of values. */
  readonly y: Scale;
}

/** The place of a value and of the other side of its area, from a time on. */
interface Step {
  readonly x: number;
  readonly y: number;
  readonly base: number;
}

/**
 * Draws a line of steps: each value holds until the next one, the last one
 * until the end. It is interrupted where a value is not known.
 *
 * @param name The class of the line beside `line`.
 * @param values The values.
 * @param options Times and scales.
 * @returns A `path` element.
 *
 * @example
 * ```ts
 * import { linearScale } from "./axis.ts";
 * import { lineSvg } from "./svg_paths.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const same = linearScale([0, 1], [0, 1]);
 * const options = { seconds: [0, 1], end: 3, x: same, y: same };
 * assertEquals(
 *   lineSvg("counted", [5, 7], options),
 *   '<path class="line counted" d="M0 5H1V7H3"/>',
 * );
 * ```
 */
export function lineSvg(
  name: string,
  values: Values,
  options: StepPathOptions,
): string {
  const path = line<Step | null>().defined((step) => step !== null)
    .x((step) => step?.x ?? 0).y((step) => step?.y ?? 0)
    .curve(curveStepAfter);
  return `<path class="line ${name}" d="${
    shortened(path(stepsOf(values, null, options)) ?? "")
  }"/>`;
}

/**
 * Draws the area between a line of steps and another one, or zero. There is
 * none where either is not known.
 *
 * @param name The class of the area beside `area`.
 * @param values The one line.
 * @param base The other line; null: zero.
 * @param options Times and scales.
 * @returns A `path` element.
 */
export function areaSvg(
  name: string,
  values: Values,
  base: Values | null,
  options: StepPathOptions,
): string {
  const path = area<Step | null>().defined((step) => step !== null)
    .x((step) => step?.x ?? 0)
    .y0((step) => step?.base ?? 0).y1((step) => step?.y ?? 0)
    .curve(curveStepAfter);
  return `<path class="area ${name}" d="${
    shortened(path(stepsOf(values, base, options)) ?? "")
  }"/>`;
}

/** Steps, to the tenth of a pixel; null where a value is not known. */
function stepsOf(
  values: Values,
  bases: Values | null,
  { seconds, end, x, y }: StepPathOptions,
): (Step | null)[] {
  const steps: (Step | null)[] = [];
  let last: Step | null = null;
  const add = (at: number, value: number | null, base: number | null) => {
    const step = value === null || base === null
      ? null
      : { x: tenths(x(at)), y: tenths(y(value)), base: tenths(y(base)) };
    // What does not change is not written: most of a line does not.
    if (step?.y === last?.y && step?.base === last?.base) return;
    if (step === null && last !== null) {
      steps.push({ ...last, x: tenths(x(at)) });
    }
    steps.push(step);
    last = step;
  };
  values.forEach((value, index) => {
    const base = bases === null ? 0 : bases[index] ?? null;
    add(seconds[index] ?? 0, value, base);
  });
  add(end, null, null);
  return steps;
}

/** Halves a path of level and upright lines: two coordinates become one. */
function shortened(path: string): string {
  let at = ["", ""];
  return path.replace(/([ML])([^,]+),([^LMZ]+)/g, (_all, command, x, y) => {
    const [lastX, lastY] = at;
    at = [x, y];
    if (command === "M") return `M${x} ${y}`;
    return (x === lastX ? "" : `H${x}`) + (y === lastY ? "" : `V${y}`);
  });
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
