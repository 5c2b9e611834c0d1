import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { svgFreshAfter } from "../../../lib/view/chart/svg_fresh.ts";

Deno.test("svgFreshAfter() draws a point for each age that was read, larger for more reads", () => {
  const svg = svgFreshAfter([
    { seconds: 0, reads: 0 },
    { seconds: 0.001, reads: 4, fresh: 0.25 },
    { seconds: 0.002, reads: 0 },
    { seconds: 0.005, reads: 100, fresh: 1 },
  ]);
  const radii = [...svg.matchAll(/<circle class="fresh"[^>]* r="([\d.]+)"/g)]
    .map(([, radius]) => Number(radius));
  assertEquals(radii.length, 2);
  assert(radii[0]! < radii[1]!, `${radii}`);
  assertStringIncludes(svg, "from 1 ms on: 25 % of 4 reads fresh");
  assertStringIncludes(svg, "from 5 ms on 100 %");
  assert(!/NaN|undefined|Infinity/.test(svg), svg);
});

Deno.test("svgFreshAfter() draws nothing where no read can be judged", () => {
  assertEquals(svgFreshAfter([]), "");
  assertEquals(svgFreshAfter([{ seconds: 0, reads: 0 }]), "");
});
