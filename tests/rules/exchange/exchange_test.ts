import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  EntryBatch,
  Exchanges,
  Feeds,
  NO_SOURCE,
} from "../../../lib/rules/mod.ts";
import {
  PULL,
  PUSH,
  PUSH_PULL,
  SyncFields,
} from "../../../lib/protocol/sync.ts";
import {
  assertAgrees,
  type GossipEvent,
  GossipWorld,
  type Mutant,
} from "./gossip_world.ts";

const REPLICAS_MAX = 5;
const ROWS = 7;

const replica = fc.nat(REPLICAS_MAX - 1);
const pick = fc.nat(1000);

const events: fc.Arbitrary<GossipEvent> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("report" as const),
      replica,
      row: fc.nat(ROWS - 1),
      likes: fc.nat(42),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("request" as const),
      replica,
      peer: replica,
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constantFrom("deliver", "deliver", "deliver", "lose", "repeat"),
      pick,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("restart" as const),
      replica,
      remembers: fc.boolean(),
    }),
  },
);

/**
 * A connected graph: each replica is linked to an earlier one, some to more.
 */
const graphs = (replicas: number) =>
  fc.tuple(
    fc.array(pick, { minLength: replicas, maxLength: replicas }),
    fc.array(fc.tuple(fc.nat(replicas - 1), fc.nat(replicas - 1)), {
      maxLength: 2,
    }),
    pick,
  ).map(([earlier, more, turn]) => {
    const links = earlier.slice(1).map((
      pick,
      i,
    ): [number, number] => [i + 1, pick % (i + 1)]);
    links.push(...more.filter(([a, b]) => a !== b));
    return links.map((_, i) => links[(i + turn) % links.length]!);
  });

const runs = fc.integer({ min: 2, max: REPLICAS_MAX }).chain((replicas) =>
  fc.record({
    replicas: fc.constant(replicas),
    style: fc.constantFrom(PUSH, PULL, PUSH_PULL),
    entriesMax: fc.integer({ min: 1, max: 4 }),
    events: fc.array(events, { maxLength: 80, size: "max" }),
    links: graphs(replicas),
  })
);

function agreement(mutant?: Mutant) {
  return fc.property(runs, (run) => {
    const { replicas, style, entriesMax, links } = run;
    const world = new GossipWorld({
      replicas,
      rows: ROWS,
      style,
      entriesMax,
      mutant,
    });
    for (const event of run.events) {
      if ("replica" in event && event.replica >= replicas) continue;
      if ("peer" in event && event.peer >= replicas) continue;
      world.step(event);
    }
    assertAgrees(world, links);
  });
}

Deno.test("Exchanges end in equal replicas after any losses, repeats, delays, restarts and full messages", () => {
  fc.assert(agreement(), { numRuns: 1500 });
});

const MUTANTS: readonly Mutant[] = [
  "merges by adding",
  "keeps its epoch at a restart",
  "moves a position though the reply was lost",
  "takes a message for another life",
  "takes anything that it holds for known to who told it",
  "takes another life for one that knows what the last one knew",
];

for (const mutant of MUTANTS) {
  Deno.test(`Exchanges between replicas of which each ${mutant} are found out`, () => {
    const { failed } = fc.check(agreement(mutant), {
      numRuns: 3000,
      seed: 1,
      endOnFailure: true,
    });
    assert(failed);
  });
}

/** Two replicas, of which the first holds so many entries. */
function holding(entries: number, entriesMax: number, style: number) {
  const world = new GossipWorld({
    replicas: 2,
    rows: entries,
    style,
    entriesMax,
  });
  for (let row = 0; row < entries; row++) {
    world.step({ kind: "report", replica: 0, row, likes: 1 });
  }
  return world;
}

for (
  const [name, style, from, to] of [
    ["push", PUSH, 0, 1],
    ["push-pull", PUSH_PULL, 0, 1],
    ["pull", PULL, 1, 0],
  ] as const
) {
  Deno.test(`Exchanges of ${name} send each entry once, in as many messages as are needed`, () => {
    const world = holding(10, 3, style);
    world.exchange(from, to);
    assertEquals(world.state(1), world.state(0));
    assertEquals(world.entriesSent, 10);
    world.exchange(from, to);
    world.exchange(to, from);
    assertEquals(world.entriesSent, 10);
  });
}

Deno.test("Exchanges between two that heard the same from a third carry it once, and then never again", () => {
  const world = new GossipWorld({
    ...{ replicas: 3, rows: 10, style: PUSH_PULL, entriesMax: 100 },
  });
  for (let row = 0; row < 10; row++) {
    world.step({ kind: "report", replica: 0, row, likes: 1 });
  }
  world.exchange(0, 1);
  world.exchange(0, 2);
  assertEquals(world.entriesSent, 20);
  world.exchange(1, 2);
  assertEquals(world.entriesSent, 30);
  world.exchange(2, 1);
  world.exchange(1, 2);
  assertEquals(world.entriesSent, 30);
  // What one of them hears since is told, and what it forgets is told again.
  world.step({ kind: "report", replica: 1, row: 4, likes: 1 });
  world.exchange(2, 1);
  assertEquals(world.entriesSent, 31);
  world.step({ kind: "restart", replica: 1, remembers: false });
  world.exchange(2, 1);
  assertEquals(world.state(1), world.state(2));
});

Deno.test("Exchanges send a replica that has forgotten everything again, within one exchange", () => {
  for (const style of [PUSH, PUSH_PULL]) {
    const world = holding(10, 4, style);
    world.exchange(0, 1);
    world.step({ kind: "restart", replica: 1, remembers: false });
    world.exchange(0, 1);
    assertEquals(world.state(1), world.state(0));
  }
});

Deno.test("Exchanges do not go on for ever with a peer that never has anything", () => {
  const feeds = new Feeds(1, 4);
  const exchanges = new Exchanges(feeds, {
    replicas: 2,
    style: PUSH_PULL,
    entriesMax: 10,
  });
  exchanges.start(0, 5);
  feeds.touch(0, 2, -1);
  const request = new SyncFields();
  const batch = new EntryBatch();
  const sink = { add: (_: number, row: number) => batch.add(row, 1, 1, 1) };
  const requests = [];
  for (let number = 1; number < 10; number++) {
    exchanges.request(0, 1, number, request, sink);
    requests.push(request.count);
    const reply = Object.assign(new SyncFields(), {
      isReply: true,
      sender: 1,
      number,
      epoch: 100 + number,
      peerEpoch: 5,
    });
    exchanges.receive(0, reply);
    exchanges.received(0, reply);
    if (!exchanges.goesOn(0, reply)) break;
  }
  assertEquals(requests, [1, 1]);
});

Deno.test("Exchanges.goesOn() takes a reply once, and none to an earlier request", () => {
  const world = holding(3, 1, PUSH);
  const { exchanges } = world;
  const nothing = { add: () => {} };
  const request = new SyncFields();
  exchanges.request(0, 1, 101, request, nothing);
  exchanges.receive(1, request);
  exchanges.received(1, request);
  const reply = new SyncFields();
  exchanges.reply(1, request, reply, nothing);
  exchanges.receive(0, reply);
  assertEquals(exchanges.goesOn(0, reply), true);
  assertEquals(exchanges.goesOn(0, reply), false);
  exchanges.request(0, 1, 102, request, nothing);
  assertEquals(exchanges.goesOn(0, reply), false);
});

/** A message of replica 1, in its life 20, to replica 0 in its life 1. */
function message(fields: Partial<SyncFields>): SyncFields {
  return Object.assign(new SyncFields(), {
    sender: 1,
    number: 1,
    epoch: 20,
    peerEpoch: 1,
    ...fields,
  });
}

/** What replica 0 asks replica 1 next. */
function nextRequest({ exchanges }: GossipWorld): SyncFields {
  const request = new SyncFields();
  exchanges.request(0, 1, 1000, request, { add: () => {} });
  return request;
}

Deno.test("Exchanges.receive() takes a position in another life's feed, or beyond its own, for none", () => {
  const cases: [Partial<SyncFields>, base: number][] = [
    [{ got: 2 }, 2],
    [{ got: 2, peerEpoch: 9 }, 0],
    [{ got: 4 }, 0],
  ];
  for (const [fields, base] of cases) {
    const world = holding(3, 10, PUSH);
    world.exchanges.receive(0, message(fields));
    const request = nextRequest(world);
    assertEquals([request.base, request.count], [base, 3 - base]);
  }
});

Deno.test("Exchanges.received() moves the position only of the life that sent, in the life that it meant, without a gap", () => {
  const whole = { base: 0, upTo: 5 };
  const cases: [Partial<SyncFields>, got: number][] = [
    [whole, 5],
    [{ ...whole, peerEpoch: 0 }, 5],
    [{ ...whole, peerEpoch: 9 }, 0],
    [{ base: 3, upTo: 5 }, 0],
  ];
  for (const [fields, got] of cases) {
    const world = holding(3, 10, PUSH);
    world.exchanges.receive(0, message(fields));
    world.exchanges.received(0, message(fields));
    assertEquals(nextRequest(world).got, got);
  }
  const world = holding(3, 10, PUSH);
  const late = message({ ...whole, epoch: 19 });
  world.exchanges.receive(0, late);
  assertEquals(world.exchanges.sourceOf(0, late), 1);
  world.exchanges.receive(0, message({}));
  world.exchanges.received(0, late);
  assertEquals(world.exchanges.sourceOf(0, late), NO_SOURCE);
  const request = nextRequest(world);
  assertEquals([request.peerEpoch, request.got], [20, 0]);
});

Deno.test("Exchanges keep positions of all pairs that met, and of no other", () => {
  const world = new GossipWorld({
    replicas: 40,
    rows: 1,
    style: PUSH_PULL,
    entriesMax: 10,
  });
  world.step({ kind: "report", replica: 0, row: 0, likes: 7 });
  let pairs = 0;
  for (let a = 0; a < 40; a++) {
    for (let b = a + 1; b < 40; b += 2) {
      world.exchange(a, b);
      pairs++;
    }
  }
  assertEquals(world.exchanges.pairs, 2 * pairs);
  assertAgrees(
    world,
    world.ledgers.slice(1).map((_, i): [number, number] => [i, i + 1]),
  );
});

Deno.test("Exchanges refuse replicas that are not among all, and messages of nothing", () => {
  const feeds = new Feeds(2, 1);
  const options = { replicas: 3, style: PUSH, entriesMax: 1 };
  assertThrows(
    () => new Exchanges(feeds, { ...options, first: 2 }),
    RangeError,
    "from 2 on",
  );
  assertThrows(
    () => new Exchanges(feeds, { ...options, entriesMax: 0 }),
    RangeError,
    "0 entries",
  );
});
