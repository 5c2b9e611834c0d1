// Bounded completeness: an exploration that knows no tricks, and saves no
// state, finds the same.

import { assert, assertEquals } from "@std/assert";
import { DELIVERIES } from "../../lib/domain/delivery.ts";
import { Search } from "../../lib/explore/checker/search.ts";
import { type Bounds, drawsOf } from "../../lib/explore/model/bounds.ts";
import { LikesModel } from "../../lib/explore/model/likes_model.ts";
import type { Rules } from "../../lib/explore/model/rules.ts";
import { isMarked } from "../../lib/rules/delivery_traits.ts";
import { onlyOf } from "./bounds_of_tests.ts";
import { keyOf, viewOf } from "./naive_view.ts";
import { exploreNaively, type NaiveResult, NaiveWorld } from "./naive_world.ts";
import { RecordingModel } from "./recording_model.ts";

const PAIR = { servers: 1, draws: 1, replicas: 2 } as const;

/** Bounds small enough to go every way from the beginning. */
const SIZES: readonly Partial<Bounds>[] = [
  { servers: 1, draws: 2, losses: 1, copies: 1, late: 1 },
  { servers: 1, draws: 2, crashes: 2, late: 1 },
  { servers: 2, draws: 1, losses: 1 },
  { servers: 2, draws: 1, crashes: 1 },
  { servers: 2, draws: 2 },
  { servers: 1, draws: 1, crashes: 1, reads: 2, forgets: true },
  { servers: 2, draws: 1, reads: 2 },
  { ...PAIR, exchanges: 2 },
  { ...PAIR, exchanges: 1, draws: 2 },
  { ...PAIR, exchanges: 1, losses: 1 },
  { ...PAIR, exchanges: 1, copies: 1 },
  { ...PAIR, exchanges: 1, crashes: 1 },
  { ...PAIR, exchanges: 1, late: 1 },
  { ...PAIR, exchanges: 1, reads: 2, losses: 1 },
  { ...PAIR, exchanges: 1, reads: 1, readFrom: "any", readQuorum: 2 },
  { ...PAIR, servers: 2, exchanges: 1, reads: 1 },
];

function naiveOf(bounds: Bounds, rules?: Rules): NaiveResult {
  return exploreNaively(
    () => new NaiveWorld(bounds, drawsOf(bounds), rules),
    (world) => keyOf(viewOf(world)),
  );
}

/** Compares the states, and the fewest events to each. */
function compare(bounds: Bounds): void {
  const name = JSON.stringify(bounds);
  const { depths, wrongDepth } = naiveOf(bounds);
  const model = new RecordingModel(bounds);
  const search = new Search(model);
  while (!search.advance(1000));
  assertEquals(search.violation, null, name);
  if (isMarked(bounds.delivery)) assertEquals(wrongDepth, Infinity, name);
  assert(depths.size >= 20, name);
  const states = new Set(depths.keys());
  assertEquals(model.keys.symmetricDifference(states).size, 0, name);
  assertEquals(search.states, states.size, name);
  const levels = Array.from({ length: search.states }).map((_, state) =>
    search.pathTo(state).length - 1
  );
  assertEquals(levels, [...depths.values()].toSorted((a, b) => a - b));
}

Deno.test("Search reaches the states that a naive exploration reaches where a replica of two lives exchanges twice", () => {
  compare(onlyOf({ ...PAIR, exchanges: 2, crashes: 1, delivery: "crdt" }));
});

for (const delivery of DELIVERIES) {
  Deno.test(
    `Search of ${delivery} reaches the states that a naive exploration reaches, by as many events`,
    () => {
      for (const size of SIZES) {
        if (!isMarked(delivery) && size.reads) continue;
        compare(onlyOf({ delivery, ...size }));
      }
    },
  );

  Deno.test(
    `Search of ${delivery}, held to exactness, finds violations as near as a naive exploration`,
    () => {
      let found = 0;
      for (const size of SIZES) {
        // What is forgotten is counted less than once, which is not looked at.
        if (size.forgets || !isMarked(delivery) && size.reads) continue;
        const bounds = onlyOf({ delivery, ...size, isExact: true });
        const { wrongDepth, offDepth } = naiveOf(bounds);
        const search = new Search(new LikesModel(bounds));
        while (!search.advance(1000));
        const name = `${delivery} ${JSON.stringify(size)}`;
        assertEquals(search.violation?.depth ?? Infinity, wrongDepth, name);
        if (wrongDepth < Infinity) found++;
        // Who stops at one violation has not seen all others.
        if (wrongDepth < Infinity) continue;
        assertEquals(search.endViolation?.depth ?? Infinity, offDepth, name);
        if (offDepth < Infinity) found++;
      }
      assertEquals(found > 0, !isMarked(delivery));
    },
  );
}

Deno.test("Search without reduction sees each renaming, and as many states up to it", () => {
  const bounds = onlyOf({ servers: 3, draws: 1, losses: 1 });
  const seen = [true, false].map((isReduced) => {
    const model = new RecordingModel(bounds);
    const search = new Search(model, { isReduced });
    while (!search.advance(1000));
    return [search.states, model.keys.size];
  });
  const [[reduced = 0, alike = 0] = [], [whole = 0, same = 0] = []] = seen;
  assertEquals([reduced, alike], [alike, same]);
  assert(whole > 4 * reduced, `${whole} states, ${reduced} up to renaming`);
});
