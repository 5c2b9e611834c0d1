import { assertEquals } from "@std/assert";
import {
  CountedBetween,
  CountedTogether,
  heldOfAll,
} from "../../../lib/live/run/counted_between.ts";
import type { Stats } from "../../../lib/live/primary/stats.ts";
import { statsWith } from "./stats_with.ts";

function unmarked(likes: number): Stats["servers"] {
  return [{ name: "LikesServer3", unmarked: likes, sessions: [] }];
}

Deno.test("CountedBetween takes differences, so that an earlier run does not count", () => {
  const counted = new CountedBetween(
    statsWith({ reports: 10, duplicates: 1, servers: unmarked(100) }),
    statsWith({ reports: 15, duplicates: 3, servers: unmarked(142) }),
    20,
  );
  assertEquals(counted.unmarked("LikesServer3"), 42);
  assertEquals(counted.unmarked("LikesServer4"), 0);
  assertEquals(counted.reports, 5);
  assertEquals(counted.duplicates, 2);
});

Deno.test("heldOfAll() adds up what was counted of all likes servers", () => {
  const session = "00000000000000aa";
  const servers = [3, 4].map((id) => ({
    name: `LikesServer${id}`,
    unmarked: 10 * id,
    sessions: [{ session, seq: 2, total: id }],
  }));
  const counted = new CountedBetween(statsWith({}), statsWith({ servers }), 20);
  const asked = servers.map(({ name }) => ({ name, sessionText: session }));
  assertEquals(heldOfAll(counted, asked, true), 7);
  assertEquals(heldOfAll(counted, asked, false), 70);
});

Deno.test("CountedBetween finds a session among those of its likes server", () => {
  const sessions = [
    { session: "00000000000000aa", seq: 9, total: 200 },
    { session: "00000000000000bb", seq: 3, total: 42 },
  ];
  const servers = [{ name: "LikesServer3", unmarked: 7, sessions }];
  const counted = new CountedBetween(statsWith({}), statsWith({ servers }), 20);
  assertEquals(counted.session("LikesServer3", "00000000000000bb").total, 42);
  assertEquals(counted.session("LikesServer3", "00000000000000cc").total, 0);
  assertEquals(counted.session("LikesServer4", "00000000000000bb").total, 0);
});

Deno.test("CountedBetween knows a primary that went on from its log from one that came back empty", () => {
  const before = statsWith({ servers: unmarked(100), reports: 10 });
  const resumed = statsWith({
    uptimeSeconds: 5,
    resumedReports: 12,
    servers: unmarked(142),
  });
  assertEquals(
    new CountedBetween(before, resumed, 20).unmarked("LikesServer3"),
    42,
  );
  const empty = statsWith({ uptimeSeconds: 5, servers: unmarked(30) });
  const counted = new CountedBetween(before, empty, 20);
  assertEquals(counted.unmarked("LikesServer3"), 30);
  assertEquals(counted.reports, undefined);
  assertEquals(counted.duplicates, undefined);
});

Deno.test("CountedTogether takes the highest seq of each session", () => {
  const session = "00000000000000aa";
  const at = (seq: number, total: number) => {
    const sessions = [{ session, seq, total }];
    const servers = [{ name: "LikesServer3", unmarked: 0, sessions }];
    const after = statsWith({ reports: 3, servers });
    return new CountedBetween(statsWith({}), after, 20);
  };
  const together = new CountedTogether([at(2, 40), at(3, 41)]);
  assertEquals(together.session("LikesServer3", session).seq, 3);
  assertEquals(together.session("LikesServer3", session).total, 41);
  assertEquals(together.reports, 6);
});

Deno.test("CountedTogether adds up what incarnations counted without marks, each once", () => {
  const stats = (totals: Record<string, number>) => {
    const components = Object.entries(totals).map(([incarnation, total]) => ({
      incarnation,
      seq: 1,
      total,
    }));
    const servers = [{
      name: "LikesServer3",
      unmarked: components.reduce((sum, { total }) => sum + total, 0),
      components,
      sessions: [],
    }];
    return statsWith({ servers });
  };
  const together = new CountedTogether([
    new CountedBetween(stats({ aa: 10 }), stats({ aa: 14, bb: 3 }), 20),
    // Before the run it had not heard of all that the other one had counted.
    new CountedBetween(stats({ aa: 2 }), stats({ aa: 12, bb: 5 }), 20),
    new CountedBetween(statsWith({}), stats({ cc: 7 }), 20),
  ]);
  assertEquals(together.unmarked("LikesServer3"), 4 + 5 + 7);
  assertEquals(together.unmarked("LikesServer4"), 0);
});

Deno.test("CountedBetween takes no earlier run for this one where an empty replica got it back from others", () => {
  const stats = (uptimeSeconds: number, ...totals: number[]) =>
    statsWith({
      uptimeSeconds,
      servers: [{
        name: "LikesServer3",
        unmarked: totals.reduce((sum, total) => sum + total, 0),
        components: totals.map((total, i) => ({
          incarnation: `${i}`,
          seq: 1,
          total,
        })),
        sessions: [],
      }],
    });
  const counted = new CountedBetween(stats(100, 10, 20), stats(5, 0, 26), 20);
  assertEquals(counted.unmarked("LikesServer3"), 6);
});

Deno.test("CountedTogether knows no reports where one replica was restarted", () => {
  const before = statsWith({ reports: 10 });
  const still = new CountedBetween(before, statsWith({ reports: 15 }), 20);
  const restarted = new CountedBetween(
    before,
    statsWith({ uptimeSeconds: 5 }),
    20,
  );
  assertEquals(new CountedTogether([still]).reports, 5);
  assertEquals(new CountedTogether([still, restarted]).reports, undefined);
});
