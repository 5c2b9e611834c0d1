// The checker, on models that have nothing to do with likes.

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { componentsOf } from "../../../lib/explore/checker/components.ts";
import {
  Fingerprints,
  UNSEEN,
} from "../../../lib/explore/checker/fingerprints.ts";
import {
  HOLDS,
  IMPOSSIBLE,
  type Model,
  type StateBuffer,
} from "../../../lib/explore/checker/model.ts";
import { Search } from "../../../lib/explore/checker/search.ts";
import {
  fairRoundOf,
  witnessOf,
} from "../../../lib/explore/checker/witness.ts";

const BAD = 7;
const UNFINISHED = 8;

/**
 * Two jugs of 3 and 5 litres, from which 4 are to be measured: the puzzle of
 * which a shortest solution has 6 steps.
 */
class Jugs implements Model {
  readonly words = 2;
  readonly eventsMax = 6;
  start({ words }: StateBuffer): void {
    words.fill(0);
  }
  events(_state: StateBuffer, into: Int32Array): number {
    for (let event = 0; event < 6; event++) into[event] = event;
    return 6;
  }
  next(state: StateBuffer, event: number, into: StateBuffer): number {
    const [small = 0, large = 0] = state.words;
    const toLarge = Math.min(small, 5 - large);
    const toSmall = Math.min(large, 3 - small);
    const next = [
      [3, large],
      [small, 5],
      [0, large],
      [small, 0],
      [small - toLarge, large + toLarge],
      [small + toSmall, large - toSmall],
    ][event] ?? [];
    into.words.set(next);
    return next[0] === small && next[1] === large ? IMPOSSIBLE : HOLDS;
  }
  represent(): void {}
  check({ words }: StateBuffer): number {
    return words[1] === 4 ? BAD : HOLDS;
  }
  isSettling(): boolean {
    return false;
  }
  checkEnd(): number {
    return HOLDS;
  }
  label(_state: StateBuffer, event: number): string {
    return `${event}`;
  }
}

/** A graph: from each state, where each event leads. */
class Graph implements Model {
  readonly words = 1;
  readonly eventsMax = 4;
  constructor(
    readonly steps: readonly Readonly<Record<number, number>>[],
    readonly good: readonly number[],
  ) {}
  start({ words }: StateBuffer): void {
    words[0] = 0;
  }
  events({ words }: StateBuffer, into: Int32Array): number {
    const events = Object.keys(this.steps[words[0]!]!).map(Number);
    into.set(events);
    return events.length;
  }
  next({ words }: StateBuffer, event: number, into: StateBuffer): number {
    into.words[0] = this.steps[words[0]!]![event]!;
    return HOLDS;
  }
  represent(): void {}
  check(): number {
    return HOLDS;
  }
  isSettling(): boolean {
    return true;
  }
  checkEnd({ words }: StateBuffer): number {
    return this.good.includes(words[0]!) ? HOLDS : UNFINISHED;
  }
  label(_state: StateBuffer, event: number): string {
    return `${event}`;
  }
}

function searched(model: Model): Search {
  const search = new Search(model);
  while (!search.advance(3));
  return search;
}

Deno.test("Search finds a shortest story: four litres in six steps", () => {
  const model = new Jugs();
  const search = searched(model);
  const { violation } = search;
  assert(violation !== null);
  assertEquals([violation.property, violation.depth], [BAD, 6]);
  assertEquals(
    witnessOf(model, search, violation).events,
    [1, 5, 2, 5, 1, 5],
  );
});

Deno.test("Search sees every state once, and tells the depth of the last", () => {
  const search = searched(
    new Graph([{ 0: 1, 1: 2 }, { 0: 3 }, { 0: 3 }, {}], [
      3,
    ]),
  );
  assertEquals([search.states, search.transitions, search.depth], [4, 4, 2]);
  assertEquals(search.endViolation, null);
});

Deno.test("Search finds a state in which a run ends as it must not", () => {
  const search = searched(new Graph([{ 0: 1, 1: 2 }, {}, {}], [1]));
  assertEquals(search.endViolation?.state, 2);
  assertEquals(search.endViolation?.property, UNFINISHED);
});

Deno.test("fairRoundOf finds a round that a fair run can follow for ever", () => {
  // 0 -> 1 <-> 2: whatever stays possible is done on the way round.
  const model = new Graph([{ 0: 1 }, { 0: 2 }, { 0: 1 }], []);
  const search = searched(model);
  const witness = fairRoundOf(model, search, search.settling.rounds());
  assertEquals(witness?.property, UNFINISHED);
  assertEquals(witness?.round.length, 2);
});

Deno.test("fairRoundOf leaves out a round in which something stays possible and is never done", () => {
  // 1 <-> 2 by event 0; event 1 leads out of both.
  const model = new Graph([{ 0: 1 }, { 0: 2, 1: 3 }, { 0: 1, 1: 3 }, {}], [3]);
  const search = searched(model);
  const rounds = search.settling.rounds();
  assertEquals(rounds.length, 1);
  assertEquals(fairRoundOf(model, search, rounds), null);
});

Deno.test("fairRoundOf takes a round in which the way out is not always possible", () => {
  // Only from 1 does event 1 lead out: a run that is fair need not take it.
  const model = new Graph([{ 0: 1 }, { 0: 2, 1: 3 }, { 0: 1 }, {}], [3]);
  const search = searched(model);
  const witness = fairRoundOf(model, search, search.settling.rounds());
  assertEquals(witness?.round.length, 2);
});

Deno.test("fairRoundOf tells a round in which all happens that stays possible", () => {
  // Event 0 changes nothing, event 1 goes 1 -> 2 -> 1: both stay possible.
  const model = new Graph([{ 0: 1 }, { 0: 1, 1: 2 }, { 0: 2, 1: 1 }], []);
  const search = searched(model);
  const witness = fairRoundOf(model, search, search.settling.rounds());
  assertEquals(new Set(witness?.round), new Set([0, 1]));
  assertEquals(witness?.round.length, 3);
});

Deno.test("fairRoundOf tells a round from a state on that is not as it must be", () => {
  // 1 -> 2 -> 3 -> 1, in which only 3 is wrong.
  const model = new Graph([{ 0: 1 }, { 0: 2 }, { 0: 3 }, { 0: 1 }], [1, 2]);
  const search = searched(model);
  const witness = fairRoundOf(model, search, search.settling.rounds());
  assertEquals(witness?.events.length, 3);
  assertEquals(witness?.round.length, 3);
});

Deno.test("fairRoundOf tells the shortest of several stories", () => {
  // Round 1 is entered after one step, round 4 after three.
  const model = new Graph(
    [{ 0: 2, 1: 1 }, { 0: 1 }, { 0: 3 }, { 0: 4 }, { 0: 4 }],
    [],
  );
  const search = searched(model);
  const rounds = search.settling.rounds();
  assertEquals(rounds.length, 2);
  for (const given of [rounds, rounds.toReversed()]) {
    const witness = fairRoundOf(model, search, given);
    assertEquals([witness?.events, witness?.round], [[1], [0]]);
  }
});

Deno.test("SettlingGraph finds no round in which all is as it must be", () => {
  const model = new Graph([{ 0: 1 }, { 0: 2 }, { 0: 1 }], [1, 2]);
  assertEquals(searched(model).settling.rounds(), []);
});

Deno.test("componentsOf finds all components of a graph of many nodes without a deep stack", () => {
  const size = 100_000;
  const components = componentsOf(
    Array.from({ length: size }, (_, i) => i),
    (node) => [(node + 1) % size],
  );
  assertEquals(components.length, 1);
  assertEquals(components[0]?.length, size);
});

Deno.test("Fingerprints recognise a million states, and take no two for one", () => {
  const seen = new Fingerprints();
  const state = new Int32Array(4);
  for (let i = 0; i < 1_000_000; i++) {
    state[0] = i & 0x3ff;
    state[3] = i >> 10;
    assertEquals(seen.add(state) === i && seen.isNew, true);
  }
  assertEquals(seen.size, 1_000_000);
  state[0] = 5;
  state[3] = 0;
  assertEquals(seen.find(state), 5);
  state[1] = 1;
  assertEquals(seen.find(state), UNSEEN);
  assert(seen.collisionChance > 2e-8 && seen.collisionChance < 3e-8);
});

Deno.test("Fingerprints change in about half of their bits with any bit of a state", () => {
  // Through the table only: states that differ by a bit must not be alike, and
  // their places in the table must not either.
  const seen = new Fingerprints();
  const numbers = new Set<number>();
  for (let bit = 0; bit < 32 * 30; bit++) {
    const state = new Int32Array(30);
    state[bit >> 5] = 1 << (bit & 31);
    numbers.add(seen.add(state));
  }
  assertEquals(numbers.size, 32 * 30);
  assertNotEquals(seen.add(new Int32Array(30)), 0);
});
