import { assert, assertEquals, assertThrows } from "@std/assert";
import { IMPOSSIBLE, StateBuffer } from "../../../lib/explore/checker/model.ts";
import type { Bounds } from "../../../lib/explore/model/bounds.ts";
import {
  formatEvents,
  parseEvents,
} from "../../../lib/explore/model/events.ts";
import { LikesModel } from "../../../lib/explore/model/likes_model.ts";
import { tellStory } from "../../../lib/explore/story/tell.ts";
import { boundsOf, onlyOf } from "../bounds_of_tests.ts";

/** Events that follow one another, chosen by a row of numbers. */
function walkOf(model: LikesModel, seed: number, length: number): number[] {
  const events = new Int32Array(model.eventsMax);
  let state = new StateBuffer(model.words);
  let next = new StateBuffer(model.words);
  model.start(state);
  const walk: number[] = [];
  let random = seed;
  while (walk.length < length) {
    const count = model.events(state, events);
    if (count === 0) return walk;
    random = Math.imul(random, 1103515245) + 12345 >>> 0;
    const event = events[(random >>> 8) % count] as number;
    if (model.next(state, event, next) === IMPOSSIBLE) continue;
    walk.push(event);
    [state, next] = [next, state];
  }
  return walk;
}

const CASES: readonly Bounds[] = [
  boundsOf({ reads: 1 }),
  boundsOf({ delivery: "at-least-once", losses: 2, late: 2 }),
  boundsOf({ delivery: "original", crashes: 2 }),
  boundsOf({ replicas: 2, exchanges: 2, delivery: "dedup", writeTo: "any" }),
  boundsOf({
    ...{ replicas: 3, writeTo: "all", writeQuorum: 2, readFrom: "all" },
    ...{ readQuorum: 2, reads: 2, readRepair: "before" },
  }),
];

Deno.test("tellStory() ends each message once, and none that was not sent or repeated", () => {
  let arrived = 0;
  for (const bounds of CASES) {
    for (let seed = 1; seed <= 60; seed++) {
      const model = new LikesModel(bounds);
      const walk = walkOf(model, seed, 40);
      const { steps, participants } = tellStory(model, walk);
      assertEquals(steps.map(({ event }) => event).join(), formatEvents(walk));
      const sent = new Set<number>();
      const ended = new Set<number>();
      let copies = 0;
      for (const { event, words, arrivals, sent: messages } of steps) {
        assert(words.length > 0 && !words.includes("undefined"), words);
        if (event.startsWith("repeat")) copies++;
        for (const { id, from, to } of arrivals) {
          assert(!ended.has(id), `${event}: ${words}`);
          ended.add(id);
          assert(participants.includes(from) && participants.includes(to));
        }
        for (const { id } of messages) sent.add(id);
      }
      arrived += ended.size;
      const others = ended.difference(sent).size;
      assert(others <= copies, `${others} of ${copies}: ${formatEvents(walk)}`);
    }
  }
  assert(arrived > 1000, `${arrived}`);
});

Deno.test("tellStory() tells what comes too late, and what a process knows", () => {
  const model = new LikesModel(onlyOf({ servers: 1, late: 1 }));
  const { steps } = tellStory(
    model,
    parseEvents("draw0,deliver0,timeout0,deliver0"),
  );
  assertEquals(
    steps.at(-1)?.words,
    "LikesServer0 hears ACK from primary too late, and takes no notice",
  );
  assertEquals(steps.at(-1)?.arrivals[0]?.outcome, "late");
  assertEquals(
    steps.at(-1)?.processes[0]?.words,
    "drew 14 likes in 1 draw; 0 acknowledged; waits to try again",
  );
});

Deno.test("tellStory() refuses an event that is not possible, and tells which are", () => {
  const model = new LikesModel(onlyOf({ servers: 1 }));
  assertThrows(
    () => tellStory(model, parseEvents("draw0,retry0")),
    RangeError,
    "Event 2, retry0, is not possible there: possible are draw0,deliver0,end",
  );
});
