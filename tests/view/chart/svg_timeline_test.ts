import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { svgTimeline } from "../../../lib/view/chart/svg_timeline.ts";
import { PictureRecorder } from "../../../lib/view/picture/recorder.ts";

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

Deno.test("svgTimeline() draws a line for each replica, their spread and the fresh reads; of many a band", () => {
  for (const replicas of [10, 11]) {
    const recorder = new PictureRecorder(
      { world: "virtual", plannedSeconds: 10, replicas, readers: 2 },
    );
    for (const [seconds, lowest] of [[1, 10], [5, 20], [9, 50]] as const) {
      recorder.sample(seconds, {
        generated: 50,
        counted: 50,
        stalenessSeconds: 0,
        replicas: {
          rows: Array.from({ length: replicas }, (_, i) => ({
            state: "up",
            counted: i === 0 ? lowest : 50,
          })),
          lowest,
          highest: 50,
        },
        reads: { answered: 9, unanswered: 0, judged: seconds, fresh: 1 },
      });
    }
    const svg = svgTimeline(recorder.picture());
    const lines = svg.match(/class="line replica r\d"/g) ?? [];
    // In the panel of the likes and in that of the spread.
    assertEquals(lines.length, replicas === 10 ? 20 : 0);
    assertEquals(svg.includes('class="area replicas"'), replicas === 11);
    for (
      const part of [
        'class="area spread"',
        'class="line fresh"',
        "Largest spread of the replicas 40 likes.",
        "50 at the replicas.",
        "together 50",
        "not at any replica",
      ]
    ) assertStringIncludes(svg, part);
    assert(!/NaN|undefined|Infinity/.test(svg), svg);
  }
});
