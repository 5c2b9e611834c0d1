import { assertEquals } from "@std/assert";
import {
  KnownElements,
  type KnownEvent,
  KnownSum,
} from "../../../lib/host/views/known_values.ts";

const write = (
  kind: KnownEvent["kind"],
  value: number,
): KnownEvent => ({ kind, f: "add", value });
const read = (value: unknown): KnownEvent => ({ kind: "ok", f: "read", value });

Deno.test("KnownElements are acknowledged, or were shown by a read, once each", () => {
  const known = new KnownElements();
  for (const value of [1, 2, 3, 4]) known.take(write("invoke", value));
  known.take(write("ok", 1));
  known.take(write("info", 2));
  assertEquals(known.amount(), 1);
  // Nobody has written 9, and 2 is the same element twice.
  known.take(read([1, 2, 2, 9]));
  known.take({ kind: "fail", f: "read" });
  assertEquals(known.amount(), 2);
});

Deno.test("KnownSum has of what got no answer as much as a node shows, and no more", () => {
  const known = new KnownSum();
  for (const value of [10, 5, 7, 2]) known.take(write("invoke", value));
  known.take(write("ok", 10));
  known.take(write("info", 5));
  known.take(write("fail", 7));
  assertEquals([0, 10, 15, 17, 18].map((shown) => known.amount(shown)), [
    ...[10, 10, 15, 17, 17],
  ]);
});

Deno.test("KnownSum takes numbers below zero that got no answer for possible", () => {
  const known = new KnownSum();
  for (const value of [10, -4, 3]) known.take(write("invoke", value));
  known.take(write("ok", 10));
  assertEquals([0, 6, 8, 13, 20].map((shown) => known.amount(shown)), [
    ...[6, 6, 8, 13, 13],
  ]);
});
