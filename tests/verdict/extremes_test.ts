import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Extremes } from "../../lib/verdict/extremes.ts";

const COUNT_MAX = 40;

/** Numbers that take part, or not, and whether somebody asks. */
const steps = fc.array(
  fc.record({
    index: fc.nat(COUNT_MAX - 1),
    value: fc.option(fc.integer({ min: -9, max: 9 })),
    asks: fc.boolean(),
  }),
  { maxLength: 100, size: "max" },
);

Deno.test("Extremes tells the largest and the smallest of few numbers and of many, however often they change before", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: COUNT_MAX }),
    steps,
    (count, steps) => {
      const extremes = new Extremes(count);
      const values = new Map<number, number>();
      for (const { index, value, asks } of steps) {
        const number = index % count;
        if (value === null) {
          extremes.remove(number);
          values.delete(number);
        } else {
          extremes.set(number, value);
          values.set(number, value);
        }
        if (!asks) continue;
        const largest = Math.max(...values.values());
        const smallest = Math.min(...values.values());
        assertEquals(extremes.largest, largest);
        assertEquals(extremes.smallest, smallest);
        assertEquals(extremes.spread, values.size ? largest - smallest : 0);
      }
    },
  ));
});
