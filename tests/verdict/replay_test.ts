import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  formatEvent,
  type HistoryEvent,
  parseEvent,
} from "../../lib/verdict/history.ts";
import {
  HistoryMeter,
  judgeHistory,
  meterFromHistory,
} from "../../lib/verdict/replay.ts";

/** A history as it stands in a file. */
function history(text: string): HistoryEvent[] {
  return text.trim().split("\n").map((line) => parseEvent(line.trim()));
}

Deno.test("judgeHistory() sees a like counted twice after a lost answer", () => {
  const verdict = judgeHistory(
    history(`
      {"t":1,"kind":"draw","server":0,"seq":1,"likes":14,"total":14}
      {"t":1,"kind":"send","server":0,"seq":1,"likes":14,"attempt":1}
      {"t":1.02,"kind":"receive","server":0,"seq":1,"likes":14,"attempt":1}
      {"t":1.02,"kind":"count","server":0,"seq":1,"likes":14,"total":14}
      {"t":1.04,"kind":"lose","server":0,"seq":1,"attempt":1,"reply":true}
      {"t":3,"kind":"send","server":0,"seq":1,"likes":14,"attempt":2}
      {"t":3.02,"kind":"count","server":0,"seq":1,"likes":14,"total":28}
      {"t":3.04,"kind":"ack","server":0,"seq":1,"total":14,"attempt":2}
    `),
    { delivery: "at-least-once", seed: 7 },
  );
  assertEquals(verdict.converged, false);
  assertEquals(verdict.countedTwice, 14);
  assertEquals(verdict.acknowledged, 14);
  assertEquals(verdict.lost, 0);
  assertEquals(verdict.convergenceSeconds, null);
  assertEquals(verdict.stalenessSeconds?.max, 0.0199);
});

Deno.test("judgeHistory() calls a draw that its server gave up lost", () => {
  const verdict = judgeHistory(
    history(`
      {"t":1,"kind":"draw","server":0,"seq":1,"likes":14,"total":14}
      {"t":1.02,"kind":"lose","server":0,"seq":1,"likes":14,"attempt":1}
      {"t":3,"kind":"lose","server":0,"seq":1,"likes":14}
      {"t":4,"kind":"draw","server":0,"seq":2,"likes":5,"total":19}
      {"t":4.02,"kind":"count","server":0,"seq":2,"likes":5,"total":5}
      {"t":4.04,"kind":"ack","server":0,"seq":2,"total":5}
    `),
    { delivery: "at-most-once", seed: 7 },
    5,
  );
  assertEquals(verdict.lost, 14);
  assertEquals(verdict.undelivered, 0);
  assertEquals(verdict.stalenessSeconds?.max, 1.9999);
});

Deno.test("judgeHistory() calls what a crashed server left undelivered, unless it came back", () => {
  const lines = `
      {"t":1,"kind":"draw","server":3,"seq":1,"likes":14,"total":14}
      {"t":1.5,"kind":"crash","server":3}`;
  const gone = judgeHistory(history(lines), { delivery: "crdt", seed: 7 });
  assertEquals(gone.undelivered, 14);
  assertEquals(gone.findings.map(({ kind }) => kind), ["crashed"]);
  const back = judgeHistory(
    history(`${lines}
      {"t":2,"kind":"restart","server":3}
      {"t":2.02,"kind":"count","server":3,"seq":1,"likes":14}`),
    { delivery: "crdt", seed: 7 },
  );
  assertEquals(back.converged, true);
  assertEquals(back.convergenceSeconds, 0.02); // from the restart on
});

Deno.test("meterFromHistory() knows what a primary forgot and got again", () => {
  const { meter, liftedTick } = meterFromHistory(
    history(`
      {"t":0,"kind":"draw","server":0,"seq":1,"likes":10,"total":10}
      {"t":0,"kind":"count","server":0,"seq":1,"likes":10}
      {"t":1,"kind":"crash"}
      {"t":2,"kind":"restart","total":0}
      {"t":3,"kind":"draw","server":0,"seq":2,"likes":5,"total":15}
      {"t":3,"kind":"count","server":0,"seq":2,"likes":15}
    `),
    4,
  );
  const { divergence, stalenessSeconds, convergenceSeconds } = meter.measures(
    liftedTick,
  );
  assertEquals(divergence.max, 10);
  assertEquals(divergence.mean, 2.5);
  assertEquals(stalenessSeconds.max, 2.9999); // the first draw is missing again, and is 2 s old
  assertEquals(convergenceSeconds, 0);
});

Deno.test("HistoryMeter takes acknowledgements for counts where the history has none", () => {
  const meter = new HistoryMeter();
  for (
    const event of history(`
      {"t":1,"kind":"draw","server":0,"seq":1,"likes":10,"total":10}
      {"t":2,"kind":"draw","server":0,"seq":2,"likes":0,"total":10}
      {"t":2,"kind":"draw","server":0,"seq":3,"likes":5,"total":15}
      {"t":3,"kind":"ack","server":0,"total":10}
      {"t":4,"kind":"ack","server":0,"seq":3}
    `)
  ) meter.add(event);
  const { stalenessSeconds, divergence } = meter.meter.measures();
  assertEquals(stalenessSeconds.max, 1.9999);
  assertEquals(divergence.max, 15);
  assertEquals(meter.meter.likesCounted, 15);
  meter.observe(5, 20);
  assertEquals(meter.meter.likesCounted, 20);
  assertEquals([...meter.accounts("crdt")][0]?.acknowledged, 15);
});

Deno.test("HistoryMeter skips given up draws when acknowledgements tell amounts only", () => {
  const { meter } = meterFromHistory(history(`
      {"t":0,"kind":"draw","server":0,"seq":1,"likes":10,"total":10}
      {"t":2,"kind":"lose","server":0,"seq":1,"likes":10}
      {"t":3,"kind":"draw","server":0,"seq":2,"likes":10,"total":20}
      {"t":4,"kind":"ack","server":0,"total":10}
      {"t":5,"kind":"heal"}
    `));
  // Waiting from 0 to 2 and from 3 to 4 s, not to the end.
  assertAlmostEquals(meter.measures().stalenessSeconds.mean, 0.49997);
  assertEquals(meter.measures().divergence.p50, 10);
});

Deno.test("HistoryMeter gives the same from a written history", () => {
  const events = history(`
      {"t":0.0001,"kind":"draw","server":1,"seq":1,"likes":10,"total":10}
      {"t":0.3333,"kind":"draw","server":0,"seq":1,"likes":7,"total":7}
      {"t":0.7,"kind":"count","server":0,"seq":1,"likes":7}
      {"t":0.9,"kind":"count","server":1,"seq":1,"likes":10}
    `);
  const facts = { delivery: "crdt", seed: 1 };
  assertEquals(
    judgeHistory(events.map(formatEvent).map(parseEvent), facts),
    judgeHistory(events, facts),
  );
  assertEquals(
    judgeHistory(events, facts).servers?.map(({ name }) => name),
    ["LikesServer0", "LikesServer1"],
  );
});

Deno.test("judgeHistory() tells draw by draw what is counted twice behind what is lost", () => {
  const verdict = judgeHistory(
    history(`
      {"t":1,"kind":"draw","server":0,"seq":1,"likes":14,"total":14}
      {"t":1.02,"kind":"count","server":0,"seq":1,"likes":14}
      {"t":1.03,"kind":"count","server":0,"seq":1,"likes":14}
      {"t":1.04,"kind":"ack","server":0,"seq":1,"total":14}
      {"t":2,"kind":"draw","server":0,"seq":2,"likes":14,"total":28}
      {"t":4,"kind":"lose","server":0,"seq":2,"likes":14}
    `),
    { delivery: "at-most-once", seed: 7 },
  );
  assertEquals(verdict.countedTwice, 14);
  assertEquals(verdict.lost, 14);
});

Deno.test("judgeHistory() does not count twice what arrived after it was given up", () => {
  const verdict = judgeHistory(
    history(`
      {"t":1,"kind":"draw","server":0,"seq":1,"likes":14,"total":14}
      {"t":3,"kind":"lose","server":0,"seq":1,"likes":14}
      {"t":4,"kind":"draw","server":0,"seq":2,"likes":3,"total":17}
      {"t":4.02,"kind":"count","server":0,"seq":2,"likes":3}
      {"t":5,"kind":"count","server":0,"seq":1,"likes":14}
    `),
    { delivery: "at-most-once", seed: 7 },
  );
  assertEquals(verdict.countedTwice, 0);
  assertEquals(verdict.lost, 0);
  assertEquals(verdict.converged, true);
});

Deno.test("judgeHistory() knows which draws a sum of mode original carried again", () => {
  const lines = `
      {"t":1,"kind":"draw","server":0,"seq":1,"likes":14,"total":14}
      {"t":1.02,"kind":"count","server":0,"seq":1,"likes":14}
      {"t":2,"kind":"draw","server":0,"seq":2,"likes":10,"total":24}
      {"t":2.02,"kind":"count","server":0,"seq":2,"likes":24}`;
  const facts = { delivery: "original", seed: 7 };
  const twice = judgeHistory(history(lines), facts);
  assertEquals(twice.countedTwice, 14);
  assertEquals(twice.undelivered, 0); // pending, but counted
  const stuck = judgeHistory(
    history(`${lines}
      {"t":3,"kind":"draw","server":0,"seq":3,"likes":30,"total":54}`),
    facts,
  );
  assertEquals(stuck.undelivered, 30);
  assertEquals(stuck.findings.map(({ kind }) => kind), [
    "countedTwice",
    "stuck",
  ]);
});

Deno.test("judgeHistory() ends on a history that makes no sense", () => {
  const verdict = judgeHistory(
    history(`
      {"t":1,"kind":"count","server":0,"seq":2147483647,"likes":9007199254740991}
      {"t":1,"kind":"ack","server":0,"seq":2147483647,"total":9007199254740991}
      {"t":1,"kind":"lose","server":0}
      {"t":1,"kind":"heal"}
    `),
    { delivery: "crdt", seed: 7 },
  );
  assertEquals(verdict.converged, false);
});

Deno.test("HistoryMeter does not count an acknowledgement again where counts are told", () => {
  const { meter } = meterFromHistory(history(`
      {"t":1,"kind":"draw","server":0,"seq":1,"likes":14,"total":14}
      {"t":1.02,"kind":"count","server":0,"seq":1,"likes":14}
      {"t":1.04,"kind":"ack","server":0,"seq":1,"total":14}
      {"t":2,"kind":"heal"}
    `));
  assertEquals(meter.likesCounted, 14);
  assertEquals(meter.measures().divergence.p50, 0);
});

Deno.test("judgeHistory() does not call a server crashed that came back and was cut short", () => {
  const verdict = judgeHistory(
    history(`
      {"t":1,"kind":"draw","server":3,"seq":1,"likes":14,"total":14}
      {"t":1.5,"kind":"crash","server":3}
      {"t":2,"kind":"restart","server":3}
    `),
    { delivery: "crdt", seed: 7 },
  );
  assertEquals(verdict.findings.map(({ kind }) => kind), ["undelivered"]);
});

Deno.test("judgeHistory() takes what a primary forgot for lost, and counts it once when it comes again", () => {
  const lines = `
      {"t":0,"kind":"draw","server":0,"seq":1,"likes":10,"total":10}
      {"t":0,"kind":"count","server":0,"seq":1,"likes":10}
      {"t":0.1,"kind":"ack","server":0,"seq":1,"total":10}
      {"t":1,"kind":"restart","total":0}`;
  const facts = { delivery: "crdt", seed: 7 };
  assertEquals(judgeHistory(history(lines), facts).lost, 10);
  const again = judgeHistory(
    history(`${lines}
      {"t":2,"kind":"count","server":0,"seq":1,"likes":10}`),
    facts,
  );
  assertEquals(again.converged, true);
  assertEquals(again.countedTwice, 0);
});

Deno.test("judgeHistory() sees which draws a primary forgot by what it holds of each server", () => {
  const draws = [1, 2, 3].flatMap((seq): HistoryEvent[] => [
    { t: seq, kind: "draw", server: 0, seq, likes: 10, total: 10 * seq },
    { t: seq, kind: "count", server: 0, seq, likes: 10, total: 10 * seq },
    { t: seq, kind: "ack", server: 0, seq, total: 10 * seq },
  ]);
  const verdict = judgeHistory([
    ...draws,
    { t: 4, kind: "crash" },
    // It is back with the first draw, gets the second again, and the first a
    // second time.
    { t: 5, kind: "count", server: 0, seq: 1, likes: 0, total: 10 },
    { t: 5, kind: "restart", total: 10 },
    { t: 6, kind: "count", server: 0, seq: 2, likes: 10, total: 20 },
    { t: 7, kind: "count", server: 0, seq: 1, likes: 10, total: 30 },
  ], { delivery: "at-least-once", seed: 7 });
  assertEquals(verdict.counted, 30);
  assertEquals(verdict.countedTwice, 10);
  assertEquals(verdict.lost, 10);
});

Deno.test("HistoryMeter adds nothing up twice that a restarted primary and its next count tell", () => {
  const { meter } = meterFromHistory([
    { t: 1, kind: "draw", server: 0, seq: 1, likes: 10, total: 10 },
    { t: 1, kind: "count", server: 0, seq: 1, likes: 10, total: 10 },
    { t: 1, kind: "draw", server: 1, seq: 1, likes: 5, total: 5 },
    { t: 1, kind: "count", server: 1, seq: 1, likes: 5, total: 5 },
    { t: 2, kind: "crash" },
    { t: 3, kind: "restart", total: 5 },
    { t: 4, kind: "draw", server: 0, seq: 2, likes: 7, total: 17 },
    { t: 4, kind: "count", server: 0, seq: 2, likes: 7, total: 7 },
  ]);
  assertEquals(meter.likesCounted, 12);
  assertEquals(meter.likesGenerated, 22);
});
