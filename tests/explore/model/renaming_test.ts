import { assert, assertEquals } from "@std/assert";
import { IMPOSSIBLE, StateBuffer } from "../../../lib/explore/checker/model.ts";
import { Search } from "../../../lib/explore/checker/search.ts";
import type { Bounds } from "../../../lib/explore/model/bounds.ts";
import { LikesModel } from "../../../lib/explore/model/likes_model.ts";
import { onlyOf } from "../bounds_of_tests.ts";

/** Bounds with renamings of each kind. */
const CASES: readonly [name: string, bounds: Bounds][] = [
  ["three likes servers of one home", onlyOf({ servers: 3, losses: 1 })],
  [
    "two homes that move on together",
    onlyOf({ replicas: 2, exchanges: 1, crashes: 1, draws: 1 }),
  ],
  [
    "two homes, without a mark",
    onlyOf({
      ...{ replicas: 2, exchanges: 1, losses: 1, draws: 1 },
      delivery: "at-least-once",
    }),
  ],
  [
    "three replicas that are all told, read and repaired",
    onlyOf({
      ...{ replicas: 3, servers: 1, draws: 1, writeTo: "all", writeQuorum: 2 },
      ...{ readFrom: "all", readQuorum: 2, readRepair: "after", reads: 1 },
      losses: 1,
    }),
  ],
  [
    "two replicas, any of which is told and read",
    onlyOf({
      ...{ replicas: 2, draws: 1, writeTo: "any", readFrom: "any", reads: 1 },
      exchanges: 1,
    }),
  ],
  [
    "a reader with a home among replicas that are all told",
    onlyOf({
      ...{ replicas: 2, servers: 1, draws: 1, writeTo: "all", reads: 2 },
      crashes: 1,
    }),
  ],
];

/** States that are looked at. */
const STATES = 4000;

/** The states that follow, each by the one that stands for it. */
function following(model: LikesModel, state: StateBuffer): string[] {
  const events = new Int32Array(model.eventsMax);
  const next = new StateBuffer(model.words);
  const found = new Set<string>();
  const count = model.events(state, events);
  for (const event of events.subarray(0, count)) {
    if (model.next(state, event, next) === IMPOSSIBLE) continue;
    model.represent(next);
    found.add(next.words.join());
  }
  return [...found].toSorted();
}

/** Takes down states as they are seen, before they are reduced. */
class UnreducedStates extends LikesModel {
  readonly states: StateBuffer[] = [];

  override check(state: StateBuffer): number {
    const copy = new StateBuffer(this.words);
    copy.copy(state);
    if (this.states.length < STATES) this.states.push(copy);
    return super.check(state);
  }
}

for (const [name, bounds] of CASES) {
  Deno.test(`Renaming.represent() makes no difference to what is possible: ${name}`, () => {
    const model = new UnreducedStates(bounds);
    const search = new Search(model, { isReduced: false, statesMax: STATES });
    while (!search.advance(1000));
    assert(model.states.length > 300, `${model.states.length} states`);
    let renamed = 0;
    for (const state of model.states) {
      const one = new StateBuffer(model.words);
      one.copy(state);
      model.represent(one);
      const again = new StateBuffer(model.words);
      again.copy(one);
      model.represent(again);
      assertEquals(again.words, one.words, "it stands for itself");
      if (one.words.join() === state.words.join()) continue;
      renamed++;
      assertEquals(following(model, one), following(model, state));
      assertEquals(model.check(one), model.check(state));
    }
    assert(renamed > 50, `${renamed} renamed`);
  });
}
