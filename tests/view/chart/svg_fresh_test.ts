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

Deno.test("svgFreshAfter() draws theory as a dashed line over the ages that were read, at their beginnings", () => {
  const ages = [0, 0.0001, 0.0002, 0.0005].map((seconds) => ({
    seconds,
    ...seconds === 0.0005 ? { reads: 0 } : { reads: 10, fresh: 0.5 },
  }));
  const theory = [0, 0.05 / 1000, 0.1 / 1000, 0.2 / 1000, 0.5 / 1000, 1].map(
    (seconds, i) => ({ seconds, fresh: 0.4 + i / 10 }),
  );
  const svg = svgFreshAfter(ages, { theory });
  const [, path = "", title = ""] =
    /<path class="line theory" d="M([^"]*)"><title>([^<]*)</.exec(svg) ?? [];
  // The last class that was read ends where the next one begins; 0.05 ms is no
  // age of a class.
  assertEquals(path.split("L").length, 4);
  assertEquals(path.split("L")[0]?.startsWith("64 "), true);
  assertEquals(
    title,
    "theory: 40 % at 0 s, 60 % at 0.1 ms, 70 % at 0.2 ms, 80 % at 0.5 ms",
  );
  assertStringIncludes(svg, `${title}"`);
  assert(!svgFreshAfter(ages).includes("theory"));
});
