import { assert, assertEquals } from "@std/assert";
import { verdictOf } from "../../lib/sim/run.ts";
import { Simulation } from "../../lib/sim/simulation.ts";
import { judgeHistory } from "../../lib/verdict/replay.ts";
import { SERVERS_LISTED_MAX } from "../../lib/verdict/verdict.ts";
import { historyOf, runOf } from "./runs_of_tests.ts";

Deno.test("simulate() of more likes servers than are listed comes to what its history comes to", () => {
  for (const delivery of ["at-most-once", "at-least-once", "crdt"] as const) {
    const { verdict, events } = historyOf({
      ...{ delivery, servers: SERVERS_LISTED_MAX + 1, seed: 3 },
      ...{ lifetimeTicks: 60_000, spawnIntervalTicks: 0, drainTicks: 0 },
      faults: { loss: "1/10", crash: ["LikesServer7@4s"] },
    });
    const { servers: _, ...judged } = judgeHistory(
      events,
      { delivery, seed: 3 },
      verdict.virtualSeconds,
    );
    for (
      const key of [
        ...["draws", "generated", "acknowledged", "counted", "countedTwice"],
        ...["lost", "undelivered", "findings", "converged"],
      ] as const
    ) {
      assertEquals([key, verdict[key]], [key, judged[key]]);
    }
    assertEquals(verdict.servers, undefined);
    assert(verdict.findings.length > 0);
  }
});

Deno.test("verdictOf() judges a run that is stopped while its likes servers are set up", () => {
  const simulation = new Simulation(runOf({ servers: SERVERS_LISTED_MAX + 1 }));
  assertEquals(simulation.advance(10), false);
  assert(simulation.serversSetUp < SERVERS_LISTED_MAX);
  const { draws, generated, converged, virtualSeconds } = verdictOf(simulation);
  assertEquals([draws, generated, converged, virtualSeconds], [0, 0, false, 0]);
});
