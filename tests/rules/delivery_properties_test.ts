import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import { DELIVERIES, type Delivery } from "../../lib/rules/mod.ts";
import { type Event, EVENTS, TinyWorld } from "./tiny_world.ts";

const SERVERS = [0, 1];

const REFUSES: readonly Event[] = ["refuse for good"];
const FORGETS: readonly Event[] = ["primary forgets"];
const REPEATS: readonly Event[] = ["repeat report"];
const FAULTS: readonly Event[] = EVENTS.filter((event) =>
  !["draw", "skip", "deliver report", "deliver reply"].includes(event)
);

/** Histories without some kinds of events, rich in draws and deliveries. */
function histories(
  without: readonly Event[],
): fc.Arbitrary<[Event, number][]> {
  const events = EVENTS.filter((event) => !without.includes(event));
  return fc.array(
    fc.tuple(
      fc.constantFrom<Event>(
        "draw",
        "draw",
        "deliver report",
        "deliver report",
        "deliver reply",
        "deliver reply",
        ...events,
      ),
      fc.nat(10_000),
    ),
    { maxLength: 120, size: "max" },
  );
}

/**
 * Runs a history, then heals the world. It throws when an invariant does not
 * hold.
 */
function run(
  delivery: Delivery,
  history: readonly [Event, number][],
): TinyWorld {
  const world = new TinyWorld(delivery);
  for (const [event, pick] of history) world.step(event, pick);
  world.heal();
  return world;
}

function assertExact(world: TinyWorld): void {
  for (const i of SERVERS) {
    assertEquals(world.counted(i), world.generated(i));
    assertEquals(world.server.at(i).acknowledged, world.generated(i));
  }
}

for (const delivery of DELIVERIES) {
  Deno.test(`LikesServer in ${delivery} is exact where nothing fails`, () => {
    fc.assert(
      fc.property(histories(FAULTS), (history) => {
        const world = run(delivery, history);
        for (const i of SERVERS) {
          const s = world.server.at(i);
          assertEquals(s.retries, 0);
          // `original` can be stuck without any fault: draws that queue behind
          // a slow reply sum up past 42.
          if (delivery === "original" && s.pending > 42) continue;
          assertEquals(world.counted(i), world.generated(i));
          assertEquals(s.acknowledged, world.generated(i));
          assertEquals(s.pending, 0);
        }
      }),
    );
  });
}

for (const delivery of DELIVERIES) {
  Deno.test(`LikesServer in ${delivery} keeps its invariants and comes to an end, whatever happens`, () => {
    fc.assert(
      fc.property(histories([]), (history) => {
        const world = run(delivery, history);
        for (const i of SERVERS) assert(world.server.at(i).isIdle);
      }),
      { numRuns: 300 },
    );
  });
}

for (const delivery of ["crdt", "dedup"] as const) {
  Deno.test(`LikesServer in ${delivery} ends exact after any loss, repetition, order and crash`, () => {
    fc.assert(
      fc.property(
        histories([...REFUSES, ...FORGETS]),
        (history) => assertExact(run(delivery, history)),
      ),
      { numRuns: 500 },
    );
  });

  Deno.test(`LikesServer in ${delivery} ends exact after a primary forgot and one more draw`, () => {
    fc.assert(
      fc.property(
        histories(REFUSES),
        (history) => assertExact(run(delivery, history)),
      ),
      { numRuns: 500 },
    );
  });
}

Deno.test("LikesServer in at-least-once never loses", () => {
  fc.assert(
    fc.property(histories([...REFUSES, ...FORGETS]), (history) => {
      const world = run("at-least-once", history);
      for (const i of SERVERS) {
        const s = world.server.at(i);
        assertLessOrEqual(world.generated(i), world.counted(i));
        assertEquals([s.pending, s.acknowledged], [0, s.total]);
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("LikesServer in at-most-once never counts twice when the network repeats nothing", () => {
  fc.assert(
    fc.property(histories(REPEATS), (history) => {
      const world = run("at-most-once", history);
      for (const i of SERVERS) {
        assertLessOrEqual(world.counted(i), world.generated(i));
        assertEquals(world.server.at(i).pending, 0);
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("LikesServer in original ends exact, counts twice, or is stuck above 42 and says so", () => {
  const seen = { exact: 0, twice: 0, stuck: 0 };
  fc.assert(
    fc.property(histories([...REFUSES, ...FORGETS]), (history) => {
      const world = run("original", history);
      for (const i of SERVERS) {
        const s = world.server.at(i);
        assertLessOrEqual(
          world.generated(i),
          world.counted(i) + s.pending,
          "Nothing is lost in silence",
        );
        if (s.pending > 0) {
          seen.stuck++;
          assert(s.pending > 42 && s.rejected > 0);
        } else if (world.counted(i) > world.generated(i)) {
          seen.twice++;
        } else {
          seen.exact++;
          assertEquals(world.counted(i), world.generated(i));
        }
      }
    }),
    { numRuns: 500 },
  );
  assert(seen.exact > 0 && seen.twice > 0 && seen.stuck > 0);
});
