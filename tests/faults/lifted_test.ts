import { MessageKind } from "../../lib/domain/messages.ts";
import { PRIMARY } from "../../lib/domain/nodes.ts";
import { assert, assertEquals } from "@std/assert";
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

Deno.test("LiftableFaults are those of the plan", () => {
  const network = faults();
  assert(
    network.lost(
      MessageKind.REPORT,
      network.luck(MessageKind.REPORT, 0, 1),
      50,
    ),
  );
  const copying = faults({ loss: "0", duplicate: "1" });
  assert(
    copying.copied(
      MessageKind.REPLY,
      copying.luck(MessageKind.REPLY, 0, 1),
      50,
    ),
  );
  assert(network.cut(0, PRIMARY, 50));
  assertEquals(
    network.latencyTicks(
      MessageKind.REPORT,
      network.luck(MessageKind.REPORT, 0, 1),
      false,
      50,
    ),
    10_000,
  );
});

Deno.test("lift() ends them as the planned end would", () => {
  const network = faults();
  network.lift();
  assert(
    !network.lost(
      MessageKind.REPORT,
      network.luck(MessageKind.REPORT, 0, 1),
      50,
    ),
  );
  const copying = faults({ loss: "0", duplicate: "1" });
  copying.lift();
  assert(
    !copying.copied(
      MessageKind.REPLY,
      copying.luck(MessageKind.REPLY, 0, 1),
      50,
    ),
  );
  assert(!network.cut(0, PRIMARY, 50));
  assertEquals(
    network.latencyTicks(
      MessageKind.REPORT,
      network.luck(MessageKind.REPORT, 0, 1),
      false,
      50,
    ),
    LIFTED_LATENCY_TICKS_MAX,
  );
});
