import { assertEquals } from "@std/assert";
import {
  HISTORY_KINDS,
  type HistoryEvent,
} from "../../../lib/verdict/history.ts";
import { judge } from "../../../lib/verdict/verdict.ts";
import { describeEvent } from "../../../lib/view/picture/history_events.ts";
import { HistoryPicture } from "../../../lib/view/picture/history_picture.ts";

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

Deno.test("HistoryPicture.add() follows likes, gap, staleness and states", () => {
  const history = new HistoryPicture({ world: "virtual", plannedSeconds: 10 });
  for (const event of HISTORY) history.add(event);
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
  const history = new HistoryPicture({ world: "virtual" });
  for (const event of HISTORY) history.add(event);
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
