import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { RunClock } from "../../../lib/live/worker/run_clock.ts";

/**
 * A likes server's clock and its parent's, in one process: each answer is under
 * way for as long as told, there and back.
 */
async function setClock(
  trips: readonly (readonly [thereMs: number, backMs: number])[],
  originMs: number,
): Promise<{ clock: RunClock; errorMs: () => number; questions: number }> {
  // The run's time; the likes server's own clock is ahead of it by originMs.
  let runMs = 60_000;
  let questions = 0;
  let questionsOpen = 0;
  const clock: RunClock = new RunClock({
    nowMs: () => runMs + originMs,
    ask: () => {
      questions++;
      questionsOpen++;
    },
  });
  const isSet = clock.set();
  while (questionsOpen-- > 0) {
    const [thereMs, backMs] = trips[questions - 1] ?? [0, 0];
    runMs += thereMs;
    const ticks = Math.floor(runMs * 10);
    runMs += backMs;
    clock.answered(`${ticks}`);
  }
  await isSet;
  return {
    clock,
    errorMs: () => clock.nowTicks / 10 - runMs,
    questions,
  };
}

Deno.test("RunClock.set() is wrong by no more than half of the shortest round trip, whatever the other clock shows", async () => {
  const ms = fc.double({ min: 0, max: 30_000, noNaN: true });
  const trips = fc.array(fc.tuple(ms, ms), { minLength: 8, maxLength: 8 });
  const originMs = fc.double({ min: -1e9, max: 1e9, noNaN: true });
  await fc.assert(fc.asyncProperty(trips, originMs, async (all, origin) => {
    const { errorMs, questions } = await setClock(all, origin);
    const shortest = Math.min(
      ...all.slice(0, questions).map(([there, back]) => there + back),
    );
    // A tick is lost to rounding on either side, and the last digits are.
    assert(Math.abs(errorMs()) <= shortest / 2 + 0.2 + 1e-6);
  }));
});

Deno.test("RunClock.set() asks once where the answer comes at once, and again where the process stood still", async () => {
  assertEquals((await setClock([[1, 1]], 0)).questions, 1);
  const { errorMs, questions } = await setClock([[0, 20_000], [1, 1]], 0);
  assertEquals(questions, 2);
  assert(Math.abs(errorMs()) <= 1.2);
});
