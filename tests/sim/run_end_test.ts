// A run is over when its last likes server has exited: with its lifetime, or
// when it has delivered what was left, or with the drain. As in a live run.

import { assert, assertEquals } from "@std/assert";
import { DELIVERIES } from "../../lib/domain/delivery.ts";
import { TICKS_PER_SECOND } from "../../lib/domain/ticks.ts";
import { historyOf, runOf } from "./runs_of_tests.ts";

/** Three likes servers that start a second apart and live for ten. */
const THREE = {
  ...{ servers: 3, lifetimeTicks: 10 * TICKS_PER_SECOND },
  ...{ spawnIntervalTicks: TICKS_PER_SECOND, seed: 1 },
} as const;
const LAST_LIFETIME_ENDS = 12;

Deno.test("simulate() ends with the last lifetime where nothing is left to deliver, though no draw was left before", () => {
  for (const delivery of DELIVERIES) {
    const { verdict, events } = historyOf({ ...THREE, delivery });
    assert((events.at(-1)?.t ?? 0) < LAST_LIFETIME_ENDS);
    assertEquals(verdict.virtualSeconds, LAST_LIFETIME_ENDS);
    assertEquals(verdict.converged, true);
  }
});

Deno.test("simulate() of likes servers that never draw ends with the last lifetime", () => {
  const { verdict } = historyOf({
    ...THREE,
    ...{ intervalMinTicks: 200_000, intervalMaxTicks: 200_000 },
  });
  assertEquals([verdict.generated, verdict.virtualSeconds], [0, 12]);
});

Deno.test("simulate() ends with the last message where that is later than the last lifetime", () => {
  // Drawn at 5 s and at 10 s, the ACKs are there 200 ms later.
  const { verdict, events } = historyOf({
    ...{ servers: 1, lifetimeTicks: 100_001 },
    ...{ intervalMinTicks: 50_000, intervalMaxTicks: 50_000 },
    faults: { latency: "100ms" },
  });
  assertEquals(events.at(-1)?.kind, "ack");
  assertEquals(verdict.virtualSeconds, events.at(-1)?.t);
  assert((verdict.virtualSeconds ?? 0) > 10.0001);
});

Deno.test("simulate() ends with the drain where a likes server has something left, whenever it would have tried again", () => {
  const lossy = historyOf({
    ...THREE,
    ...{ ackTimeoutTicks: 600_000, faults: { loss: "0.5" } },
  });
  assertEquals(lossy.verdict.converged, false);
  assertEquals(lossy.verdict.virtualSeconds, 22);
  // The like that was never counted gets older until the very end.
  assertEquals(lossy.verdict.stalenessSeconds?.max.toFixed(1), "19.8");

  const deserted = historyOf({
    ...{ ...THREE, lifetimeTicks: 150_000, seed: 5 },
    faults: { crash: ["primary@5s"] },
  });
  assertEquals(deserted.verdict.virtualSeconds, 27);
});

Deno.test("simulate() does not wait for the lifetime of a likes server that is down for good, nor for faults behind the end", () => {
  const { verdict, events } = historyOf({
    ...THREE,
    faults: {
      crash: ["LikesServer2@5s", "primary@11500ms+200ms"],
      partition: ["11400ms..11900ms"],
    },
  });
  assertEquals(verdict.virtualSeconds, 11);
  assertEquals(
    events.filter(({ server }) => server === undefined),
    [],
  );
});

Deno.test("simulate() lifts what is in force when the last likes server has exited", () => {
  const { verdict, events } = historyOf({
    ...THREE,
    faults: {
      crash: [0, 1, 2].map((id) => `LikesServer${id}@5s`).concat(
        "primary@4s+3s",
      ),
      partition: ["3s..9s:LikesServer1"],
    },
  });
  assertEquals(verdict.virtualSeconds, 5);
  assertEquals(
    events.filter(({ server }) => server === undefined).map(({ t, kind }) => [
      t,
      kind,
    ]),
    [[4, "crash"], [5, "heal"], [5, "restart"]],
  );
});

Deno.test("simulate() waits for a likes server that is to come back when all others have exited", () => {
  const { verdict, events } = historyOf({
    ...THREE,
    faults: {
      crash: ["LikesServer0@9s+3s", "LikesServer1@9s", "LikesServer2@9s"],
    },
  });
  assertEquals(events.at(-1)?.kind, "ack");
  assertEquals(verdict.virtualSeconds, 12);
});

Deno.test("simulate() has faults happen to a likes server until its lifetime is over, also after its last draw", () => {
  // Draws at 5 s only.
  const run = {
    ...{ servers: 1, lifetimeTicks: 90_000 },
    ...{ intervalMinTicks: 50_000, intervalMaxTicks: 50_000 },
  };
  const kindsOf = (crash: string) =>
    historyOf({ ...run, faults: { crash: [crash] } }).events.map(
      ({ kind }) => kind,
    );
  const report = ["draw", "send", "receive", "count", "ack"];
  const again = ["send", "receive", "count", "ack"];
  assertEquals(kindsOf("LikesServer0@8s+500ms"), [
    ...report,
    ...["crash", "restart"],
    ...again,
  ]);
  const late = historyOf({
    ...{ ...run, servers: 2, spawnIntervalTicks: 50_000 },
    faults: { crash: ["LikesServer0@9s+1s"] },
  });
  assert(late.events.every(({ kind }) => kind !== "crash"));
});

Deno.test("simulate() of a run in which nothing can be sent is over all the same", () => {
  const options = runOf({ ...THREE, faults: { partition: ["0s..12s"] } });
  const { verdict } = historyOf({ ...options, drainTicks: 0 });
  assertEquals(verdict.virtualSeconds, LAST_LIFETIME_ENDS);
  assertEquals(verdict.acknowledged, 0);
});

Deno.test("simulate() ends with the last lifetime where a crash made a likes server forget what it had left", () => {
  // Its only report is lost and would be waited for beyond the drain; a process
  // that was started again has nothing to send in this mode.
  const { verdict, events } = historyOf({
    ...{ servers: 1, lifetimeTicks: 90_000, drainTicks: 10_000 },
    ...{ intervalMinTicks: 50_000, intervalMaxTicks: 50_000 },
    ...{ delivery: "at-most-once", ackTimeoutTicks: 600_000 },
    faults: { loss: "1", crash: ["LikesServer0@7s+1s"] },
  });
  assert(events.some(({ kind }) => kind === "restart"));
  assertEquals(verdict.virtualSeconds, 9);
});
