import { assertEquals } from "@std/assert";
import {
  formatCount,
  formatPercent,
  formatShare,
  quantity,
} from "../../lib/view/numbers.ts";

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

Deno.test("formatShare() shows only all as all, and only none as none", () => {
  const shares = [
    ...[[1, 1], [0, 7], [9_996, 10_000], [9_999_999, 10_000_000]],
    ...[[1, 10_000_000], [1, 3], [15, 10], [10_001, 10_000]],
  ] as const;
  assertEquals(shares.map(([part, whole]) => formatShare(part, whole)), [
    ...["100 %", "0 %", "99.96 %", "99.99999 %"],
    ...["0.00001 %", "33.3 %", "150 %", "100 %"],
  ]);
  assertEquals(formatShare(0, 0), "–");
});

Deno.test("formatPercent() has more decimals the nearer a share is to all or none", () => {
  assertEquals(
    [0.5, 0.125, 0.9995, 0.00005, 1e-9, 1 - 1e-9].map(formatPercent),
    ["50 %", "12.5 %", "99.95 %", "0.005 %", "0.0000001 %", "99.9999999 %"],
  );
});
