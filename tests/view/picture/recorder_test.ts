import { assertEquals, assertLess } from "@std/assert";
import fc from "fast-check";
import { judge } from "../../../lib/verdict/verdict.ts";
import type { RunPicture } from "../../../lib/view/picture/picture.ts";
import { PictureRecorder } from "../../../lib/view/picture/recorder.ts";
import { updatePicture } from "../../../lib/view/picture/update.ts";

const SETTING = {
  world: "live",
  servers: 3,
  plannedSeconds: 10,
} as const;

/** What comes through a wire. */
function sent<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}

Deno.test("PictureRecorder.update() brings a page to the same picture as picture(), whatever happens", () => {
  const step = fc.record({
    seconds: fc.double({ min: 0, max: 2, noNaN: true }),
    server: fc.nat(6),
    generated: fc.nat(500),
    counted: fc.option(fc.nat(500), { nil: undefined }),
    isLooked: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80, size: "max" }), (steps) => {
      // Few points and rows, so that both run over.
      const recorder = new PictureRecorder(SETTING, [], {
        pointsMax: 10,
        rowsMax: 4,
      });
      let page: RunPicture | undefined;
      let now = 0;
      for (const { seconds, server, generated, counted, isLooked } of steps) {
        now += seconds;
        const state = generated > 250 ? "waiting" : "drawing";
        recorder.sampleServer(server, now, { state, generated, counted });
        recorder.sample(now, { generated, counted, stalenessSeconds: seconds });
        recorder.event({ seconds: now, who: "x", text: "y", tone: "plain" });
        if (!isLooked) continue;
        // A new page gets the whole after the others got the change, as the
        // event stream does it.
        const update = sent(recorder.update());
        page = page === undefined
          ? sent(recorder.picture())
          : updatePicture(page, update);
        assertEquals(page, sent(recorder.picture()));
      }
    }),
  );
});

Deno.test("PictureRecorder.update() tells what is new only", () => {
  const recorder = new PictureRecorder({ ...SETTING, plannedSeconds: 300 });
  for (let t = 0; t < 250; t++) {
    recorder.sample(t, { generated: t, counted: t });
    recorder.sampleServer(0, t, { state: "drawing", generated: 1, counted: 1 });
  }
  recorder.update();
  recorder.sample(251, { generated: 251, counted: 250 });
  const update = recorder.update();
  assertEquals(update.seriesFrom, 249);
  assertEquals(update.series.generated, [249, 251]);
  assertEquals(update.servers[0]?.gaps, undefined);
  assertLess(JSON.stringify(update).length, 800);
});

Deno.test("PictureRecorder.picture() lists those furthest behind, where there are too many likes servers", () => {
  const recorder = new PictureRecorder(SETTING, [], { rowsMax: 2 });
  [3, 9, 0, 7].forEach((gap, id) =>
    recorder.sampleServer(id, 1, {
      state: "waiting",
      generated: 10,
      counted: 10 - gap,
    })
  );
  const picture = recorder.picture();
  assertEquals(picture.servers.map(({ id }) => id), [1, 3]);
  assertEquals(picture.serversHidden, 2);
});

Deno.test("PictureRecorder keeps what went wrong, however much goes well after it", () => {
  const recorder = new PictureRecorder(SETTING, [], { eventsMax: 4 });
  recorder.event({ seconds: 1, who: "primary", text: "killed", tone: "bad" });
  for (let t = 2; t < 100; t++) {
    recorder.event({ seconds: t, who: "x", text: "draws", tone: "plain" });
  }
  assertEquals(
    recorder.picture().events.map(({ seconds }) => seconds),
    [99, 98, 1],
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
