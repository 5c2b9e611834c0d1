import { assertEquals, assertThrows } from "@std/assert";
import { explain } from "../../lib/verdict/explain.ts";
import { isWithin, predict } from "../../lib/verdict/theory.ts";
import { judge, type ServerAccount } from "../../lib/verdict/verdict.ts";

function verdictOf(delivery: string, ...servers: Partial<ServerAccount>[]) {
  return judge(
    { delivery, seed: 7 },
    servers.map((fields, id) => ({
      name: `LikesServer${id}`,
      generated: 1000,
      acknowledged: 1000,
      counted: 1000,
      pending: 0,
      ...fields,
    })),
  );
}

Deno.test("explain() says that nothing went wrong", () => {
  assertEquals(explain(verdictOf("crdt", {}, {})), [
    "All 2,000 likes generated are at the primary: nothing lost, nothing counted twice.",
  ]);
});

Deno.test("explain() names the servers whose likes were counted twice, and why", () => {
  const twice = { counted: 1014 };
  assertEquals(explain(verdictOf("at-least-once", twice, {}, twice)), [
    "28 likes of 2 servers (LikesServer0 14, LikesServer2 14) were counted twice: a report whose answer did not " +
    "arrive was sent again, or the network repeated it, and without a mark the primary cannot tell.",
  ]);
  assertEquals(
    explain(verdictOf("original", twice, twice, twice, twice))[0]?.slice(0, 83),
    "56 likes of 4 servers (LikesServer0 14, LikesServer1 14, LikesServer2 14, …) were c",
  );
});

Deno.test("explain() calls a marked mode that counts twice a defect", () => {
  assertEquals(explain(verdictOf("dedup", { counted: 1001 })), [
    "1 like of LikesServer0 was counted twice: a mode that marks its reports must never do so, this is a defect.",
  ]);
});

Deno.test("explain() tells lost, stuck, crashed and undelivered apart", () => {
  const pending = { acknowledged: 943, counted: 943, pending: 57 };
  assertEquals(explain(verdictOf("at-most-once", { counted: 990 })), [
    "10 likes of LikesServer0 were lost: a report that gets no answer is forgotten.",
  ]);
  assertEquals(explain(verdictOf("crdt", { counted: 990 })), [
    "10 likes of LikesServer0 were lost: they were acknowledged and the primary no longer has them, or their " +
    "report was refused for good.",
  ]);
  assertEquals(explain(verdictOf("original", { ...pending, stuck: true })), [
    "57 likes of LikesServer0 are stuck: a sum of unanswered likes has passed 42, so it is refused for " +
    "ever, and every later like with it.",
  ]);
  const gone = { ...pending, crashed: true };
  assertEquals(explain(verdictOf("crdt", gone, gone, pending)), [
    "114 likes of 2 servers (LikesServer0 57, LikesServer1 57) were not delivered: they crashed and were never restarted.",
    "57 likes of LikesServer2 were not delivered: no answer came until the run ended.",
  ]);
});

Deno.test("explain() says when totals agree only by chance", () => {
  assertEquals(
    explain(verdictOf("original", { counted: 990 }, { counted: 1010 })).at(-1),
    "The totals agree by chance, the likes of each server do not.",
  );
  assertEquals(
    explain(verdictOf("at-most-once", { countedTwice: 10 })).at(-1),
    "The totals agree by chance: as many likes were counted twice as are missing.",
  );
});

Deno.test("explain() says why it is not known what was counted", () => {
  const server = { name: "LikesServer0", generated: 9, pending: 0 };
  const facts = {
    delivery: "original",
    seed: 7,
    countedUnknown: "the primary answers no STATS",
  };
  assertEquals(explain(judge(facts, [{ ...server, acknowledged: 9 }])), [
    "How many likes the primary counted is not known: the primary answers no STATS.",
    "All 9 likes generated were acknowledged.",
  ]);
  assertEquals(
    explain(judge(facts, [{ ...server, acknowledged: 8 }]))[1],
    "1 like of 9 generated was not acknowledged.",
  );
});

Deno.test("predict() gives the averages that a calculation on paper gives", () => {
  const faults = { reportLoss: 0.2, ackLoss: 0.5, duplicate: 0 };
  assertEquals(predict("at-most-once", faults).countedPerLike, 0.8);
  assertEquals(predict("at-least-once", faults).countedPerLike, 2);
  assertEquals(predict("dedup", faults).countedPerLike, 1);
  assertEquals(predict("crdt").countedPerLike, 1);
  assertEquals(predict("original", faults).countedPerLike, undefined);
  assertEquals(predict("at-least-once").countedPerLike, undefined);
  assertEquals(
    predict("at-least-once", { ...faults, ackLoss: 1 }).countedPerLike,
    undefined,
  );
  assertThrows(() => predict("twice"), RangeError, '"twice"');
});

Deno.test("isWithin() holds each mode to its promise and no other", () => {
  const lost = { counted: 990 };
  const twice = { counted: 1010 };
  const late = { counted: 990, pending: 10, acknowledged: 990 };
  for (
    const [delivery, mayLose, mayCountTwice] of [
      ["at-most-once", true, true],
      ["original", true, true],
      ["at-least-once", false, true],
      ["dedup", false, false],
      ["crdt", false, false],
    ] as const
  ) {
    const prediction = predict(delivery);
    assertEquals(isWithin(prediction, verdictOf(delivery, {})), true);
    assertEquals(isWithin(prediction, verdictOf(delivery, lost)), mayLose);
    assertEquals(isWithin(prediction, verdictOf(delivery, late)), mayLose);
    assertEquals(isWithin(prediction, verdictOf(delivery, late), false), true);
    assertEquals(
      isWithin(prediction, verdictOf(delivery, twice)),
      mayCountTwice,
    );
    const gone = verdictOf(delivery, { ...late, crashed: true });
    assertEquals(isWithin(prediction, gone), true);
  }
});
