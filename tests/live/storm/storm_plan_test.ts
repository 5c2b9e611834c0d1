import { replicaNode } from "../../../lib/domain/nodes.ts";
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { parseInvocation } from "../../../lib/cli/invocation.ts";

import {
  STORM_REPLICAS,
  STORM_SERVERS,
  stormWords,
} from "../../../lib/live/storm/storm_plan.ts";

const seeds = fc.maxSafeNat();

Deno.test("stormWords() is a command line for every seed, and strikes every process", () => {
  fc.assert(fc.property(
    seeds,
    fc.integer({ min: 2_000, max: 100_000 }),
    (seed, lifetimeMs) => {
      const words = stormWords({ seed, lifetimeMs, isPlanned: true });
      const invocation = parseInvocation(["start", ...words], {
        program: "likes",
        drawSeed: () => 0,
      });
      assert(invocation.command === "start");
      const { faults, delivery, replicas, ...run } = invocation.options.run;
      if (run.writeTo === "all") {
        assert(run.writeQuorum + run.readQuorum > replicas);
      }
      assert(delivery === "crdt" || delivery === "dedup");
      assert(replicas === 1 || replicas === STORM_REPLICAS);
      const first = replicaNode(replicas - 1);
      for (let process = first; process < STORM_SERVERS; process++) {
        const kills = faults.crashes.filter((one) => one.process === process);
        const pauses = faults.pauses.filter((one) => one.process === process);
        assertEquals(kills.length + pauses.length, 3);
        assert(kills.length >= 2);
      }
    },
  ));
});

Deno.test("stormWords() without a plan kills nobody", () => {
  fc.assert(fc.property(seeds, (seed) => {
    const words = stormWords({ seed, lifetimeMs: 8_000, isPlanned: false });
    assert(!words.includes("--crash"));
    assert(!words.includes("--pause"));
  }));
});

Deno.test("stormWords() differs from seed to seed", () => {
  const options = { lifetimeMs: 8_000, isPlanned: true };
  assertNotEquals(
    stormWords({ ...options, seed: 1 }).slice(0, -2),
    stormWords({ ...options, seed: 2 }).slice(0, -2),
  );
});
