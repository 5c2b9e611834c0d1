import { assertEquals } from "@std/assert";
import { linearScale } from "../../../lib/view/chart/axis.ts";
import {
  areaSvg,
  lineSvg,
  type Values,
} from "../../../lib/view/chart/svg_paths.ts";

const same = linearScale([0, 1], [0, 1]);

function pathOf(svg: string): string {
  return / d="([^"]*)"/.exec(svg)?.[1] ?? "";
}

function optionsFor(values: Values) {
  const seconds = values.map((_value, index) => index);
  return { seconds, end: values.length, x: same, y: same };
}

Deno.test("lineSvg() and areaSvg() are interrupted where a value is not known", () => {
  const values = [5, null, 7];
  const options = optionsFor(values);
  assertEquals(pathOf(lineSvg("gap", values, options)), "M0 5H1M2 7H3");
  assertEquals(
    pathOf(areaSvg("gap", values, null, options)),
    "M0 5H1V0H0ZM2 7H3V0H2Z",
  );
  assertEquals(
    pathOf(areaSvg("gap", [9, 9, 9], values, options)),
    "M0 9H1V5H0ZM2 9H3V7H2Z",
  );
  assertEquals(lineSvg("gap", [], options), '<path class="line gap" d=""/>');
});

Deno.test("lineSvg() goes up and down in steps, and passes over what does not change", () => {
  const values = [5, 5, 5, 7, 7.01, 5];
  assertEquals(
    pathOf(lineSvg("gap", values, optionsFor(values))),
    "M0 5H3V7H5V5H6",
  );
});

Deno.test("areaSvg() follows both of its sides in steps", () => {
  const upper = [5, 9, 9];
  const lower = [1, 1, 4];
  assertEquals(
    pathOf(areaSvg("gap", upper, lower, optionsFor(upper))),
    "M0 5H1V9H2H3V4H2V1H1H0Z",
  );
});
