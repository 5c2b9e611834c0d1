import { assert, assertEquals } from "@std/assert";
import {
  DrainDeadline,
  LOOK_TICKS,
} from "../../../lib/live/worker/drain_deadline.ts";

/** A run that is planned to end at 10 s, with 10 s to deliver what is left. */
function deadlineOf(
  changes: { nowTicks?: number; drainTicks?: number } = {},
): DrainDeadline {
  return new DrainDeadline({
    nowTicks: 0,
    drainFromTicks: 100_000,
    drainTicks: 100_000,
    ackTimeoutTicks: 20_000,
    ...changes,
  });
}

function lookUntil(deadline: DrainDeadline, nowTicks: number): void {
  while (deadline.lookAt < nowTicks) {
    assertEquals(deadline.look(deadline.lookAt), 0);
  }
  assertEquals(deadline.look(nowTicks), 0);
}

Deno.test("DrainDeadline stays where it is while looks are regular", () => {
  const deadline = deadlineOf();
  lookUntil(deadline, 200_000);
  assertEquals(deadline.ticks, 200_000);
});

Deno.test("DrainDeadline moves on by the part of a standstill that lies after the planned end", () => {
  const deadline = deadlineOf();
  lookUntil(deadline, 50_000);
  assertEquals(deadline.look(250_000), 200_000);
  assertEquals(deadline.ticks, 350_000);
  lookUntil(deadline, 260_000);
  assertEquals(deadline.look(280_000), 20_000);
  assertEquals(deadline.ticks, 370_000);
});

Deno.test("DrainDeadline stays where it is after a standstill that ended before the planned end", () => {
  const deadline = deadlineOf();
  lookUntil(deadline, 30_000);
  assertEquals(deadline.look(90_000), 60_000);
  assertEquals(deadline.ticks, 200_000);
});

Deno.test("DrainDeadline gives no more than was lost where a planned pause ends with the planned end", () => {
  const deadline = deadlineOf({ drainTicks: 10_000 });
  lookUntil(deadline, 30_000);
  assertEquals(deadline.look(100_030), 70_030);
  assertEquals(deadline.ticks, 110_030);
});

Deno.test("DrainDeadline leaves time for a whole attempt after every standstill in the drain", () => {
  for (const drainTicks of [0, 1, 50_000]) {
    const deadline = deadlineOf({ drainTicks });
    lookUntil(deadline, 100_000 + drainTicks - 1);
    const nowTicks = 300_000;
    deadline.look(nowTicks);
    // The longest wait before the attempt, and that for its answer.
    assert(deadline.ticks >= nowTicks + 50_000 + 20_000);
  }
});

Deno.test("DrainDeadline moves on for a process that is there only after the planned end", () => {
  const late = deadlineOf({ nowTicks: 211_000 });
  late.look(211_000);
  assertEquals(late.ticks, 311_000);
  // The start of a process is no standstill.
  const soon = deadlineOf({ nowTicks: 101_000 });
  soon.look(101_000);
  assertEquals(soon.ticks, 200_000);
});

Deno.test("DrainDeadline.beginNow() gives the same time from now on, and none that is longer", () => {
  const deadline = deadlineOf();
  lookUntil(deadline, 20_000);
  deadline.beginNow(20_000);
  assertEquals(deadline.ticks, 120_000);
  assertEquals(deadline.look(20_000 + 5 * LOOK_TICKS), 5 * LOOK_TICKS);
  assertEquals(deadline.ticks, 120_000 + 5 * LOOK_TICKS);
  lookUntil(deadline, 90_000);
  deadline.beginNow(90_000);
  assertEquals(deadline.ticks, 120_000 + 5 * LOOK_TICKS);
});
