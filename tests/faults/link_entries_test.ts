import { assertEquals } from "@std/assert";
import { linkEntries } from "../../lib/faults/link_entries.ts";
import { parseFaultPlan } from "../../lib/faults/parse.ts";
import { scheduleFaults } from "../../lib/faults/schedule.ts";
import { transitionsOf } from "../../lib/faults/transitions.ts";
import { tenServers, threeReplicas } from "./runs.ts";

/** What a history tells of the beginning of partitions, at 20 s. */
function entriesOf(run: ReturnType<typeof tenServers>, ...scopes: string[]) {
  const partition = scopes.map((scope) => `20s..40s${scope}`);
  const faults = parseFaultPlan({ partition }, run);
  const schedule = scheduleFaults({ ...run, faults });
  return transitionsOf(schedule).flatMap((transition) =>
    "process" in transition || transition.kind === "heal"
      ? []
      : [...linkEntries(transition, schedule.replicas)]
  );
}

Deno.test("linkEntries() of one replica names likes servers, unless it is all", () => {
  const run = tenServers();
  assertEquals(entriesOf(run, ""), [{}]);
  assertEquals(entriesOf(run, ":<-primary"), [{ reply: true }]);
  assertEquals(entriesOf(run, ":LikesServer3-4"), [
    { server: 3 },
    { server: 4 },
  ]);
  assertEquals(entriesOf(run, ":LikesServer3->primary"), [
    { server: 3, reply: false },
  ]);
});

Deno.test("linkEntries() of several replicas names both ends", () => {
  const run = threeReplicas();
  assertEquals(entriesOf(run, ""), [{}]);
  assertEquals(entriesOf(run, ":primary2"), [
    { replica: 2 },
    { replica: 2, peer: 0 },
    { replica: 2, peer: 1 },
  ]);
  assertEquals(entriesOf(run, ":primary--primary"), [
    { replica: 0, peer: 1 },
    { replica: 0, peer: 2 },
    { replica: 1, peer: 2 },
  ]);
  assertEquals(entriesOf(run, ":primary0->primary1"), [
    { replica: 0, peer: 1, reply: false },
  ]);
  assertEquals(entriesOf(run, ":primary0<-primary1"), [
    { replica: 1, peer: 0, reply: false },
  ]);
  assertEquals(entriesOf(run, ":LikesServer3,Reader1->primary0-1"), [
    { server: 3, replica: 0, reply: false },
    { reader: 1, replica: 0, reply: false },
    { server: 3, replica: 1, reply: false },
    { reader: 1, replica: 1, reply: false },
  ]);
});

Deno.test("linkEntries() between many names the nodes of the smaller side", () => {
  const run = { ...tenServers(), servers: 500, spawnIntervalTicks: 0 };
  const many = { ...run, replicas: 1000 };
  assertEquals(entriesOf(many, ":LikesServer0-499--primary1-3"), [
    { replica: 1 },
    { replica: 2 },
    { replica: 3 },
  ]);
  assertEquals(entriesOf(many, ":LikesServer7,LikesServer9->primary0-998"), [
    { server: 7, reply: false },
    { server: 9, reply: false },
  ]);
  assertEquals(entriesOf(many, ":primary0-1->primary2-999"), [
    { replica: 0, reply: false },
    { replica: 1, reply: false },
  ]);
  assertEquals(entriesOf(many, ":primary0-1<-primary2-999"), [
    { replica: 0, reply: true },
    { replica: 1, reply: true },
  ]);
});

Deno.test("linkEntries() between many on sides of one size names the senders", () => {
  const many = { ...tenServers(), replicas: 80 };
  const entries = entriesOf(many, ":primary0-39->primary40-79");
  assertEquals(entries.length, 40);
  assertEquals(entries.at(-1), { replica: 39, reply: false });
});
