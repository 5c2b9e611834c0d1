// Proof that untrue positions are found: each test breaks one rule of
// exchanges.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { DELIVERIES } from "../../../lib/domain/delivery.ts";
import type { Bounds } from "../../../lib/explore/model/bounds.ts";
import { isMarked } from "../../../lib/rules/delivery_traits.ts";
import { explore, onlyOf } from "../bounds_of_tests.ts";
import { BrokenExchanges, type Fault } from "./broken_exchanges.ts";

const PLAIN = onlyOf({ servers: 1, draws: 1, replicas: 2, exchanges: 1 });
const CRASH: Bounds = { ...PLAIN, exchanges: 2, crashes: 1 };
const FORGETTING: Bounds = { ...CRASH, forgets: true };

interface Mutant extends Fault {
  readonly name: string;
  readonly bounds: Bounds;
  /** A shortest story. */
  readonly story: string;
}

const MUTANTS: readonly Mutant[] = [
  {
    name: "takes a position one too far",
    bounds: PLAIN,
    after: (pair, _, before) => {
      if (pair.got > before.got) pair.got++;
    },
    story: "draw0,deliver0,exchange0.1,sync0",
  },
  {
    name: "names a position one too far",
    bounds: PLAIN,
    sent: (message) => message.got++,
    story: "exchange0.1,sync0",
  },
  {
    name: "says that it tells more than there is",
    bounds: PLAIN,
    sent: (message) => message.upTo++,
    story: "exchange0.1,sync0",
  },
  {
    name: "leaves out the first change that it is to tell",
    bounds: PLAIN,
    tellsFrom: (told) => told + 1,
    story: "draw0,deliver0,exchange0.1,sync0",
  },
  {
    name: "leaves out the first change after a position",
    bounds: { ...PLAIN, draws: 2, exchanges: 2 },
    tellsFrom: (told) => told === 0 ? 0 : told + 1,
    story: "draw0,draw0,deliver0,deliver0,end,exchange0.1,deliver0,exchange0.1",
  },
  {
    name: "keeps its position when its peer begins another life",
    bounds: CRASH,
    receive: (pair, _, before) => pair.got = before.got,
    story:
      "draw0,deliver0,exchange0.1,crash-primary0,restart-primary0,sync0,exchange0.1,sync0",
  },
  {
    name: "believes what a peer says to have of another life",
    bounds: CRASH,
    receive: (pair, message) => pair.told = message.got,
    story:
      "draw0,deliver0,exchange0.1,crash-primary0,restart-primary0,sync0,sync0",
  },
  {
    name: "takes a position told to another life of it",
    bounds: FORGETTING,
    received: (message) => message.peerEpoch = 0,
    story:
      "draw0,deliver0,exchange0.1,crash-primary0,restart-primary0,sync0,sync0",
  },
  {
    name: "believes a peer that has forgotten to have what it had",
    bounds: FORGETTING,
    receive: (pair, message, before) => {
      if (message.peerEpoch === 0) pair.told = before.told;
    },
    story:
      "draw0,deliver0,exchange0.1,sync0,crash-primary1,restart-primary1,sync0,exchange1,sync0",
  },
  {
    name: "does not send back what an earlier life of its peer has told",
    bounds: FORGETTING,
    neverForgets: true,
    story: "draw0,deliver0,exchange0.1,crash-primary0,sync0,end,exchange0.1",
  },
];

for (const { name, bounds, story, ...fault } of MUTANTS) {
  Deno.test(`Positions.untrue() finds a replica that ${name}`, () => {
    const { holds, events, story: told } = explore(bounds, {
      makeExchanges: (feeds, options, pairs) =>
        new BrokenExchanges(feeds, options, pairs!, fault),
    });
    assertEquals(holds, false);
    assertEquals(events, story);
    assertMatch(
      told?.violation ?? "",
      /^primary\d is taken to have of primary\d's changes what it has not$/,
    );
  });
}

Deno.test("Positions.untrue() finds nothing wrong with the rules as they are", () => {
  const isRight = (bounds: Bounds) => explore(bounds).holds;
  for (const delivery of DELIVERIES) {
    assert(isRight({ ...CRASH, delivery }), delivery);
    assert(isRight({ ...PLAIN, delivery, crashes: 1, copies: 1 }), delivery);
    if (isMarked(delivery)) assert(isRight({ ...FORGETTING, delivery }));
  }
  assert(isRight({ ...PLAIN, replicas: 3, exchanges: 2 }));
});
