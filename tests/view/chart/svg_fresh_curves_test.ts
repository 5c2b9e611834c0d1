import { assert, assertEquals } from "@std/assert";
import type { QuorumPrediction } from "../../../lib/verdict/prediction.ts";
import { svgFreshCurves } from "../../../lib/view/chart/svg_fresh_curves.ts";

function quorum(read: number, shares: readonly number[]): QuorumPrediction {
  const latency = { p50: 0.01, p99: 0.02, "p99.9": 0.03 };
  return {
    ...{ read, write: 1, freshAtOnce: shares[0]! },
    freshAfter: shares.map((fresh, i) => ({
      ...{ fresh, seconds: [0, 0.001, 0.01, 0.1][i]! },
    })),
    freshSeconds: { p99: 0.01, "p99.9": 0.1 },
    ...{ readSeconds: latency, writeSeconds: latency },
  };
}

Deno.test("svgFreshCurves() draws a line for each pair, from left to right and upwards, and ends where all are fresh", () => {
  const svg = svgFreshCurves([
    quorum(1, [0.5, 0.8, 0.9, 1]),
    quorum(2, [0.9, 1, 1, 1]),
  ]);
  const lines = [...svg.matchAll(/curve\d" d="M([^"h]*)"><title>([^<]*)</g)]
    .map(([, points = "", name = ""]) => ({
      name,
      points: points.split("L").map((point) => point.split(" ").map(Number)),
    }));
  assertEquals(lines.map(({ name }) => name), ["R=1 W=1", "R=2 W=1"]);
  for (const { points } of lines) {
    assertEquals([points.length, points[0]?.[0]], [4, 64]);
    for (const [i, [x = 0, y = 0]] of points.entries()) {
      const [lastX = -1, lastY = 1000] = points[i - 1] ?? [];
      assert(x > lastX && y <= lastY, `${x} ${y} after ${lastX} ${lastY}`);
    }
  }
  assertEquals(svg.match(/>at once</g)?.length, 1);
  assert(!/NaN|undefined|Infinity/.test(svg), svg);
  const early = svgFreshCurves([quorum(3, [1, 1, 1, 1])]);
  assertEquals(/curve0" d="M([^"]*)"/.exec(early)?.[1]?.split("L").length, 3);
});

Deno.test("svgFreshCurves() draws nothing of no pair", () => {
  assertEquals(svgFreshCurves([]), "");
});
