import { assertEquals } from "@std/assert";
import { runLab } from "../../../lib/view/lab/lab_run.ts";
import { settingFromHash } from "../../../lib/view/lab/setting.ts";

Deno.test("runLab() says in words of the page what the theory of reads leaves out", () => {
  const options = settingFromHash("#replicas=3&readers=1&read-from=any");
  const { readTheory } = runLab({ ...options, lifetimeTicks: 10_000 }).picture
    .setting;
  assertEquals(readTheory?.without, [
    ...["“Report to” home", "“Read from” any", "gossip"],
  ]);
});
