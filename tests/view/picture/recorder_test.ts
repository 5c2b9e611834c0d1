import { assertEquals, assertLess } from "@std/assert";
import { judge } from "../../../lib/verdict/verdict.ts";
import { PictureRecorder } from "../../../lib/view/picture/recorder.ts";

const SETTING = {
  world: "live",
  servers: 3,
  plannedSeconds: 10,
} as const;

Deno.test("PictureRecorder.picture() lists those furthest behind, where there are too many likes servers", () => {
  const recorder = new PictureRecorder(SETTING);
  for (let id = 0; id < 102; id++) {
    const gap = id === 7 ? 0 : id === 50 ? 1 : 2;
    const counted = 10 - gap;
    const likes = { generated: 10, counted };
    recorder.sampleServer(id, 1, { state: "waiting", ...likes });
  }
  const picture = recorder.picture();
  const ids = new Set(picture.servers.map(({ id }) => id));
  assertEquals(ids.size, 100);
  assertEquals([ids.has(7), ids.has(50)], [false, false]);
  assertEquals(picture.serversHidden, 2);
});

Deno.test("PictureRecorder keeps what went wrong, however much goes well after it", () => {
  const recorder = new PictureRecorder(SETTING);
  recorder.event({ seconds: 1, who: "primary", text: "killed", tone: "bad" });
  for (let t = 2; t < 100; t++) {
    recorder.event({ seconds: t, who: "x", text: "draws", tone: "plain" });
  }
  const { events } = recorder.picture();
  assertEquals(
    events.map(({ seconds }) => seconds),
    [...Array.from({ length: 20 }, (_, i) => 99 - i), 1],
  );
});

Deno.test("PictureRecorder.end() shows what the verdict says, and keeps who crashed", () => {
  const recorder = new PictureRecorder(SETTING);
  recorder.sampleServer(0, 5, { state: "drawing", generated: 9, counted: 9 });
  recorder.sampleServer(1, 5, { state: "crashed", generated: 9, counted: 2 });
  recorder.sample(5, { generated: 18, counted: 11, stalenessSeconds: 3 });
  const verdict = judge({ delivery: "crdt", seed: 1 }, [
    {
      name: "LikesServer0",
      draws: 5,
      generated: 9,
      acknowledged: 9,
      counted: 9,
      pending: 0,
    },
    {
      name: "LikesServer1",
      draws: 5,
      generated: 9,
      acknowledged: 2,
      counted: 2,
      pending: 7,
    },
  ]);
  recorder.end(verdict);
  const picture = recorder.picture();
  assertEquals(picture.servers.map(({ state }) => state), ["ended", "crashed"]);
  assertEquals(picture.counted, 11);
  assertEquals(picture.stalenessSeconds, 3);
  assertEquals(picture.verdict?.undelivered, 7);
  assertEquals(picture.verdict?.servers, undefined);
});

Deno.test("PictureRecorder.lift() ends an unplanned fault, and no planned one", () => {
  const planned = {
    kind: "crash",
    fromSeconds: 1,
    untilSeconds: null,
    who: "LikesServer3",
  } as const;
  const recorder = new PictureRecorder(SETTING, [planned]);
  recorder.fault({ ...planned, fromSeconds: 2 });
  recorder.lift(4, ({ kind }) => kind === "crash");
  assertEquals(recorder.faults, [
    planned,
    { ...planned, fromSeconds: 2, untilSeconds: 4, unplanned: true },
  ]);
});

Deno.test("PictureRecorder's memory does not grow with the run", () => {
  const recorder = new PictureRecorder(SETTING);
  const size = () => JSON.stringify(recorder.picture()).length;
  const go = (from: number, to: number) => {
    for (let t = from; t < to; t += 0.5) {
      recorder.sample(t, {
        generated: 1000,
        counted: 990,
        stalenessSeconds: 1,
      });
      recorder.sampleServer(0, t, {
        state: "drawing",
        generated: 1000,
        counted: 990,
      });
      recorder.event({ seconds: t, who: "x", text: "draws", tone: "plain" });
    }
  };
  go(0, 20_000);
  const before = size();
  go(20_000, 80_000);
  assertLess(size(), 2.2 * before);
});

Deno.test("PictureRecorder.picture() has a line for each of a few replicas, none while one is down, and the spread's peak", () => {
  const recorder = new PictureRecorder({
    ...SETTING,
    plannedSeconds: 9000,
    replicas: 2,
    readers: 1,
  });
  const sample = (seconds: number, ...counts: (number | null)[]) => {
    const up = counts.filter((count) => count !== null);
    recorder.sample(seconds, {
      replicas: {
        rows: counts.map((counted) => ({
          state: counted === null ? "down" : "up",
          counted: counted ?? 0,
        })),
        lowest: Math.min(...up),
        highest: Math.max(...up),
      },
      reads: { answered: 9, unanswered: 0, judged: 8, fresh: 7 },
    });
  };
  sample(0, 30, 10);
  sample(1, 30, 30); // in the bucket of 10 seconds of the one before
  sample(20, 50, null);
  const { series, spread, replicas, reads } = recorder.picture();
  assertEquals(series.replicas, [[30, 50], [30, null]]);
  assertEquals(series.lowest, [10, 50]);
  assertEquals(series.highest, [30, 50]);
  assertEquals(series.spread, [20, 0]);
  assertEquals(series.readsFresh, [7, 7]);
  assertEquals([spread, replicas?.length, reads?.judged], [0, 2, 8]);
});

Deno.test("PictureRecorder keeps a band of ten thousand replicas, no line and few rows", () => {
  const recorder = new PictureRecorder({ ...SETTING, replicas: 10_000 });
  for (let t = 0; t < 20_000; t++) {
    recorder.sample(t / 1000, {
      replicas: { rows: [], lowest: t, highest: 2 * t },
    });
  }
  const replicas = Array.from({ length: 10_000 }, (_, i) => ({
    name: `primary${i}`,
    counted: i,
  }));
  recorder.end(judge({ delivery: "crdt", seed: 1, replicas }, []));
  const { series, replicas: rows = [], spread } = recorder.picture();
  assertEquals(series.replicas, undefined);
  assertEquals(series.highest?.length, series.seconds.length);
  assertLess(series.seconds.length, 1001);
  assertEquals([rows.length, spread], [32, 9999]);
});

Deno.test("PictureRecorder.picture() of a single primary tells nothing of replicas or reads", () => {
  const recorder = new PictureRecorder(SETTING);
  recorder.sample(1, { generated: 1, counted: 1, stalenessSeconds: 0 });
  const { series, ...picture } = recorder.picture();
  assertEquals(Object.keys(series), [
    ...["seconds", "generated", "counted", "gapMin", "gapMax", "staleness"],
  ]);
  for (const key of ["replicas", "spread", "reads"]) {
    assertEquals(key in picture, false, key);
  }
});
