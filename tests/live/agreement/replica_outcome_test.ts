import { assertEquals } from "@std/assert";
import {
  placesOf,
  type ReplicaEnd,
  replicaFacts,
} from "../../../lib/live/agreement/replica_outcome.ts";
import { ReplicaSampler } from "../../../lib/live/agreement/replica_sampler.ts";
import { CountedBetween } from "../../../lib/live/run/counted_between.ts";
import { LiveHistory } from "../../../lib/live/run/live_history.ts";
import { PRIMARY_SILENT } from "../../../lib/live/run/primary_baseline.ts";
import { ServerRecord } from "../../../lib/live/run/server_record.ts";
import { DEFAULT_RUN } from "../../../lib/options/run_options.ts";
import { statsWith } from "../run/stats_with.ts";

const RUN = { ...DEFAULT_RUN, servers: 1, replicas: 2 };

function recordOf(): ServerRecord {
  const history = new LiveHistory({
    delivery: RUN.delivery,
    onEvent: () => {},
    onSending: () => {},
    onReading: () => {},
  });
  return new ServerRecord(0, [0, 0xaa], RUN.delivery, history);
}

function counted(total: number): CountedBetween {
  const sessions = [{ session: "00000000000000aa", seq: 1, total }];
  const servers = [{ name: "LikesServer0", unmarked: 0, sessions }];
  return new CountedBetween(statsWith(), statsWith({ servers }), 20);
}

function endOf(
  record: ServerRecord,
  answers: readonly (CountedBetween | string)[],
  network: ReplicaEnd["network"] = null,
): ReplicaEnd {
  const sampler = new ReplicaSampler({
    run: RUN,
    primaries: [{ port: 1 }, { port: 2 }],
    before: [],
    servers: [record],
    now: () => 0,
  });
  return {
    replicas: { sampler, counted: answers },
    options: { run: RUN },
    records: [record],
    network,
    liftedTick: 0,
    endTicks: 100,
  };
}

Deno.test("replicaFacts() says what each replica counted, and whether they differ", () => {
  const record = recordOf();
  const alike = replicaFacts(endOf(record, [counted(14), counted(14)]));
  assertEquals(alike.areReplicasDifferent, false);
  assertEquals(alike.replicas, [
    { name: "primary0", counted: 14 },
    { name: "primary1", counted: 14 },
  ]);
  const apart = replicaFacts(endOf(record, [counted(14), counted(5)]));
  assertEquals(apart.areReplicasDifferent, true);
});

Deno.test("replicaFacts() calls a replica dead that is gone, and none alike with one that stands still", () => {
  const record = recordOf();
  const gone = replicaFacts(endOf(record, [counted(14), "it is gone"]));
  assertEquals(gone.areReplicasDifferent, false);
  assertEquals(gone.replicas?.[1], {
    name: "primary1",
    counted: 0,
    dead: true,
  });
  const silent = replicaFacts(endOf(record, [counted(14), PRIMARY_SILENT]));
  assertEquals(silent.areReplicasDifferent, true);
  assertEquals(silent.replicas?.[1]?.dead, undefined);
});

Deno.test("placesOf() names the dead replica that alone had what was acknowledged", () => {
  const record = recordOf();
  record.acknowledged = 19;
  record.acknowledgedBy.add(1);
  const end = endOf(record, [counted(14), "it is gone"]);
  assertEquals(placesOf(record, 14, end), { onlyAt: "primary1" });
  assertEquals(placesOf(record, 19, end), {});
});

Deno.test("placesOf() names the replicas that counted a report twice", () => {
  const record = recordOf();
  const gossip = { messages: 0, bytes: 0, entries: 0 };
  const end = endOf(record, [counted(14), counted(14)], {
    gossip,
    twiceAt: () => [0, 1],
  });
  assertEquals(placesOf(record, 14, end), { twiceAt: "primary0 and primary1" });
});
