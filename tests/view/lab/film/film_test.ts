import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { DELIVERIES } from "../../../../lib/domain/delivery.ts";
import { simulate } from "../../../../lib/sim/run.ts";
import { Film } from "../../../../lib/view/lab/film/film.ts";
import { type LabRun, runLab } from "../../../../lib/view/lab/lab_run.ts";
import { SCENARIOS } from "../../../../lib/view/lab/scenarios.ts";
import { settingFromHash } from "../../../../lib/view/lab/setting.ts";
import { settings } from "../settings.ts";

function filmOf(hash: string): { film: Film; run: LabRun } {
  const options = settingFromHash(hash);
  const run = runLab(options);
  return { film: new Film(options, run.reel), run };
}

/** The whole content of a frame, as text. */
function told(film: Film, slowness = 0): string {
  return JSON.stringify(film.frame(slowness));
}

Deno.test("Film.seek() to the end shows the numbers of the verdict, for any setting", () => {
  fc.assert(
    fc.property(settings(), (drawn) => {
      const options = { ...drawn, servers: Math.min(drawn.servers, 10) };
      let run;
      try {
        run = runLab(options);
      } catch {
        return; // the faults name likes servers beyond the tenth
      }
      const film = new Film(options, run.reel);
      film.seek(Infinity);
      const { servers, generated, counted, replicas } = film.frame();
      const { verdict } = run;
      if (options.replicas > 1) {
        assertEquals(
          replicas.map(({ total }) => total),
          verdict.replicas?.map((replica) => replica.counted),
        );
      }
      assertEquals([generated, counted], [verdict.generated, verdict.counted]);
      // A primary that forgot is known of a likes server by its next report.
      if (options.durability === "none") return;
      for (const [index, one] of (verdict.servers ?? []).entries()) {
        const shown = servers[index];
        assertEquals(
          [shown?.generated, shown?.acknowledged, shown?.counted],
          [one.generated, one.acknowledged, one.counted],
        );
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("Film.seek() shows a moment however it was reached", () => {
  const { film, run } = filmOf(
    "servers=4&lifetime=30s&loss=0.1&duplicate=0.2&latency=exp:100ms&crash=LikesServer1@10s%2B3s",
  );
  const { endTick } = run.reel;
  fc.assert(fc.property(
    fc.array(fc.integer({ min: -10, max: endTick + 10 }), { minLength: 1 }),
    (ticks) => {
      for (const tick of ticks) film.seek(tick);
      const reached = told(film);
      film.seek(0);
      film.seek(ticks.at(-1) ?? 0);
      assertEquals(told(film), reached);
    },
  ));
});

Deno.test("Film.step() goes through every event once, and back", () => {
  const { film, run } = filmOf("servers=3&lifetime=20s&loss=0.2");
  const { events } = run.reel;
  const forth: string[] = [];
  for (const event of events) {
    film.step(1);
    assertEquals(film.frame().event, event);
    forth.push(told(film));
  }
  const atEnd = told(film);
  film.step(1);
  assertEquals(told(film), atEnd);
  for (let i = events.length - 2; i >= 0; i--) {
    film.step(-1);
    assertEquals(told(film), forth[i]);
  }
  film.step(-1);
  assertEquals([film.tick, film.frame().event], [0, undefined]);
});

Deno.test("Film.frame() shows who is cut off, killed, paused, not started and stuck", () => {
  const { film } = filmOf(
    "servers=5&lifetime=60s&spawn-interval=1s&partition=20s..30s:LikesServer0:->primary" +
      "&partition=25s..30s:LikesServer1:<-primary&crash=LikesServer2@20s%2B10s" +
      "&pause=LikesServer3@20s%2B10s&crash=primary@40s%2B5s&pause=primary@50s%2B5s",
  );
  film.seek(0.5 * 10_000);
  assertEquals(film.frame().servers.map(({ state }) => state), [
    "drawing",
    "not started",
    "not started",
    "not started",
    "not started",
  ]);
  film.seek(27 * 10_000);
  const { servers, replicas } = film.frame();
  assertEquals(
    servers.map(({ isCutTo, isCutFrom }) => [isCutTo, isCutFrom]),
    [[true, false], [false, true], ...Array(3).fill([false, false])],
  );
  assertEquals(servers[2]?.state, "crashed");
  assertEquals(servers[3]?.state, "paused");
  assertEquals(replicas.map(({ state }) => state), ["up"]);
  film.seek(42 * 10_000);
  assertEquals(film.frame().replicas[0]?.state, "crashed");
  film.seek(52 * 10_000);
  assertEquals(film.frame().replicas[0]?.state, "paused");

  const stuck = SCENARIOS.find(({ id }) => id === "lost-ack");
  assert(stuck !== undefined);
  const film2 = new Film(stuck.options, runLab(stuck.options).reel);
  film2.seek(60 * 10_000);
  assertEquals(film2.frame().servers[1]?.state, "stuck");
  film2.seek(Infinity);
  assertEquals(
    film2.frame().servers.map(({ state }) => state),
    ["ended", "stuck", "ended"],
  );
});

Deno.test("runLab() comes to the same history with and without a film, under every mode", () => {
  const base = settingFromHash("servers=3&lifetime=30s&loss=0.1&duplicate=0.1");
  for (const delivery of DELIVERIES) {
    const options = { ...base, delivery };
    const [one, other] = [runLab(options), runLab(options, { hasReel: false })];
    assertEquals(one.verdict.digest, other.verdict.digest);
    assertEquals(other.reel.events, []);
    assertEquals(one.picture, other.picture);
  }
});

Deno.test("runLab() comes to the history of the command line, for any setting", () => {
  fc.assert(
    fc.property(settings(), (options) => {
      assertEquals(runLab(options).verdict.digest, simulate(options).digest);
    }),
    { numRuns: 100 },
  );
});

Deno.test("runLab() shows a sample of many likes servers, and all of a few", () => {
  const few = runLab(settingFromHash("servers=10&lifetime=10s")).reel;
  assertEquals([few.servers.length, few.isWhole], [10, true]);
  const many = runLab(
    settingFromHash(
      "servers=200&spawn-interval=0s&lifetime=10s&partition=2s..4s:LikesServer100-150",
    ),
  );
  const { servers, isWhole, events } = many.reel;
  assertEquals(servers, [0, 1, 2, 3, 4, 5, 6, 7, 100, 101]);
  assertEquals(isWhole, false);
  assert(
    events.every(({ server }) =>
      server === undefined || servers.includes(server)
    ),
  );
  assertEquals(many.verdict.servers?.length, 200);
});

Deno.test("runLab() tells how far it is, and how long it took by the clock it is given", () => {
  const shares: number[] = [];
  let ms = 0;
  const { verdict } = runLab(settingFromHash("servers=200&spawn-interval=0s"), {
    onProgress: (share) => shares.push(share),
    clock: () => (ms += 250),
    program: "likes",
  });
  assert(shares.length > 1);
  assertEquals(shares, shares.toSorted((one, other) => one - other));
  assert(shares.every((share) => share > 0 && share <= 1));
  assertEquals(verdict.wallSeconds, 0.25);
  assert(verdict.command?.startsWith("likes sim --servers 200 "));
});
