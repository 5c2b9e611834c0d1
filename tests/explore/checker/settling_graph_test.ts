import { assertEquals } from "@std/assert";
import { HOLDS } from "../../../lib/explore/checker/model.ts";
import { SettlingGraph } from "../../../lib/explore/checker/settling_graph.ts";

/** A graph of states with the property that each violates and its steps. */
function graphOf(
  states: readonly (readonly [state: number, end: number, to: number[]])[],
): SettlingGraph {
  const graph = new SettlingGraph();
  for (const [state, end, steps] of states) {
    graph.add(state, end);
    for (const to of steps) graph.addStep(to);
  }
  return graph;
}

Deno.test("SettlingGraph.rounds() finds the rounds in which something is violated, whichever step leads on", () => {
  const bad = 1;
  // 2, 5 and 9 go round by their second steps; 7 and 8 end.
  const rounds = graphOf([
    [2, HOLDS, [7, 5]],
    [5, bad, [8, 9]],
    [7, bad, []],
    [8, HOLDS, [7]],
    [9, HOLDS, [8, 2]],
  ]).rounds();
  assertEquals(rounds.map((round) => round.toSorted()), [[2, 5, 9]]);
});

Deno.test("SettlingGraph.rounds() finds none where all rounds are right, or each run ends", () => {
  const bad = 1;
  assertEquals(graphOf([]).rounds(), []);
  assertEquals(graphOf([[0, bad, [1]], [1, bad, []]]).rounds(), []);
  assertEquals(graphOf([[0, HOLDS, [1]], [1, HOLDS, [0]]]).rounds(), []);
  assertEquals(graphOf([[4, bad, [4]]]).rounds(), [[4]]);
});
