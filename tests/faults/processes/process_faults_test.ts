import { assertEquals } from "@std/assert";
import { ProcessFaults } from "../../../lib/faults/processes/process_faults.ts";
import type { ProcessTransition } from "../../../lib/faults/transitions.ts";

/** Applies changes of processes, and tells what was done to them. */
function story(
  transitions: readonly ProcessTransition[],
  applied = transitions.length,
  isThere = true,
): string[] {
  const told: string[] = [];
  const faults = new ProcessFaults({
    transitions,
    target: (node) => ({
      crash: (isForGood) => told.push(`crash ${node} ${isForGood}`),
      restart: () => told.push(`restart ${node}`),
      pause: () => isThere,
      resume: () => isThere,
    }),
    onPause: (kind, node) => told.push(`${kind} ${node}`),
  });
  for (const [i, one] of transitions.slice(0, applied).entries()) {
    faults.apply(one, i);
  }
  told.push("lift");
  faults.lift();
  return told;
}

const at = (
  tick: number,
  kind: ProcessTransition["kind"],
  process: number,
): ProcessTransition => ({ tick, kind, process });

Deno.test("ProcessFaults does what the plan says, and undoes nothing that is undone", () => {
  const transitions = [
    ...[at(1, "crash", 1), at(2, "pause", 2), at(3, "restart", 1)],
    ...[at(4, "resume", 2), at(5, "crash", 3)],
  ];
  assertEquals(story(transitions), [
    ...["crash 1 false", "pause 2", "restart 1", "resume 2", "crash 3 true"],
    "lift",
  ]);
});

Deno.test("ProcessFaults.lift() continues what is stopped and restarts what is to come back, no other", () => {
  const transitions = [
    ...[at(1, "crash", 1), at(1, "crash", 2), at(2, "pause", 3)],
    ...[at(8, "restart", 1), at(9, "resume", 3)],
  ];
  assertEquals(story(transitions, 3), [
    ...["crash 1 false", "crash 2 true", "pause 3", "lift"],
    ...["resume 3", "restart 1"],
  ]);
});

Deno.test("ProcessFaults tells of no pause where there was no process", () => {
  const transitions = [at(1, "pause", 1), at(2, "resume", 1)];
  assertEquals(story(transitions, 2, false), ["lift"]);
});
