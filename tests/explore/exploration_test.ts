import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { DELIVERIES } from "../../lib/domain/delivery.ts";
import { Exchanges } from "../../lib/rules/exchange/exchange.ts";
import { boundsOf, explore, onlyOf } from "./bounds_of_tests.ts";

for (const delivery of DELIVERIES) {
  Deno.test(
    `Exploration holds ${delivery} to its promise, and finds that it is kept`,
    () => {
      const result = explore(boundsOf({ delivery, servers: 1 }));
      assertEquals(result.story?.violation, undefined);
      assert(result.holds && result.isWhole);
      assert(result.states > 1000, `${result.states} states`);
    },
  );
}

Deno.test("Exploration finds the story of at-least-once that textbooks tell: counted, ACK lost, sent again, counted twice", () => {
  const { events, story } = explore(
    onlyOf({ delivery: "at-least-once", losses: 1, isExact: true }),
  );
  assertEquals(events, "draw0,deliver0,lose0,timeout0,retry0,deliver0");
  assertEquals(
    story?.violation,
    "a draw is counted twice: primary counts 28 of LikesServer0, which drew 14 in 1 draw",
  );
});

Deno.test("Exploration finds the story of the original that textbooks tell: counted, ACK lost, sent again with the next, counted twice", () => {
  const { events, story } = explore(
    onlyOf({ delivery: "original", losses: 1, isExact: true }),
  );
  assertEquals(events, "draw0,deliver0,lose0,timeout0,draw0,deliver0");
  assertEquals(
    story?.violation,
    "a draw is counted twice: primary counts 33 of LikesServer0, which drew 19 in 2 draws",
  );
});

Deno.test("Exploration finds what a primary forgets that starts again empty, and that the next report with a mark brings it again", () => {
  const bounds = { servers: 1, crashes: 1, late: 1, forgets: true };
  for (const delivery of DELIVERIES) {
    assert(explore(onlyOf({ ...bounds, delivery })).holds, delivery);
    const isHeld = { ...bounds, delivery, isExact: true };
    const { events, story } = explore(onlyOf(isHeld));
    const crash = "crash-primary0,restart-primary0";
    assertEquals(events, `draw0,deliver0,deliver0,${crash}`);
    assertEquals(
      story?.violation,
      "a draw is acknowledged that is not counted: primary counts 0 of LikesServer0, which drew 14 in 1 draw",
    );
    assertStringIncludes(story?.steps.at(-1)?.words ?? "", "holds nothing");
  }
});

Deno.test("Exploration finds reads fresh that a crashed replica keeps waiting, and others where replicas may forget", () => {
  const reads = {
    readFrom: "any",
    readQuorum: 2,
    readRepair: "before",
  } as const;
  const quorum = { replicas: 3, writeTo: "all", writeQuorum: 2 } as const;
  const bounds = {
    servers: 1,
    draws: 1,
    crashes: 1,
    reads: 1,
    ...reads,
    ...quorum,
  };
  for (const forgets of [false, true]) {
    const { holds, states } = explore(onlyOf({ ...bounds, forgets }));
    assert(holds);
    assert(states > 1000, `${states} states`);
  }
});

Deno.test("Exploration finds that at-most-once never counts a report that was lost", () => {
  const { events } = explore(
    onlyOf({ delivery: "at-most-once", losses: 1, isExact: true }),
  );
  assertEquals(events, "draw0,lose0,timeout0,end");
});

Deno.test("Exploration finds every mode exact without faults", () => {
  for (const delivery of DELIVERIES) {
    const result = explore(onlyOf({ delivery, isExact: true }));
    assert(result.holds, `${delivery}: ${result.story?.violation}`);
  }
});

Deno.test("Exploration finds what is wrong by rules that treat a replica by its name", () => {
  const sizes = { servers: 2, draws: 1, replicas: 2 };
  const bounds = onlyOf({ ...sizes, exchanges: 1, reads: 1 });
  const { holds, events = "", story } = explore(bounds, {
    makeExchanges: (feeds, ...others) => {
      const touch = feeds.touch.bind(feeds);
      // What nobody told is taken to be what replica 0 told.
      feeds.touch = (replica, row, source) =>
        touch(replica, row, Math.max(0, source));
      return new Exchanges(feeds, ...others);
    },
  });
  assertEquals(holds, false);
  assertEquals(events, "draw1,deliver1,exchange0.1,sync0");
  assert(story?.violation !== undefined);
});

Deno.test("Exploration stops at the most states that it may see, and knows that it has not seen all", async () => {
  const { Exploration } = await import("../../lib/explore/exploration.ts");
  const exploration = new Exploration(boundsOf({}), 1000);
  while (!exploration.advance(100));
  const { states, isWhole, holds } = exploration.result();
  assert(states >= 1000 && states < 1100, `${states}`);
  assertEquals([isWhole, holds], [false, null]);
});
