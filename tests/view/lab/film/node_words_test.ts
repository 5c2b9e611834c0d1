import { assertEquals } from "@std/assert";
import {
  readerWords,
  replicaWords,
  serverWords,
} from "../../../../lib/view/lab/film/node_words.ts";
import type { ToldRead } from "../../../../lib/view/lab/film/told_reads.ts";

const READ: ToldRead = {
  ...{ client: 0, item: 3, startTick: 90_000, endTick: 91_000, likes: 70 },
  ...{ outcome: "stale", wentBack: true },
  stale: { versions: 3, ticks: 42_000 },
};

Deno.test("replicaWords() says what a replica lacks of the counted and of the drawn likes", () => {
  const scale = { generated: 1500, counted: 1400 };
  const roomy = { room: "words", isAlone: false } as const;
  assertEquals(
    replicaWords({ state: "up", total: 1365 }, scale, roomy).lines,
    ["1,365", "−35 of counted", "−135 of drawn"],
  );
  assertEquals(
    replicaWords({ state: "up", total: 1400 }, scale, roomy).lines,
    ["1,400", "✓ all counted", "−100 of drawn"],
  );
  assertEquals(
    replicaWords({ state: "up", total: 100 }, scale, {
      ...roomy,
      room: "numbers",
    }).lines,
    ["100", "−1.3k | −1.4k"],
  );
  assertEquals(
    replicaWords({ state: "up", total: 1390 }, scale, {
      ...roomy,
      room: "number",
    }).lines,
    ["1,390", "−10"],
  );
  // Likes counted twice are more than were drawn.
  const alone = replicaWords({ state: "up", total: 1520 }, scale, {
    room: "words",
    isAlone: true,
  });
  assertEquals(alone.lines, ["1,520", "+20 of drawn"]);
  assertEquals(alone.told, "1,520 likes, ahead of what was drawn by 20");
  assertEquals(
    replicaWords({ state: "up", total: 1365 }, scale, roomy).told,
    "1,365 likes, behind all replicas together by 35, behind what was drawn by 135",
  );
  const dead = replicaWords({ state: "crashed", total: 7 }, scale, roomy);
  assertEquals([dead.lines, dead.look], [["7", "✗ killed"], "crashed"]);
});

Deno.test("readerWords() marks a stale answer with its versions and seconds, and one that went back", () => {
  const reader = { id: 1, replica: 0, isWaiting: false };
  const { lines, told, look } = readerWords({
    ...reader,
    ...{ read: READ, over: 12, stale: 5 },
  });
  assertEquals(lines, ["▲ −3, 4.2 s ↶", "5/12 stale"]);
  assertEquals(look, "stale back");
  assertEquals(
    told,
    "last answer, about LikesServer3: stale: 3 versions and 4.2 s behind, older than one that it had before; 5/12 stale",
  );
  const none = readerWords({
    ...reader,
    ...{ read: null, over: 0, stale: 0, isWaiting: true },
  });
  assertEquals(none.lines, ["asks …", ""]);
});

Deno.test("serverWords() says the gap, and what the own read lacked", () => {
  const server = {
    ...{ id: 3, state: "drawing" as const, generated: 90, acknowledged: 90 },
    ...{ counted: 70, replica: 0, isCutTo: false, isCutFrom: false },
  };
  const { lines, look } = serverWords({
    ...server,
    read: { ...READ, wentBack: false },
  });
  assertEquals(lines, ["gap 20 · ▲ −3, 4.2 s"]);
  assertEquals(look, "drawing behind");
  const twice = serverWords({ ...server, counted: 95, read: null });
  assertEquals([twice.lines, twice.look], [["gap -5"], "drawing twice"]);
});
