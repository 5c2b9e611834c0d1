import { assert, assertStringIncludes } from "@std/assert";
import { sparklineSvg } from "../../../lib/view/chart/svg_sparkline.ts";

Deno.test("sparklineSvg() tells its extreme in words, and draws below zero what was counted twice", () => {
  const svg = sparklineSvg([0, 3, -9, 0], 10);
  assertStringIncludes(svg, "furthest apart: -9 likes");
  assertStringIncludes(svg, 'class="area twice"');
  assertStringIncludes(svg, 'class="line missing" d="M0 ');
  assert(!sparklineSvg([0, 3], 10).includes("twice"));
  assertStringIncludes(sparklineSvg([0, 0], 10), "furthest apart: 0 likes");
});

Deno.test("sparklineSvg() says one like in the singular", () => {
  assertStringIncludes(sparklineSvg([0, 1, 0], 1), 'furthest apart: 1 like"');
});
