import { assertEquals } from "@std/assert";
import { judge } from "../../../lib/verdict/verdict.ts";
import { PictureRecorder } from "../../../lib/view/picture/recorder.ts";
import { settingRows } from "../../../lib/view/report/setting_rows.ts";

Deno.test("settingRows() says one of something in the singular", () => {
  const recorder = new PictureRecorder({ world: "virtual" });
  const costs = { messages: 1, bytes: 1, retries: 1, duplicates: 1 };
  const facts = { delivery: "crdt", seed: 7, rejected: 1, ...costs };
  recorder.end(judge(facts, []));
  const [, cost] = settingRows(recorder.picture())
    .find(([name]) => name === "cost") ?? [];
  assertEquals(
    cost,
    "1 message, 1 byte, 1 retry, 1 duplicate, 1 rejected",
  );
});
