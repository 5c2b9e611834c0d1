import { assertEquals } from "@std/assert";
import { ReadMeter } from "../../lib/verdict/read_meter.ts";
import { ReplicaMeter } from "../../lib/verdict/replica_meter.ts";
import {
  readsVerdictOf,
  replicaFactsOf,
} from "../../lib/verdict/replica_verdict.ts";

Deno.test("replicaFactsOf() tells how long draws took to propagate once one has", () => {
  const seqs = [0, 0];
  const meter = new ReplicaMeter(2, { seqOf: (replica) => seqs[replica]! });
  meter.allUp(0);
  const { propagationSeconds: none, ...facts } = replicaFactsOf(
    meter.measures(),
  );
  assertEquals(none, undefined);
  assertEquals([facts.agreementSeconds, facts.apartSeconds], [0, 0]);
  for (const replica of [0, 1]) {
    seqs[replica] = 1;
    meter.entryChanged(100 * replica, replica, 0, 0, 1, 14);
    meter.acknowledged(100 * replica, 0, 1);
  }
  const { propagationSeconds } = replicaFactsOf(meter.measures());
  assertEquals(propagationSeconds?.max, 0.01);
});

Deno.test("readsVerdictOf() tells how far behind reads were where one was, and which readers are gone", () => {
  const meter = new ReadMeter();
  meter.acknowledged(100, 3, 1);
  const steps = meter.started(3);
  const read = { reader: 0, item: 3, startTick: 200, steps, isOwn: false };
  assertEquals(readsVerdictOf(meter.measures()).fresh, undefined);
  meter.answered(300, { ...read, seq: 1 });
  const fresh = readsVerdictOf(meter.measures(), ["Reader1"]);
  assertEquals([fresh.fresh, fresh.behindVersions], [1, undefined]);
  assertEquals(fresh.gone, ["Reader1"]);
  assertEquals(fresh.seconds?.max, 0.01);
  meter.answered(300, { ...read, seq: 0 });
  const stale = readsVerdictOf(meter.measures());
  assertEquals([stale.fresh, stale.behindVersions?.max], [0.5, 1]);
  assertEquals([stale.monotonicPairs, stale.gone], [1, undefined]);
  const unmarked = new ReadMeter({ isMarked: false });
  unmarked.answered(300, { ...read, seq: 0 });
  const { seconds, ...counts } = readsVerdictOf(unmarked.measures(), ["R"]);
  assertEquals(counts, { count: 1, unanswered: 0, gone: ["R"] });
  assertEquals(seconds?.max, 0.01);
});
