import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type {
  Prediction,
  QuorumPrediction,
} from "../../../lib/verdict/prediction.ts";
import { svgFreshCurves } from "../../../lib/view/chart/svg_fresh_curves.ts";
import { predictionHtml } from "../../../lib/view/report/prediction.ts";
import {
  freshAfterRows,
  predictionTable,
} from "../../../lib/view/terminal/prediction_table.ts";

function quorum(
  read: number,
  write: number,
  fresh: readonly number[],
): QuorumPrediction {
  const quantiles = { p50: 0.001, p99: 0.002, "p99.9": 0.25 };
  return {
    read,
    write,
    freshAtOnce: fresh[0] ?? 1,
    freshAfter: [0, 0.001, 0.01, 0.1].map((seconds, i) => ({
      seconds,
      fresh: fresh[i] ?? 1,
    })),
    freshSeconds: { p99: fresh[0] === 1 ? 0 : 0.0123, "p99.9": 0 },
    readSeconds: quantiles,
    writeSeconds: quantiles,
  };
}

const PREDICTION: Prediction = {
  replicas: 2,
  trials: 1000,
  seed: 7,
  latencies: ["--latency '<b>'"],
  command: "likes predict --seed 7",
  quorums: [quorum(1, 1, [0.5, 0.999]), quorum(1, 2, [1])],
};

Deno.test("predictionTable() has a row for each pair, and the command", () => {
  const text = predictionTable(PREDICTION);
  assertStringIncludes(text, "1  1           50 %  after 12.3 ms");
  assertStringIncludes(text, "1  2          100 %        at once");
  assertStringIncludes(text, "250 ms\n");
  assertStringIncludes(text, "N = 2, --latency '<b>', 1,000 trials, seed 7\n");
  assertStringIncludes(text, "reproduce  likes predict --seed 7\n");
});

Deno.test("freshAfterRows() shows pairs that are not always fresh, until they are", () => {
  assertEquals(freshAfterRows(PREDICTION), [
    ["fresh after", "R=1 W=1"],
    ["0 ms", "50 %"],
    ["1 ms", "99.9 %"],
    ["10 ms", "100 %"],
  ]);
  const quorums = [quorum(2, 1, [1])];
  assertEquals(freshAfterRows({ ...PREDICTION, quorums }), []);
});

Deno.test("svgFreshCurves() draws a line and a name for each pair", () => {
  const svg = svgFreshCurves([
    quorum(1, 1, [0.5, 0.999]),
    quorum(2, 1, [0.5, 0.9]),
  ]);
  assertEquals(svg.match(/class="line fresh/g)?.length, 4);
  assertStringIncludes(svg, ">R=2 W=1</text>");
  assertStringIncludes(svg, ">at once</text>");
  assertStringIncludes(svg, "R=1 W=1 50 % at once");
  assert(!svg.includes("NaN"));
  // Names at one height do not cover each other.
  const heights = [...svg.matchAll(/y="([\d.]+)">R=/g)].map(([, y]) => y);
  assertEquals(new Set(heights).size, 2);
  assertEquals(svgFreshCurves([]), "");
});

Deno.test("predictionHtml() escapes what was given, and tells where all is fresh", async () => {
  const html = await predictionHtml(PREDICTION);
  assertStringIncludes(html, "--latency &#39;&lt;b&gt;&#39;");
  assert(!html.includes("<b>'"));
  assertStringIncludes(html, "Pairs of quorums that are not drawn are always");
  const quorums = [quorum(2, 1, [1])];
  assertStringIncludes(
    await predictionHtml({ ...PREDICTION, quorums }),
    "Every read is fresh.",
  );
});
