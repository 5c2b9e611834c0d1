import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  exceedance,
  svgDistribution,
} from "../../../lib/view/chart/svg_distribution.ts";

Deno.test("exceedance() weighs by time and leaves out what is not known", () => {
  assertEquals(exceedance([0, 1, 3, 4], [2, null, 0, 2], 6), [
    { value: 0, share: 0.75 },
    { value: 2, share: 0 },
  ]);
  assertEquals(exceedance([], [], 6), []);
});

Deno.test("svgDistribution() marks the quantiles, and is nothing where nothing was ever old", () => {
  const quantiles = { mean: 1, p50: 0.5, p95: 4, p99: 8, max: 9 };
  const options = { name: "staleness, in seconds", unit: "s", quantiles };
  const svg = svgDistribution([{ value: 0, share: 0.5 }], options);
  for (const text of ["p50 0.5", "p95 4", "p99 8"]) {
    assertStringIncludes(svg, `>${text}<`);
  }
  const none = { mean: 0, p50: 0, p95: 0, p99: 0, max: 0 };
  const drawn = svgDistribution([{ value: 0, share: 0 }], {
    ...options,
    quantiles: none,
  });
  assertEquals(drawn, "");
});
