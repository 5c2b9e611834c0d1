import { assert, assertEquals } from "@std/assert";
import { linearScale, timeTicks } from "../../../lib/view/chart/axis.ts";

Deno.test("linearScale() places everything at one place where there is one value", () => {
  assertEquals(linearScale([3, 3], [0, 10])(3), 5);
});

Deno.test("timeTicks() has one unit on an axis, and rounds in it", () => {
  const labels = (end: number, count: number) =>
    timeTicks(end, count).map(({ label }) => label);
  assertEquals(labels(0.9, 3), ["0 s", "0.2 s", "0.4 s", "0.6 s", "0.8 s"]);
  assertEquals(labels(310, 4), ["0 s", "100 s", "200 s", "300 s"]);
  assertEquals(labels(3600, 3), ["0 min", "20 min", "40 min", "60 min"]);
  assertEquals(labels(86_400, 2), ["0 h", "10 h", "20 h"]);
});

Deno.test("timeTicks() lie on the axis, and are not many more than wanted", () => {
  for (let end = 0.001; end < 1e8; end *= 1.1) {
    for (let count = 2; count < 12; count++) {
      const ticks = timeTicks(end, count);
      assert(ticks.length >= 1 && ticks.length <= 1.6 * count + 1, `${end}`);
      assert(ticks.every(({ seconds }) => seconds >= 0 && seconds <= end));
    }
  }
});
