import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { RunSet } from "../../../lib/cli/runs/run_set.ts";

/** Runs of a page of the set. */
const PAGE = 1 << 16;

Deno.test("RunSet holds what was added, over the borders of its pages", () => {
  const runs = 3 * PAGE + 7;
  const near = fc.constantFrom(0, PAGE, 2 * PAGE, 3 * PAGE, runs - 9);
  const stretch = fc.tuple(near, fc.nat(8), fc.nat(9));
  const full = fc.subarray([0, 1, 2, 3]);
  fc.assert(
    fc.property(fc.array(stretch), full, (stretches, pages) => {
      const set = new RunSet(runs);
      const model = new Set<number>();
      const add = (run: number) => {
        assertEquals(set.add(run), !model.has(run));
        model.add(run);
      };
      for (const [at, before, length] of stretches) {
        for (let i = 0; i < length; i++) {
          add(Math.min(runs - 1, Math.max(0, at - before + i)));
        }
      }
      for (const page of pages) {
        const end = Math.min(runs, (page + 1) * PAGE);
        for (let run = page * PAGE; run < end; run++) {
          if (!model.has(run)) {
            model.add(run);
            set.add(run);
          }
        }
      }
      assertEquals(set.size, model.size);
      const missing: [number, number][] = [];
      for (let run = 0; run < runs; run++) {
        if (model.has(run)) continue;
        const last = missing.at(-1);
        if (last !== undefined && last[1] === run - 1) last[1] = run;
        else missing.push([run, run]);
      }
      assertEquals([...set.missing()], missing);
      for (const run of [0, PAGE - 1, PAGE, runs - 1]) {
        assertEquals(set.has(run), model.has(run));
      }
    }),
    { numRuns: 20 },
  );
});
