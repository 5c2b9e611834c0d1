import { assertEquals } from "@std/assert";
import {
  HISTORY_KINDS,
  type HistoryEvent,
} from "../../../lib/verdict/history.ts";
import { HistoryMeter } from "../../../lib/verdict/replay.ts";
import { judge } from "../../../lib/verdict/verdict.ts";
import { describeEvent } from "../../../lib/view/picture/history_events.ts";
import { HistoryPicture } from "../../../lib/view/picture/history_picture.ts";
import type { RunSetting } from "../../../lib/view/picture/picture.ts";
import type { ReplicaSample } from "../../../lib/view/picture/recorder.ts";

const HISTORY: readonly HistoryEvent[] = [
  { t: 1, kind: "draw", server: 0, seq: 1, likes: 14, total: 14 },
  { t: 1, kind: "send", server: 0, seq: 1, likes: 14, attempt: 1 },
  { t: 1.1, kind: "lose", server: 0, attempt: 1 },
  { t: 2, kind: "draw", server: 1, seq: 1, likes: 6, total: 6 },
  { t: 2.5, kind: "count", server: 1, seq: 1, likes: 6, total: 6 },
  { t: 2.6, kind: "ack", server: 1, seq: 1, total: 6 },
  { t: 3, kind: "crash", server: 1 },
  { t: 4, kind: "count", server: 0, seq: 1, likes: 14, total: 14 },
];

/** The picture of a history, with the sums of its meter. */
function pictureOf(
  setting: RunSetting,
  events: readonly HistoryEvent[],
): HistoryPicture {
  const history = new HistoryMeter();
  const picture = new HistoryPicture(setting, {
    sample: () => ({
      generated: history.meter.likesGenerated,
      counted: history.meter.likesCounted,
      stalenessSeconds: history.meter.stalenessTicks / 10_000,
    }),
    countedOf: (server) =>
      [...history.accounts("crdt")].find(({ name }) =>
        name === `LikesServer${server}`
      )?.counted ?? 0,
  });
  for (const event of events) {
    history.add(event);
    picture.add(event);
  }
  return picture;
}

Deno.test("HistoryPicture.add() follows likes, gap, staleness and states", () => {
  const setting = { world: "virtual", plannedSeconds: 10 } as const;
  const history = pictureOf(setting, HISTORY);
  const { series, servers, events } = history.picture();
  assertEquals(series.seconds, [1, 2, 2.5, 4]);
  assertEquals(series.generated, [14, 20, 20, 20]);
  assertEquals(series.counted, [0, 0, 6, 20]);
  assertEquals(series.gapMax, [14, 20, 14, 0]);
  assertEquals(series.staleness, [0, 1, 1.5, 0]);
  assertEquals(
    servers.map(({ state, generated, acknowledged, counted }) => [
      state,
      generated,
      acknowledged,
      counted,
    ]),
    [["waiting", 14, 0, 14], ["crashed", 6, 6, 6]],
  );
  assertEquals(events[0]?.text, "14 counted, draws up to 1");
});

Deno.test("HistoryPicture.end() ends with the verdict's numbers", () => {
  const history = pictureOf({ world: "virtual" }, HISTORY);
  const account = {
    draws: 1,
    generated: 10,
    acknowledged: 10,
    counted: 10,
    pending: 0,
  };
  const verdict = judge({ delivery: "crdt", seed: 1 }, [
    { name: "LikesServer0", ...account },
    { name: "LikesServer1", ...account },
  ]);
  history.end(9, verdict);
  const picture = history.picture();
  assertEquals(picture.nowSeconds, 9);
  assertEquals([picture.generated, picture.counted], [20, 20]);
  assertEquals(picture.servers.map(({ state }) => state), ["ended", "crashed"]);
});

Deno.test("describeEvent() has words for every kind of event", () => {
  for (const kind of HISTORY_KINDS) {
    const { text, who } = describeEvent({ t: 1, kind });
    assertEquals(/undefined|^$/.test(text + who), false, kind);
  }
  assertEquals(describeEvent({ t: 1, kind: "heal" }).tone, "good");
  assertEquals(describeEvent({ t: 1, kind: "crash" }), {
    seconds: 1,
    who: "primary",
    text: "killed",
    tone: "bad",
  });
});

Deno.test("HistoryPicture.add() follows replicas and reads, and takes a read for no event of its likes server", () => {
  let replicas: ReplicaSample = { rows: [] };
  let fresh = 0;
  const picture = new HistoryPicture(
    { world: "virtual", plannedSeconds: 10, replicas: 2, readers: 1 },
    {
      sample: () => ({
        generated: 14,
        counted: 14,
        replicas,
        reads: { answered: 2, unanswered: 0, judged: 2, fresh },
      }),
      countedOf: () => 14,
    },
  );
  const holding = (...counts: number[]): ReplicaSample => ({
    rows: counts.map((counted) => ({ state: "up", counted })),
    lowest: Math.min(...counts),
    highest: Math.max(...counts),
  });
  replicas = holding(14, 0);
  picture.add({
    t: 1,
    kind: "count",
    server: 0,
    seq: 1,
    likes: 14,
    replica: 0,
  });
  replicas = holding(14, 14);
  picture.add({ t: 2, kind: "merge", replica: 1, peer: 0, entries: 1 });
  fresh = 1;
  picture.add({ t: 3, kind: "value", server: 7, reader: 0, total: 0 });
  replicas = {
    ...holding(14),
    rows: [{ state: "up", counted: 14 }, { state: "down", counted: 14 }],
  };
  picture.add({ t: 4, kind: "crash", replica: 1 });
  const { series, servers, spread, replicas: rows, reads } = picture.picture();
  assertEquals(series.replicas, [[14, 14, 14, 14], [0, 14, 14, null]]);
  assertEquals(series.spread, [14, 0, 0, 0]);
  assertEquals(series.readsFresh, [0, 0, 1, 1]);
  assertEquals(servers.map(({ id }) => id), [0]);
  assertEquals([spread, rows?.[1]?.state, reads?.fresh], [0, "down", 1]);
});
