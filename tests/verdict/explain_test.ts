import { assertEquals, assertThrows } from "@std/assert";
import { explain, explainGaps } from "../../lib/verdict/explain.ts";
import { isWithin, predict } from "../../lib/verdict/theory.ts";
import { judge, type ServerAccount } from "../../lib/verdict/verdict.ts";

function verdictOf(delivery: string, ...servers: Partial<ServerAccount>[]) {
  return judge(
    { delivery, seed: 7 },
    servers.map((fields, id) => ({
      name: `LikesServer${id}`,
      draws: 50,
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
    "arrive was sent again, or the network repeated it, and without a mark the primary cannot tell a repeat from a new one.",
  ]);
  assertEquals(
    explain(verdictOf("original", twice, twice, twice, twice))[0]?.slice(0, 83),
    "56 likes of 4 servers (LikesServer0 14, LikesServer1 14, LikesServer2 14, …) were c",
  );
});

Deno.test("explain() says that a marked mode by itself never counts twice", () => {
  assertEquals(explain(verdictOf("dedup", { counted: 1001 })), [
    "1 like of LikesServer0 was counted twice: a mode that marks its reports never does so, unless somebody " +
    "else reports in its name or the program has a defect.",
  ]);
});

Deno.test("explain() tells lost, stuck, crashed and undelivered apart", () => {
  const pending = { acknowledged: 943, counted: 943, pending: 57 };
  const gaveUp = { acknowledged: 990, counted: 990 };
  assertEquals(explain(verdictOf("at-most-once", gaveUp)), [
    "10 likes of LikesServer0 were lost: a report that gets no answer, or whose likes server is killed, is not sent again.",
  ]);
  assertEquals(explain(verdictOf("crdt", gaveUp)), [
    "10 likes of LikesServer0 were lost: their report was refused for good.",
  ]);
  assertEquals(
    explain(verdictOf("dedup", { ...gaveUp, refusal: "total above 42" })),
    [
      "10 likes of LikesServer0 were lost: the primary refused a report for good with NAK total above 42.",
    ],
  );
  assertEquals(explain(verdictOf("original", { ...pending, stuck: true })), [
    "57 likes of LikesServer0 are stuck: a sum of unanswered likes has passed 42, so it is refused for " +
    "ever, and every later like with it.",
  ]);
  const gone = { ...pending, crashed: true };
  assertEquals(explain(verdictOf("crdt", gone, gone, pending)), [
    "114 likes of 2 servers (LikesServer0 57, LikesServer1 57) were not delivered: they were killed and not started again.",
    "57 likes of LikesServer2 were not delivered: the run ended before an acknowledgement came.",
  ]);
});

Deno.test("explain() names what a primary acknowledged and does not have, in every mode", () => {
  for (const delivery of ["at-most-once", "at-least-once", "crdt"]) {
    assertEquals(explain(verdictOf(delivery, { counted: 990 })), [
      "10 likes of LikesServer0 were lost: they had been acknowledged, and the primary does not have them.",
    ]);
  }
  // Of 14 that are missing no more than 4 were given up.
  const some = { counted: 986, acknowledged: 996, givenUp: 4 };
  assertEquals(
    verdictOf("at-most-once", some).findings.map(({ kind, likes }) => [
      kind,
      likes,
    ]),
    [["forgotten", 10], ["lost", 4]],
  );
});

Deno.test("explain() names the last answer to each group of likes servers, and few groups", () => {
  const late = { acknowledged: 990, counted: 990, pending: 10 };
  const full = { ...late, lastAnswer: "NAK full" };
  const none = { ...late, lastAnswer: "no answer (none within 2 s)" };
  assertEquals(explain(verdictOf("crdt", full, none, full)), [
    "20 likes of 2 servers (LikesServer0 10, LikesServer2 10) were not delivered: the last attempt ended with NAK full.",
    "10 likes of LikesServer1 were not delivered: the last attempt ended with no answer (none within 2 s).",
  ]);
  assertEquals(
    explain(verdictOf("crdt", { ...full, notRun: "it ended with code 1" }))[1],
    "10 likes of LikesServer0 were not delivered: it could not be run to its end.",
  );
  const odd = Array.from({ length: 9 }, (_, i) => ({
    ...late,
    lastAnswer: `NAK gap ${i}`,
  }));
  const { findings } = verdictOf("dedup", ...odd);
  assertEquals(findings.map(({ servers }) => servers), [1, 1, 1, 6]);
});

Deno.test("explain() says which likes servers could not be run and why, in place of nothing lost", () => {
  const absent = {
    ...{ draws: 0, generated: 0, acknowledged: 0, counted: 0 },
    notRun: "Resource temporarily unavailable (os error 11)",
  };
  const one = verdictOf("crdt", {}, absent);
  assertEquals(one.converged, false);
  assertEquals(explain(one), [
    "1 of 2 likes servers could not be run (LikesServer1: Resource temporarily unavailable (os error 11)); " +
    "the verdict is on what did run.",
    "All 1,000 likes generated are at the primary.",
  ]);
  assertEquals(
    explain(verdictOf("crdt", absent, absent, absent, absent))[0],
    "4 of 4 likes servers could not be run (LikesServer0, LikesServer1, LikesServer2, …: " +
      "Resource temporarily unavailable (os error 11)); the verdict is on what did run.",
  );
  assertEquals(
    explain(verdictOf("crdt", absent, { ...absent, notRun: "it is gone" }))[0],
    "2 of 2 likes servers could not be run (LikesServer0: Resource temporarily unavailable (os error 11); " +
      "LikesServer1: it is gone); the verdict is on what did run.",
  );
});

Deno.test("explain() tells of discarded draws, and of a run without a draw, in place of nothing lost", () => {
  const none = { draws: 0, generated: 0, acknowledged: 0, counted: 0 };
  const full = {
    discarded: 7,
    discardReason: "No space left on device (os error 28)",
  };
  assertEquals(explain(verdictOf("crdt", none, { ...none, discarded: 0 })), [
    "No draw was made: whether the primary would agree is not known.",
  ]);
  assertEquals(explain(verdictOf("crdt", { ...none, ...full })), [
    "7 draws were discarded by LikesServer0: they could not be logged (No space left on device (os error 28)).",
    "No draw was made that could be logged: whether the primary would agree is not known.",
  ]);
  assertEquals(explain(verdictOf("crdt", { ...full, discarded: 1 })), [
    "1 draw was discarded by LikesServer0: it could not be logged (No space left on device (os error 28)).",
    "All 1,000 likes generated are at the primary.",
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
  const server = { name: "LikesServer0", draws: 1, generated: 9, pending: 0 };
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

Deno.test("explain() says which replicas disagree, who alone had what is lost, and where likes were counted twice", () => {
  const of = (
    delivery: string,
    server: Partial<ServerAccount>,
    counts: readonly [counted: number, dead?: true][],
    areReplicasDifferent = false,
  ) =>
    explain(judge({
      delivery,
      seed: 7,
      replicas: counts.map(([counted, dead], i) => ({
        name: `primary${i}`,
        counted,
        ...dead && { dead },
      })),
      areReplicasDifferent,
    }, [{
      name: "LikesServer0",
      draws: 50,
      generated: 1000,
      acknowledged: 1000,
      counted: 1000,
      pending: 0,
      ...server,
    }]));
  assertEquals(of("crdt", {}, [[1000], [1000]]), [
    "All 1,000 likes generated are at every replica that lives: nothing lost, nothing counted twice.",
  ]);
  assertEquals(of("crdt", {}, [[1000], [980], [1, true]], true), [
    "The replicas do not agree: primary1 counted 980 likes, primary0 1,000.",
  ]);
  assertEquals(of("crdt", {}, [[1000], [1000]], true), [
    "The replicas do not agree: their totals do by chance, the likes of each server do not.",
  ]);
  assertEquals(
    of("crdt", { counted: 986, onlyAt: "primary2" }, [[986], [986], [
      1000,
      true,
    ]]),
    [
      "14 likes of LikesServer0 were lost: they had been acknowledged, and only primary2 had them.",
    ],
  );
  const repeated =
    "without a mark replicas cannot tell a repeat from a new one.";
  const twice = { counted: 1014, twiceAt: "primary0 and primary1" };
  const [sentence = ""] = of("at-least-once", twice, [[1014], [1014]]);
  assertEquals(
    sentence.startsWith(
      "14 likes of LikesServer0 were counted twice, at primary0 and primary1: a report whose answer did not arrive was sent again, to the same replica or another,",
    ),
    true,
    sentence,
  );
  assertEquals(sentence.endsWith(repeated), true, sentence);
  const [unknown = ""] = of("at-least-once", { counted: 1014 }, [[1014], [
    1014,
  ]]);
  assertEquals(
    unknown.startsWith("14 likes of LikesServer0 were counted twice: a report"),
    true,
    unknown,
  );
  assertEquals(unknown.endsWith(repeated), true, unknown);
  assertEquals(
    of("crdt", { counted: 986 }, [[986], [986]]),
    [
      "14 likes of LikesServer0 were lost: they had been acknowledged, and no replica that lives has them.",
    ],
  );
  // One who never sends again did not.
  const [once = ""] = of("at-most-once", twice, [[1014], [1014]]);
  assertEquals(once.includes("sent again"), false, once);
});

Deno.test("explain() says of likes counted twice at too many places to tell apart that there are others", () => {
  const places = ["primary0", "primary1", "primary2", "primary0 and primary3"];
  const sentences = explain(judge(
    {
      delivery: "at-least-once",
      seed: 7,
      replicas: places.map((name) => ({ name, counted: 4056 })),
    },
    places.map((twiceAt, i) => ({
      name: `LikesServer${i}`,
      draws: 50,
      generated: 1000,
      acknowledged: 1000,
      counted: 1014,
      pending: 0,
      twiceAt,
    })),
  ));
  assertEquals(
    sentences.map((sentence) => sentence.split(/(?<=twice)[,:] |: /)[1]),
    [
      ...places.slice(0, 3).map((place) => `at ${place}`),
      "at these or other replicas",
    ],
  );
  assertEquals(sentences[3]?.includes("the primary"), false, sentences[3]);
});

Deno.test("explainGaps() names the readers that read no more", () => {
  const reads = { count: 1, unanswered: 0, seconds: NO_SECONDS };
  for (
    const [gone, sentences] of [
      [[], []],
      [["Reader1"], [
        "Reader1 was killed, or could not be run: it read no more.",
      ]],
      [["Reader0", "Reader2"], [
        "Reader0, Reader2 were killed, or could not be run: they read no more.",
      ]],
    ] as const
  ) {
    assertEquals(explainGaps({ draws: 7, reads: { ...reads, gone } }), [
      ...sentences,
    ]);
  }
});

const NO_SECONDS = { mean: 0, p50: 0, p95: 0, p99: 0, max: 0 };

Deno.test("explain() tells of a single like where the run was not complete", () => {
  const one = { generated: 1, acknowledged: 1, counted: 1, discarded: 2 };
  assertEquals(explain(verdictOf("crdt", one)), [
    "2 draws were discarded by LikesServer0: they could not be logged.",
    "The only like generated is at the primary.",
  ]);
  const untold = {
    ...{ name: "LikesServer0", draws: 1, generated: 1, acknowledged: 1 },
    pending: 0,
  };
  assertEquals(explain(judge({ delivery: "crdt", seed: 7 }, [untold])), [
    "How many likes the primary counted is not known: the primary did not tell.",
    "The only like generated was acknowledged.",
  ]);
  const none = { generated: 0, acknowledged: 0, counted: 0, discarded: 2 };
  assertEquals(explain(verdictOf("crdt", none)).length, 1);
});
