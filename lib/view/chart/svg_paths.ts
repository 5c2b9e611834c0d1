/**
 * Lines and areas of values that hold until the next one.
 *
 * @module
 */
import type { Scale } from "./axis.ts";
import { px } from "./markup.ts";

/** Values over time; null where one is not known. */
export type Values = readonly (number | null)[];

/**
 * A line of steps: each value holds until the next one, the last one until the
 * end. It is interrupted where a value is not known.
 *
 * @param seconds When.
 * @param values What.
 * @param x Where a time is.
 * @param y Where a value is.
 * @param end Until when the last value holds, in seconds.
 * @returns The `d` of a path.
 *
 * @example
 * ```ts
 * import { stepPath } from "./svg_paths.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const same = (value: number) => value;
 * assertEquals(stepPath([0, 1], [5, 7], same, same, 3), "M0 5H1V7H3");
 * ```
 */
export function stepPath(
  seconds: readonly number[],
  values: Values,
  x: Scale,
  y: Scale,
  end: number,
): string {
  let path = "";
  /** How high the line is; null where there is none. */
  let height: string | null = null;
  values.forEach((value, index) => {
    const at = px(x(seconds[index] ?? 0));
    const next = value === null ? null : px(y(value));
    // What does not change is not written: most of a line does not.
    if (next === height) return;
    if (next === null) path += `H${at}`;
    else path += height === null ? `M${at} ${next}` : `H${at}V${next}`;
    height = next;
  });
  return height === null ? path : `${path}H${px(x(end))}`;
}

/**
 * The area between a line of steps and another one, or zero. There is none
 * where either is not known.
 *
 * @param seconds When.
 * @param values The one line.
 * @param base The other line; null: zero.
 * @param x Where a time is.
 * @param y Where a value is.
 * @param end Until when the last values hold, in seconds.
 * @returns The `d` of a path.
 *
 * @example
 * ```ts
 * import { areaPath } from "./svg_paths.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const same = (value: number) => value;
 * assertEquals(areaPath([0, 1], [5, 7], null, same, same, 3), "M0 5H1V7H3V0H0Z");
 * ```
 */
export function areaPath(
  seconds: readonly number[],
  values: Values,
  base: Values | null,
  x: Scale,
  y: Scale,
  end: number,
): string {
  let path = "";
  const baseOf = (index: number) => base === null ? 0 : base[index] ?? null;
  for (let first = 0; first < values.length;) {
    if (values[first] === null || baseOf(first) === null) {
      first++;
      continue;
    }
    let last = first;
    while (
      last + 1 < values.length && values[last + 1] !== null &&
      baseOf(last + 1) !== null
    ) last++;
    let height = px(y(values[first] ?? 0));
    path += `M${px(x(seconds[first] ?? 0))} ${height}`;
    for (let index = first + 1; index <= last; index++) {
      const next = px(y(values[index] ?? 0));
      if (next === height) continue;
      path += `H${px(x(seconds[index] ?? 0))}V${next}`;
      height = next;
    }
    path += `H${px(x(seconds[last + 1] ?? end))}`;
    height = px(y(baseOf(last) ?? 0));
    path += `V${height}`;
    for (let index = last; index > first; index--) {
      const next = px(y(baseOf(index - 1) ?? 0));
      if (next === height) continue;
      path += `H${px(x(seconds[index] ?? 0))}V${next}`;
      height = next;
    }
    path += `H${px(x(seconds[first] ?? 0))}`;
    path += "Z";
    first = last + 1;
  }
  return path;
}
