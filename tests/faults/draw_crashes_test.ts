import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { type BusyTime, BusyTimes } from "../../lib/faults/busy.ts";
import { drawCrashes } from "../../lib/faults/draw_crashes.ts";
import {
  type Crash,
  type FaultRun,
  runEndTick,
} from "../../lib/faults/plan.ts";
import { Streams } from "../../lib/domain/random.ts";
import { tenServers } from "./runs.ts";

const NOTHING = { crashes: [], pauses: [] };

/** Checks all that is said of drawn crashes. */
function assertCrashes(crashes: readonly Crash[], run: FaultRun): void {
  const endTick = runEndTick(run);
  for (const { process, atTick, downTicks } of crashes) {
    const startTick = process * run.spawnIntervalTicks;
    assert(Number.isInteger(process) && process >= 0 && process < run.servers);
    assert(Number.isInteger(atTick));
    assert(atTick >= 0.1 * endTick && atTick <= 0.8 * endTick, `${atTick}`);
    assert(atTick >= startTick && atTick < startTick + run.lifetimeTicks);
    assert(Number.isInteger(downTicks));
    assert(downTicks >= 5000 && downTicks <= 50_000, `${downTicks}`);
  }
  const inOrder = crashes.toSorted((a, b) =>
    a.process - b.process || a.atTick - b.atTick
  );
  inOrder.forEach((crash, i) => {
    const next = inOrder[i + 1];
    if (next?.process !== crash.process) return;
    assert(crash.atTick + crash.downTicks <= next.atTick);
  });
}

Deno.test("drawCrashes() draws as many as asked, within all its bounds, for many seeds", () => {
  for (let seed = 0; seed < 200; seed++) {
    const run = tenServers(seed);
    const crashes = drawCrashes(25, run, new Streams(seed), NOTHING);
    assertEquals(crashes?.length, 25);
    assertCrashes(crashes ?? [], run);
  }
});

Deno.test("drawCrashes() gives the same for the same seed, and more are the same and more", () => {
  const five = drawCrashes(5, tenServers(), new Streams(1), NOTHING);
  assertEquals(drawCrashes(5, tenServers(), new Streams(1), NOTHING), five);
  assertEquals(
    drawCrashes(8, tenServers(), new Streams(1), NOTHING)?.slice(0, 5),
    five,
  );
  assertNotEquals(drawCrashes(5, tenServers(), new Streams(2), NOTHING), five);
});

Deno.test("drawCrashes() spreads over all servers, all of the window and all lengths", () => {
  const run = { ...tenServers(), spawnIntervalTicks: 0 };
  const crashes: Crash[] = [];
  for (let seed = 0; seed < 400; seed++) {
    const drawn = drawCrashes(5, run, new Streams(seed), NOTHING);
    crashes.push(...drawn ?? []);
  }
  const counts = new Array<number>(10).fill(0);
  for (const { process } of crashes) {
    counts[process] = (counts[process] ?? 0) + 1;
  }
  assert(Math.min(...counts) > 150 && Math.max(...counts) < 250, `${counts}`);
  const at = crashes.map(({ atTick }) => atTick / 600_000).sort();
  assert(
    at.length === 2000 && Math.min(...at) < 0.105 && Math.max(...at) > 0.795,
  );
  assert(Math.abs((at[1000] ?? 0) - 0.45) < 0.02);
  const down = crashes.map(({ downTicks }) => downTicks);
  assert(Math.min(...down) < 5200 && Math.max(...down) > 49_800);
});

Deno.test("drawCrashes() keeps out of the way of other faults", () => {
  const run = { ...tenServers(), servers: 2, spawnIntervalTicks: 0 };
  const given = {
    crashes: [{ process: 0, atTick: 0, downTicks: 600_000 }],
    pauses: [{ process: 1, atTick: 100_000, pausedTicks: 300_000 }],
  };
  for (let seed = 0; seed < 50; seed++) {
    const crashes = drawCrashes(3, run, new Streams(seed), given) ?? [];
    assertEquals(crashes.length, 3);
    for (const { process, atTick, downTicks } of crashes) {
      assertEquals(process, 1);
      assert(atTick + downTicks <= 100_000 || atTick >= 400_000);
    }
  }
});

Deno.test("drawCrashes() fits in as many as there is room for, and not one more, whatever the seed", () => {
  // One server, 7 s between 10 and 80 %, both ends included: 15 times 0.5 s.
  const run = { servers: 1, spawnIntervalTicks: 0, lifetimeTicks: 100_000 };
  for (let seed = 0; seed < 50; seed++) {
    const streams = new Streams(seed);
    const crashes = drawCrashes(15, run, streams, NOTHING);
    assertEquals(crashes?.length, 15);
    assertCrashes(crashes ?? [], run);
    assertEquals(drawCrashes(16, run, streams, NOTHING), undefined);
  }
});

Deno.test("drawCrashes() counts the room between other faults exactly", () => {
  const run = { servers: 1, spawnIntervalTicks: 0, lifetimeTicks: 100_000 };
  const given = {
    // Leaves 10,000 to 15,000 (one crash) and from 80,000 (one crash).
    crashes: [
      { process: 0, atTick: 15_000, downTicks: 25_001 },
      { process: 0, atTick: 45_000, downTicks: 35_000 },
    ],
    pauses: [],
  };
  const streams = new Streams(0);
  assertEquals(drawCrashes(2, run, streams, given)?.length, 2);
  assertEquals(drawCrashes(3, run, streams, given), undefined);
});

Deno.test("drawCrashes() crashes a server within its own lifetime, however short", () => {
  for (const lifetimeTicks of [1, 2]) {
    const run = { servers: 100, spawnIntervalTicks: 10_000, lifetimeTicks };
    const crashes = drawCrashes(40, run, new Streams(5), NOTHING);
    assertEquals(crashes?.length, 40);
    assertCrashes(crashes ?? [], run);
  }
});

Deno.test("drawCrashes() says so if no server lives between 10 and 80 % of the run", () => {
  const run = { servers: 2, spawnIntervalTicks: 100_000, lifetimeTicks: 1 };
  assertEquals(drawCrashes(1, run, new Streams(0), NOTHING), undefined);
});

Deno.test("BusyTimes.overlapping() finds overlaps of the same process, touching ends apart", () => {
  const busy = new BusyTimes<BusyTime & { text: string }>();
  busy.add(1, { fromTick: 10, untilTick: 20, text: "a" });
  busy.add(1, { fromTick: 30, untilTick: 40, text: "b" });
  assertEquals(busy.overlapping(1, 19, 21)?.text, "a");
  assertEquals(busy.overlapping(1, 5, 11)?.text, "a");
  assertEquals(busy.overlapping(1, 0, 100)?.text, "a");
  assertEquals(busy.overlapping(1, 32, 33)?.text, "b");
  assertEquals(busy.overlapping(1, 20, 30), undefined);
  assertEquals(busy.overlapping(1, 0, 10), undefined);
  assertEquals(busy.overlapping(2, 0, 100), undefined);
});
