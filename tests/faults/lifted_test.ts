import { MessageKind } from "../../lib/domain/messages.ts";
import { PRIMARY } from "../../lib/domain/nodes.ts";
import { assertEquals } from "@std/assert";
import {
  Faults,
  LIFTED_LATENCY_TICKS_MAX,
  parseFaultPlan,
} from "../../lib/faults/mod.ts";
import { LiftableFaults } from "../../lib/faults/force.ts";

function faults(random = { loss: "1", duplicate: "0" }): LiftableFaults {
  const run = {
    servers: 1,
    spawnIntervalTicks: 0,
    lifetimeTicks: 100_000,
    seed: 7,
  };
  const flags = { ...random, latency: "1s", partition: ["1ms..10s"] };
  const plan = parseFaultPlan(flags, run);
  return new LiftableFaults(new Faults({ ...run, faults: plan }));
}

/** What becomes of a message that is sent while all faults of the plan last. */
function fatesIn(network: LiftableFaults) {
  const { REPORT, REPLY } = MessageKind;
  const tick = 50;
  return {
    isLost: network.lost(REPORT, network.luck(REPORT, 0, 1), tick),
    isCopied: network.copied(REPLY, network.luck(REPLY, 0, 1), tick),
    isCut: network.cut(0, PRIMARY, tick),
    latencyTicks: network
      .latencyTicks(REPORT, network.luck(REPORT, 0, 1), false, tick),
  };
}

const COPYING = { loss: "0", duplicate: "1" };

Deno.test("LiftableFaults are those of the plan", () => {
  const fates = { isCut: true, latencyTicks: 10_000 };
  assertEquals(fatesIn(faults()), { ...fates, isLost: true, isCopied: false });
  assertEquals(fatesIn(faults(COPYING)), {
    ...fates,
    ...{ isLost: false, isCopied: true },
  });
});

Deno.test("lift() ends them as the planned end would", () => {
  for (const network of [faults(), faults(COPYING)]) {
    network.lift();
    assertEquals(fatesIn(network), {
      ...{ isLost: false, isCopied: false, isCut: false },
      latencyTicks: LIFTED_LATENCY_TICKS_MAX,
    });
  }
});
