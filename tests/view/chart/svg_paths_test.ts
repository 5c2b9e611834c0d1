import { assertEquals } from "@std/assert";
import { linearScale } from "../../../lib/view/chart/axis.ts";
import { areaPath, stepPath } from "../../../lib/view/chart/svg_paths.ts";

const same = linearScale([0, 1], [0, 1]);

Deno.test("stepPath() and areaPath() are interrupted where a value is not known", () => {
  assertEquals(
    stepPath([0, 1, 2], [5, null, 7], same, same, 3),
    "M0 5H1M2 7H3",
  );
  assertEquals(
    areaPath([0, 1, 2], [5, null, 7], null, same, same, 3),
    "M0 5H1V0H0ZM2 7H3V0H2Z",
  );
  assertEquals(stepPath([], [], same, same, 3), "");
});
