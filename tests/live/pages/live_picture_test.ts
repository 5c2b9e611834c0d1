import { assert, assertEquals } from "@std/assert";
import { parseInvocation } from "../../../lib/cli/invocation.ts";
import { ReplicaSampler } from "../../../lib/live/agreement/replica_sampler.ts";
import { LivePicture } from "../../../lib/live/pages/live_picture.ts";
import type { LiveRunOptions } from "../../../lib/live/run/options.ts";
import { AcknowledgementMeter } from "../../../lib/verdict/acknowledgement_meter.ts";
import { ReadMeter } from "../../../lib/verdict/read_meter.ts";
import { judge } from "../../../lib/verdict/verdict.ts";
import { Meter } from "../../../lib/verdict/meter.ts";

function optionsOf(...flags: string[]): LiveRunOptions {
  const invocation = parseInvocation(
    ["start", "--servers", "3", "--lifetime", "60s", "--seed", "7", ...flags],
    { program: "likes", drawSeed: () => 0 },
  );
  assert(invocation.command === "start");
  return invocation.options;
}

Deno.test("LivePicture shows what was planned before anything happens", () => {
  const picture = new LivePicture(
    optionsOf("--partition", "10s..20s", "--crash", "LikesServer1@30s+5s"),
  ).picture();
  assertEquals(picture.setting, {
    world: "live",
    delivery: "crdt",
    seed: 7,
    servers: 3,
    plannedSeconds: 62,
    command:
      "likes start --servers 3 --lifetime 60s --seed 7 --partition 10s..20s --crash LikesServer1@30s+5s",
    faultFlags: ["--partition 10s..20s", "--crash LikesServer1@30s+5s"],
  });
  assertEquals(picture.faults.map(({ kind }) => kind), ["partition", "crash"]);
  assertEquals(
    picture.servers.map(({ state }) => state),
    ["not started", "not started", "not started"],
  );
});

Deno.test("LivePicture.onEvent() marks a kill that is of no plan, until the restart", () => {
  const live = new LivePicture(optionsOf());
  live.onEvent({ t: 4, kind: "crash", server: 1 });
  live.onEvent({ t: 5, kind: "crash" });
  live.onEvent({ t: 6, kind: "restart", server: 1 });
  assertEquals(live.picture().faults, [
    {
      kind: "crash",
      fromSeconds: 4,
      untilSeconds: 6,
      who: "LikesServer1",
      unplanned: true,
    },
    {
      kind: "crash",
      fromSeconds: 5,
      untilSeconds: null,
      who: "primary",
      unplanned: true,
    },
  ]);
});

Deno.test("LivePicture.onEvent() marks no kill twice that was planned", () => {
  const live = new LivePicture(optionsOf("--crash", "LikesServer1@30s+5s"));
  live.onEvent({ t: 30.2, kind: "crash", server: 1 });
  live.onEvent({ t: 35.3, kind: "restart", server: 1 });
  assertEquals(live.picture().faults.length, 1);
  assertEquals(live.picture().faults[0]?.unplanned, undefined);
});

Deno.test("LivePicture tells of a primary that somebody has killed, and of its return", () => {
  const live = new LivePicture(optionsOf());
  live.onPrimaryLine("PrimaryLikesServer listening on 127.0.0.1:54321");
  live.onNote("The primary ended by SIGKILL and is started again");
  assertEquals(live.picture().faults.map(({ who }) => who), ["primary"]);
  assertEquals(live.picture().faults[0]?.untilSeconds, null);
  live.onPrimaryLine("PrimaryLikesServer listening on 127.0.0.1:54321");
  assertEquals(live.picture().faults[0]?.untilSeconds, 0);
});

Deno.test("LivePicture reads lines when somebody looks, of many the last ones", () => {
  const live = new LivePicture(optionsOf());
  for (let n = 1; n <= 10_000; n++) {
    live.onLine("LikesServer2", `1.0000 draw seq=${n} likes=1 total=${n}`);
  }
  const { events } = live.picture();
  assertEquals(events.length, 20);
  assertEquals(
    events.find(({ text }) => text === "draws 1, 10000 in all")?.who,
    "LikesServer2",
  );
});

Deno.test("LivePicture.end() shows what the verdict says", async () => {
  const live = new LivePicture(optionsOf());
  live.onBegin({
    nowTicks: 50_000,
    alive: 3,
    records: [],
    meter: new Meter(),
  });
  await live.end(judge({ delivery: "crdt", seed: 7 }, [
    {
      name: "LikesServer0",
      draws: 1,
      generated: 9,
      acknowledged: 9,
      counted: 9,
      pending: 0,
    },
  ]));
  const { verdict, nowSeconds, servers, counted } = live.picture();
  assertEquals([nowSeconds, counted], [5, 9]);
  assertEquals(verdict?.converged, true);
  assertEquals(servers[0]?.state, "ended");
});

Deno.test("LivePicture tells what each replica holds, which is down or stands still, and what readers were told", async () => {
  const live = new LivePicture(optionsOf("--replicas=3", "--readers=2"), {
    without: ["gossip"],
  });
  const run = optionsOf("--replicas=3").run;
  const replicas = new ReplicaSampler({
    run,
    primaries: [0, 1, 2].map(() => ({ port: 0 })),
    before: [],
    servers: [],
    now: () => 10_000,
  });
  for (const [replica, likes] of [[0, 42], [1, 14]] as const) {
    replicas.meter.entryChanged(10_000, replica, 0, 0, 1, likes);
  }
  const reads = { answered: 9, unanswered: 1, judged: 8, fresh: 6 };
  const meter = new ReadMeter();
  meter.acknowledged(100, 0, 1);
  const read = { reader: 0, item: 0, startTick: 150, isOwn: false };
  meter.answered(170, { ...read, steps: meter.started(0), seq: 0 });
  const waits = new AcknowledgementMeter(20_000);
  waits.drawn(0, 0);
  waits.acknowledged(100, 0, 1);
  live.onBegin({
    nowTicks: 10_000,
    alive: 3,
    records: [],
    meter: new Meter(),
    replicas,
    reads: { soFar: reads, measures: meter.measures() },
    writes: { acknowledgements: waits.measures() },
  });
  // Each primary's first line is no restart.
  for (let i = 0; i < 3; i++) {
    live.onPrimaryLine("PrimaryLikesServer listening");
  }
  live.onEvent({ t: 0.5, kind: "pause", replica: 1 });
  live.onEvent({ t: 0.6, kind: "crash", replica: 2 });
  replicas.down(2);
  await live.end(judge({ delivery: "crdt", seed: 7 }, []));
  const picture = live.picture();
  assertEquals(
    picture.replicas?.map(({ state }) => state),
    ["up", "paused", "down"],
  );
  assertEquals(picture.spread, 28);
  assertEquals(picture.reads, reads);
  const { readMeasures, acknowledgements } = picture;
  assertEquals([readMeasures?.count, readMeasures?.fresh], [1, 0]);
  assertEquals(readMeasures?.behindSeconds?.max, 0.005);
  assertEquals(readMeasures?.freshAfter?.length, 20);
  assertEquals(acknowledgements?.acknowledgementSeconds?.max, 0.01);
  assertEquals(acknowledgements?.writesUnserved, 0);
  assertEquals(picture.setting.readTheory, { without: ["gossip"] });
  assertEquals(
    picture.faults.map(({ kind, who }) => `${who} ${kind}`),
    ["primary1 pause", "primary2 crash"],
  );
  assertEquals(
    picture.events.map(({ who, text }) => `${who} ${text}`),
    ["primary2 killed", "primary1 stopped"],
  );
  assertEquals(
    [picture.setting.replicas, picture.setting.readers],
    [3, 2],
  );
});
