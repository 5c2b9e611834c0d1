import { assertEquals } from "@std/assert";
import {
  DELIVERIES,
  DELIVERY_TRAITS,
  isMarked,
  isStuck,
  traitsOf,
} from "../../lib/rules/mod.ts";

Deno.test("DELIVERIES holds the five modes once each", () => {
  assertEquals([...DELIVERIES].sort(), [
    "at-least-once",
    "at-most-once",
    "crdt",
    "dedup",
    "original",
  ]);
});

Deno.test("isMarked() is true of the two modes whose guarantee is exact", () => {
  assertEquals(DELIVERIES.filter(isMarked), ["dedup", "crdt"]);
});

Deno.test("DELIVERY_TRAITS count nothing twice where reports are marked, and only there", () => {
  for (const delivery of DELIVERIES) {
    const { mayCountTwice, mark } = DELIVERY_TRAITS[delivery];
    assertEquals(mayCountTwice, mark === "none");
  }
});

Deno.test("traitsOf() knows the five modes and no other word", () => {
  for (const delivery of DELIVERIES) {
    assertEquals(traitsOf(delivery), DELIVERY_TRAITS[delivery]);
  }
  for (const word of ["", "twice", "constructor"]) {
    assertEquals(traitsOf(word), undefined);
  }
});

Deno.test("isStuck() is true of a sum above 42 alone", () => {
  assertEquals(
    DELIVERIES.map((
      delivery,
    ) => [isStuck(delivery, 42), isStuck(delivery, 43)]),
    DELIVERIES.map((delivery) => [false, delivery === "original"]),
  );
  assertEquals(isStuck("twice", 43), false);
});
