import { assertEquals } from "@std/assert";
import { Faults, parseFaultPlan } from "../../../lib/faults/mod.ts";
import type { FaultFlags } from "../../../lib/faults/mod.ts";
import { Conductor } from "../../../lib/live/run/conductor.ts";

/**
 * A conductor whose clock stands still, past the end of its plan if not told
 * otherwise, so that nothing is waited for.
 */
function conduct(
  flags: FaultFlags,
  nowTicks = 200_000,
): { conductor: Conductor; done: string[] } {
  const done: string[] = [];
  const run = {
    servers: 3,
    spawnIntervalTicks: 0,
    lifetimeTicks: 100_000,
    seed: 7,
  };
  const faults = new Faults({ ...run, faults: parseFaultPlan(flags, run) });
  const conductor = new Conductor({
    faults,
    now: () => nowTicks,
    target: (process) => ({
      crash: (isForGood) => {
        done.push(`crash ${process}${isForGood ? " for good" : ""}`);
      },
      restart: () => {
        done.push(`restart ${process}`);
      },
      pause: () => {
        done.push(`pause ${process}`);
        return process !== 2; // which has ended
      },
      resume: () => {
        done.push(`resume ${process}`);
        return true;
      },
    }),
    onEntry: ({ kind, server = "all", reply = "both" }) =>
      done.push(`told: ${kind} ${server} ${reply}`),
  });
  return { conductor, done };
}

Deno.test("run() does what the plan says, in its order", async () => {
  const { conductor, done } = conduct({
    crash: ["LikesServer0@1s+1s", "primary@3s"],
    pause: ["LikesServer1@1.5s+1s", "LikesServer2@4s+1s"],
    partition: ["2.1s..2.2s", "5s..6s:LikesServer0-1:->primary"],
  });
  await conductor.run(new AbortController().signal);
  assertEquals(done, [
    "crash 0",
    "pause 1",
    "told: pause 1 both",
    "restart 0",
    "told: partition all both",
    "told: heal all both",
    "resume 1",
    "told: resume 1 both",
    "crash -1 for good",
    "pause 2", // it has ended: nothing to continue
    "told: partition 0 false",
    "told: partition 1 false",
    "told: heal 0 false",
    "told: heal 1 false",
  ]);
});

Deno.test("run() ends when it is told to", async () => {
  const { conductor, done } = conduct({ crash: ["LikesServer0@1s+1s"] });
  await conductor.run(AbortSignal.abort());
  assertEquals(done, []);
});

Deno.test("lift() undoes what is in force, once, and nothing happens after it", async () => {
  const { conductor, done } = conduct({
    crash: [
      "LikesServer0@1s+1s",
      "LikesServer1@7s+1s",
      "primary@7s",
      "LikesServer1@9s+1s",
    ],
    pause: ["LikesServer0@7s+1s", "LikesServer2@7s+1s"],
    partition: ["1s..2s", "7s..8s:LikesServer2:<-primary"],
  }, 75_000);
  const stop = new AbortController();
  const running = conductor.run(stop.signal);
  // What is due happens without a pause, in a few turns.
  while (!done.includes("crash 1")) await Promise.resolve();
  done.length = 0;
  conductor.lift();
  conductor.lift();
  stop.abort();
  await running;
  assertEquals(done, [
    "resume 0",
    "told: resume 0 both",
    "restart 1",
    "told: heal all both",
  ]);
});

Deno.test("lift() heals a partition that outlasts another", async () => {
  const { conductor, done } = conduct({
    partition: ["1s..9s:LikesServer0", "1s..5s:LikesServer1"],
  }, 60_000);
  const stop = new AbortController();
  const running = conductor.run(stop.signal);
  while (!done.includes("told: heal 1 both")) await Promise.resolve();
  conductor.lift();
  stop.abort();
  await running;
  assertEquals(done, [
    "told: partition 0 both",
    "told: partition 1 both",
    "told: heal 1 both",
    "told: heal all both",
  ]);
});

Deno.test("run() names replicas and readers, and tells of partitions between replicas", async () => {
  const told: unknown[] = [];
  const run = {
    servers: 1,
    spawnIntervalTicks: 0,
    lifetimeTicks: 100_000,
    seed: 7,
    replicas: 3,
    readers: 1,
  };
  const faults = new Faults({
    ...run,
    faults: parseFaultPlan({
      crash: ["primary2@1s"],
      pause: ["primary1@2s+1s"],
      partition: ["4s..5s:primary0--primary2", "6s..7s:Reader0->primary1"],
    }, run),
  });
  const conductor = new Conductor({
    faults,
    now: () => 200_000,
    target: (node) => ({
      crash: () => told.push(`crash ${node}`),
      restart: () => {},
      pause: () => told.push(`pause ${node}`) > 0,
      resume: () => true,
    }),
    onEntry: (entry) => told.push(entry),
  });
  await conductor.run(new AbortController().signal);
  conductor.lift(); // Nothing is left to be healed.
  assertEquals(told, [
    "crash -3",
    "pause -2",
    { kind: "pause", replica: 1 },
    { kind: "resume", replica: 1 },
    { kind: "partition", replica: 2, peer: 0 },
    { kind: "heal", replica: 2, peer: 0 },
    { kind: "partition", reader: 0, replica: 1, reply: false },
    { kind: "heal", reader: 0, replica: 1, reply: false },
  ]);
});
