import { assertEquals } from "@std/assert";
import { Streams } from "../../../lib/domain/random.ts";
import { NEVER } from "../../../lib/domain/ticks.ts";
import type { WorkerLine } from "../../../lib/live/worker/lines.ts";
import type { WorkerOptions } from "../../../lib/live/worker/options.ts";
import { OwnReads } from "../../../lib/live/worker/own_reads.ts";
import { granted } from "../../permissions.ts";
import { type Behaviour, Peer, say } from "../peer.ts";
import { workerOptions } from "./worker_options_of.ts";

const ignore = !granted({ net: ["127.0.0.1"] });

const OWN = "00c0ffee00c0ffee";
const QUERY = `READ LikesServer3 ${OWN}`;
const answers: Behaviour = (connection) =>
  say(connection, `VALUE LikesServer3 14 ${OWN}#1=14\n`);

/** Own reads at ticks of a test's choice, until so many are over. */
async function readsOf(
  behaviours: readonly (Behaviour | null)[],
  changes: Partial<WorkerOptions>,
  ackTicks: readonly number[],
): Promise<{ lines: string[]; dueAt: number[] }> {
  const peers = behaviours.map((behave) => {
    const peer: Peer = new Peer(
      behave ?? ((connection) => peer.hangUp(connection)),
    );
    return peer;
  });
  const lines: string[] = [];
  const dueAt: number[] = [];
  let now = 0;
  let over = Promise.withResolvers<void>();
  const reads = new OwnReads({
    options: workerOptions({
      ...{ ports: peers.map(({ port }) => port), readAfterTicks: 50 },
      ...changes,
    }),
    streams: new Streams(7),
    now: () => now,
    replica: () => 0,
    endTicks: () => 1000,
    print: (line: WorkerLine) => {
      const { kind, tick } = line;
      const of = "replicas" in line ? ` of ${line.replicas}` : "";
      const text = "text" in line && kind !== "no value" ? ` ${line.text}` : "";
      lines.push(`${tick} ${kind}${of}${text}`);
    },
    onChange: () => over.resolve(),
  });
  for (const tick of ackTicks) {
    now = tick;
    over = Promise.withResolvers();
    reads.acknowledged();
    dueAt.push(reads.dueAt);
    reads.due(); // not yet
    if (reads.dueAt === NEVER) continue;
    now = reads.dueAt;
    reads.due();
    await over.promise;
  }
  assertEquals(reads.areOver, true);
  for (const peer of peers) await peer[Symbol.asyncDispose]();
  return { lines, dueAt };
}

Deno.test({
  name:
    "OwnReads read so long after each acknowledgement, and not after the end of the lifetime",
  ignore,
  async fn() {
    const { lines, dueAt } = await readsOf([answers], {}, [100, 300, 950]);
    assertEquals(dueAt, [150, 350, NEVER]);
    assertEquals(lines, [
      ...[`150 read of 0 ${QUERY}`, `150 value ${OWN}#1=14`],
      ...[`350 read of 0 ${QUERY}`, `350 value ${OWN}#1=14`],
    ]);
  },
});

Deno.test({
  name:
    "OwnReads that report to all are at home at their own replica, and leave it when a read has no answer",
  ignore,
  async fn() {
    const { lines } = await readsOf(
      [null, answers, answers],
      { writeTo: "all" },
      [100, 200, 300],
    );
    // LikesServer3 of 3 replicas is at home at primary0.
    assertEquals(lines, [
      ...[`150 read of 0 ${QUERY}`, "150 no value"],
      ...[`250 read of 1 ${QUERY}`, `250 value ${OWN}#1=14`],
      ...[`350 read of 1 ${QUERY}`, `350 value ${OWN}#1=14`],
    ]);
  },
});

Deno.test({
  name: "OwnReads take the newest of R answers, and repair who lacks it",
  ignore,
  async fn() {
    const older: Behaviour = async (connection, text) =>
      await say(
        connection,
        text.startsWith("REPAIR") ? "ACK\n" : "VALUE LikesServer3 0\n",
      );
    const { lines } = await readsOf(
      [older, answers],
      {
        ...{ writeTo: "all", readFrom: "all", readQuorum: 2 },
        ...{ writeQuorum: 2, readRepair: "before", ackTimeoutTicks: 100_000 },
      },
      [100],
    );
    assertEquals(lines, [
      `150 read of 0,1 ${QUERY}`,
      `150 repair of 0 REPAIR LikesServer3 ${OWN}#1=14`,
      `150 value ${OWN}#1=14`,
    ]);
  },
});
