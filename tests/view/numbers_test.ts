import { assertEquals } from "@std/assert";
import { formatCount, quantity } from "../../lib/view/numbers.ts";

Deno.test("quantity() says one of something, several and none, above and below zero", () => {
  assertEquals(
    [1, 2, 0, -1, -2000].map((count) => quantity(count, "like")),
    ["1 like", "2 likes", "0 likes", "-1 like", "-2,000 likes"],
  );
  assertEquals(quantity(1, "retry", "retries"), "1 retry");
  assertEquals(quantity(3, "retry", "retries"), "3 retries");
});

Deno.test("formatCount() keeps all digits, and knows what is not known", () => {
  assertEquals(
    [1_234_567, 0, null, undefined].map(formatCount),
    ["1,234,567", "0", "–", "–"],
  );
});
