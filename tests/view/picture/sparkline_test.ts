import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  Sparkline,
  SPARKLINE_SLOTS,
} from "../../../lib/view/picture/sparkline.ts";

Deno.test("Sparkline.add() holds a value until the next one", () => {
  const line = new Sparkline(1);
  line.add(0, 4);
  line.add(3.5, 2);
  // In its last slot both values occurred: the one further from zero is shown.
  assertEquals(line.values, [4, 4, 4, 4]);
  line.add(5, 0);
  assertEquals(line.values, [4, 4, 4, 4, 2, 2]);
});

Deno.test("Sparkline.add() prefers likes counted twice over fewer that are missing", () => {
  const line = new Sparkline(1);
  line.add(0.1, 3);
  line.add(0.2, -5);
  assertEquals(line.values, [-5]);
});

Deno.test("Sparkline keeps the value furthest from zero, however long it goes on", () => {
  const values = fc.array(
    fc.tuple(fc.double({ min: 0, max: 100, noNaN: true }), fc.nat(1000)),
    { minLength: 1, maxLength: 200, size: "max" },
  );
  fc.assert(fc.property(values, (steps) => {
    const line = new Sparkline(0.5);
    let now = 0;
    for (const [step, value] of steps) line.add(now += step, value);
    assert(line.values.length <= SPARKLINE_SLOTS);
    const highest = Math.max(...steps.map(([, value]) => value));
    assertEquals(Math.max(...line.values), highest);
  }));
});
