import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Roster, type RosterEntry } from "../../../lib/live/primary/roster.ts";

Deno.test("Roster holds what a Set would, whatever comes and goes", () => {
  const steps = fc.array(fc.tuple(fc.boolean(), fc.nat(9)), { maxLength: 60 });
  fc.assert(fc.property(steps, (steps) => {
    const entries = Array.from({ length: 10 }, (): RosterEntry => ({
      place: 0,
    }));
    const roster = new Roster<RosterEntry>();
    const model = new Set<RosterEntry>();
    for (const [comes, index] of steps) {
      const entry = entries[index];
      if (entry === undefined) continue;
      if (!comes) {
        roster.delete(entry);
        model.delete(entry);
      } else if (!model.has(entry)) {
        roster.add(entry);
        model.add(entry);
      }
      assertEquals(roster.size, model.size);
      assertEquals(new Set(roster.all()), model);
    }
  }));
});

Deno.test("Roster.all() can be gone through while all of them leave", () => {
  const roster = new Roster<RosterEntry>();
  for (let i = 0; i < 5; i++) roster.add({ place: 0 });
  for (const entry of roster.all()) roster.delete(entry);
  assertEquals(roster.size, 0);
});
