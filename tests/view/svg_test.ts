import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { linearScale } from "../../lib/view/chart/axis.ts";
import { PictureRecorder } from "../../lib/view/picture/recorder.ts";
import {
  exceedance,
  svgDistribution,
} from "../../lib/view/chart/svg_distribution.ts";
import { areaPath, stepPath } from "../../lib/view/chart/svg_paths.ts";
import { sparklineSvg } from "../../lib/view/chart/svg_sparkline.ts";
import { svgTimeline } from "../../lib/view/chart/svg_timeline.ts";

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

Deno.test("svgTimeline() draws the gap, likes counted twice and the faults, and says it in words", () => {
  const recorder = new PictureRecorder(
    { world: "virtual", plannedSeconds: 10 },
    [{ kind: "partition", fromSeconds: 2, untilSeconds: 6, who: "all" }],
  );
  recorder.sample(1, { generated: 10, counted: 10, stalenessSeconds: 0 });
  recorder.sample(5, { generated: 40, counted: 10, stalenessSeconds: 3 });
  recorder.sample(9, { generated: 50, counted: 64, stalenessSeconds: 0 });
  const svg = svgTimeline(recorder.picture());
  for (
    const part of [
      'class="area gap"',
      'class="area twice"',
      'class="line toomany"',
      'class="window partition all"',
      "generated 50",
      "at primary 64",
      "Largest gap 30 likes, highest staleness 3 s. Faults: 2 to 6 s: partition.",
    ]
  ) assertStringIncludes(svg, part);
  assert(!/NaN|undefined|Infinity/.test(svg), svg);
});

Deno.test("svgTimeline() leaves room for the totals at the ends of its lines", () => {
  for (const likes of [7, 133_744, 987_654]) {
    const recorder = new PictureRecorder({ world: "virtual" });
    recorder.sample(1, { generated: likes, counted: likes });
    const svg = svgTimeline(recorder.picture(), { width: 900 });
    const [, x = "", text = ""] =
      /class="end counted" x="([\d.]+)"[^>]*>([^<]+)</.exec(svg) ?? [];
    assertEquals(text, `at primary ${likes.toLocaleString("en-US")}`);
    // A letter of the widest font of the style, bold and 11 pixels high, is 7
    // pixels wide.
    assert(Number(x) + 7 * text.length <= 900, `${text} begins at ${x}`);
  }
});

Deno.test("svgTimeline() draws a run without any event, and one whose primary tells nothing", () => {
  const empty = new PictureRecorder({ world: "live" });
  const silent = new PictureRecorder({ world: "live" });
  silent.sample(1, { generated: 10, stalenessSeconds: 1 });
  for (const recorder of [empty, silent]) {
    const svg = svgTimeline(recorder.picture(), { width: 400 });
    assert(!/NaN|undefined|Infinity/.test(svg), svg);
    assertStringIncludes(svg, "those at the primary are not known");
  }
});

Deno.test("sparklineSvg() tells its extreme in words, and draws below zero what was counted twice", () => {
  const svg = sparklineSvg([0, 3, -9, 0], 10);
  assertStringIncludes(svg, "furthest apart: -9 likes");
  assertStringIncludes(svg, 'class="area twice"');
  assert(!sparklineSvg([0, 3], 10).includes("twice"));
});

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
