import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
} from "@std/assert";
import fc from "fast-check";
import { HistoryDigest } from "../../lib/verdict/digest.ts";
import {
  formatEvent,
  type HistoryEvent,
  parseEvent,
} from "../../lib/verdict/history.ts";
import { events } from "./arbitraries.ts";

function digestOf(history: readonly HistoryEvent[]): string {
  const digest = new HistoryDigest();
  for (const event of history) digest.addEvent(event);
  return digest.value();
}

/** The fields of an event that the digest sees. */
function visible({ reason: _, ...event }: HistoryEvent): string {
  return formatEvent(event);
}

Deno.test("HistoryDigest is the same on every machine and in every version", () => {
  assertEquals(digestOf([]), "0000000000000000");
  assertEquals(
    digestOf([
      { t: 0.5, kind: "draw", server: 0, seq: 1, likes: 14, total: 14 },
      { t: 0.5, kind: "send", server: 0, seq: 1, likes: 14, attempt: 1 },
      { t: 0.52, kind: "lose", server: 0, seq: 1, attempt: 1, reply: true },
      { t: 0.53, kind: "ack", server: 0, seq: 1, total: 2 ** 40, attempt: 2 },
      { t: 3, kind: "count", server: 9999, seq: 3, total: 2 ** 53 - 1 },
      { t: 4, kind: "crash" },
    ]),
    // Computed by a second implementation, in another language.
    "125214ca90bc22ae",
  );
});

Deno.test("HistoryDigest of a history file is that of the run which wrote it", () => {
  fc.assert(fc.property(fc.array(events), (history) => {
    const read = history.map(formatEvent).map(parseEvent);
    assertEquals(digestOf(read), digestOf(history));
    assertMatch(digestOf(history), /^[0-9a-f]{16}$/);
  }));
});

Deno.test("HistoryDigest differs when any field differs", () => {
  fc.assert(
    fc.property(events, events, (one, other) => {
      fc.pre(visible(one) !== visible(other));
      assertNotEquals(digestOf([one]), digestOf([other]));
    }),
    { numRuns: 2000 },
  );
  const event = {
    t: 1,
    kind: "send",
    server: 3,
    seq: 7,
    likes: 14,
    total: 314,
    attempt: 9,
  } as const;
  const changed: HistoryEvent[] = [
    { ...event, t: 1.0001 },
    { ...event, kind: "lose" },
    { ...event, server: 4 },
    { ...event, seq: 8 },
    { ...event, likes: 15 },
    { ...event, total: 315 },
    { ...event, total: 314 + 2 ** 32 },
    { ...event, attempt: 10 },
    { ...event, reply: true },
    { ...event, reply: false },
  ];
  const digests = new Set([event, ...changed].map((one) => digestOf([one])));
  assertEquals(digests.size, changed.length + 1);
});

Deno.test("HistoryDigest differs when a total differs, however large it is", () => {
  const total = fc.maxSafeNat();
  fc.assert(
    fc.property(total, total, fc.constantFrom("count", "ack"), (a, b, kind) => {
      fc.pre(a !== b);
      const [one, other] = [a, b].map((total) => ({ t: 1, kind, total }));
      assert(one !== undefined && other !== undefined);
      assertNotEquals(digestOf([one]), digestOf([other]));
    }),
    { examples: [[1000, 5_982_849_125, "count"]], numRuns: 2000 },
  );
});

Deno.test("HistoryDigest differs when the order or the number of events differs", () => {
  fc.assert(fc.property(events, events, (one, other) => {
    fc.pre(visible(one) !== visible(other));
    if (one.kind !== "ack" && other.kind !== "ack") {
      assertNotEquals(digestOf([one, other]), digestOf([other, one]));
    }
    assertNotEquals(digestOf([one, other]), digestOf([one]));
    assertNotEquals(digestOf([one, one]), digestOf([one]));
  }));
});

Deno.test("HistoryDigest takes acknowledgements anywhere, but does not let them trade what is in them", () => {
  fc.assert(fc.property(events, events, events, (one, other, between) => {
    const [first, second] = [one, other].map((event) => ({
      ...event,
      kind: "ack" as const,
    }));
    assert(first !== undefined && second !== undefined);
    assertEquals(
      digestOf([first, between, second]),
      digestOf([second, between, first]),
    );
    fc.pre(first.t !== second.t && visible(first) !== visible(second));
    const traded = [{ ...first, t: second.t }, { ...second, t: first.t }];
    fc.pre(
      traded.every((event) =>
        visible(event) !== visible(first) && visible(event) !== visible(second)
      ),
    );
    assertNotEquals(digestOf(traded), digestOf([first, second]));
  }));
});

Deno.test("HistoryDigest has no collision among a hundred thousand neighbours", () => {
  const seen = new Set<string>();
  for (let seq = 1; seq <= 100_000; seq++) {
    const digest = new HistoryDigest();
    digest.add(seq >> 4, 0, seq & 15, seq, 14, -1, 0, 0);
    seen.add(digest.value().slice(0, 12));
  }
  // 48 bits of 100,000: about 2e-5 collisions are expected.
  assertEquals(seen.size, 100_000);
});

Deno.test("HistoryDigest can be asked in between", () => {
  const digest = new HistoryDigest();
  digest.addEvent({ t: 1, kind: "heal" });
  const before = digest.value();
  assertEquals(digest.value(), before);
  assertEquals(digest.events, 1);
  digest.addEvent({ t: 1, kind: "heal" });
  assertNotEquals(digest.value(), before);
});

Deno.test("HistoryDigest.aboutReplica() is about() of a replica and nobody else", () => {
  for (const replica of [0, 1, 31, 9_999]) {
    const [one, other] = [new HistoryDigest(), new HistoryDigest()];
    for (const digest of [one, other]) digest.add(1, 0, 3, 7, 14, 314, 0, 0);
    one.about(replica, -1, -1, -1);
    other.aboutReplica(replica);
    assertEquals(one.value(), other.value());
  }
});
