import { assertEquals, assertStringIncludes } from "@std/assert";
import { quantity } from "../../lib/view/numbers.ts";
import { PictureRecorder } from "../../lib/view/picture/recorder.ts";
import { settingRows } from "../../lib/view/report/setting_rows.ts";
import { sparklineSvg } from "../../lib/view/chart/svg_sparkline.ts";
import { judge } from "../../lib/verdict/verdict.ts";

Deno.test("quantity() says one of something, several and none, above and below zero", () => {
  assertEquals(
    [1, 2, 0, -1, -2000].map((count) => quantity(count, "like")),
    ["1 like", "2 likes", "0 likes", "-1 like", "-2,000 likes"],
  );
  assertEquals(quantity(1, "retry", "retries"), "1 retry");
  assertEquals(quantity(3, "retry", "retries"), "3 retries");
});

Deno.test("settingRows() says one of something in the singular", () => {
  const recorder = new PictureRecorder({ world: "virtual" });
  const costs = { messages: 1, bytes: 1, retries: 1, duplicates: 1 };
  const facts = { delivery: "crdt", seed: 7, rejected: 1, ...costs };
  recorder.end(judge(facts, []));
  const [, cost] = settingRows(recorder.picture())
    .find(([name]) => name === "cost") ?? [];
  assertEquals(
    cost,
    "1 message, 1 byte, 1 report sent again, 1 repeat recognised, 1 refused for good",
  );
});

Deno.test("sparklineSvg() says one like in the singular", () => {
  assertStringIncludes(sparklineSvg([0, 1, 0], 1), 'furthest apart: 1 like"');
});
