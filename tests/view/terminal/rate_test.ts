import { assertEquals } from "@std/assert";
import { describeRate } from "../../../lib/view/terminal/rate.ts";

Deno.test("describeRate() tells the time left in whole units, never too short", () => {
  const left = (seconds: number) => describeRate(1000, 1000 * seconds, 1000);
  assertEquals(left(0.2), "1,000 a second, 1 s left");
  assertEquals(left(99), "1,000 a second, 99 s left");
  assertEquals(left(99.5), "1,000 a second, 2 min left");
  assertEquals(left(5941), "1,000 a second, 2 h left");
  assertEquals(describeRate(1000, 10, 999), "");
});
