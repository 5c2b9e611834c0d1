import { assertEquals } from "@std/assert";
import { judge, type ServerAccount } from "../../lib/verdict/verdict.ts";
import {
  describeCost,
  measureRows,
  verdictRows,
  verdictWord,
} from "../../lib/view/verdict_words.ts";

const FACTS = { delivery: "crdt", seed: 7 };

function account(id: number, fields: Partial<ServerAccount>): ServerAccount {
  return {
    name: `LikesServer${id}`,
    draws: 5,
    generated: 1234,
    acknowledged: 1234,
    pending: 0,
    ...fields,
  };
}

Deno.test("verdictRows() has a column of exit codes where one is known", () => {
  const live = judge(FACTS, [
    account(0, { counted: 1234, exit: 0 }),
    account(1, { counted: 1230, exit: 3 }),
  ]);
  const { headings, servers, totals } = verdictRows(live, 10);
  assertEquals(headings.at(-1), "exit");
  assertEquals(servers.map(({ cells }) => cells.at(-1)), ["0", "3"]);
  assertEquals(servers.map(({ isWrong }) => isWrong), [false, true]);
  assertEquals(totals, ["2,468", "2,468", "2,464", "0", "4", "0", ""]);
  const virtual = judge(FACTS, [account(0, { counted: 1234 })]);
  assertEquals(verdictRows(virtual, 10).headings.at(-1), "counted twice");
});

Deno.test("verdictRows() has a column of discarded draws where there are logs", () => {
  const { headings, servers, totals } = verdictRows(
    judge(FACTS, [
      account(0, { counted: 1234, discarded: 0 }),
      account(1, { counted: 1234, discarded: 1200 }),
      account(2, { counted: 1234, discarded: 0, notRun: "it is gone" }),
    ]),
    10,
  );
  assertEquals(headings.at(-1), "discarded");
  assertEquals(servers.map(({ cells }) => cells.at(-1)), ["0", "1,200", "0"]);
  assertEquals(servers.map(({ isWrong }) => isWrong), [false, true, true]);
  assertEquals(totals.at(-1), "1,200");
});

Deno.test("verdictWord() tells apart a run that did not converge and one that nobody knows about", () => {
  const words = [{ counted: 1234 }, { counted: 1 }, {}].map((fields) =>
    verdictWord(judge(FACTS, [account(0, fields)]))
  );
  assertEquals(words, ["CONVERGED", "NOT CONVERGED", "NOT KNOWN"]);
});

Deno.test("measureRows() and describeCost() leave out what is not known", () => {
  const nothing = judge(FACTS, [account(0, {})]);
  assertEquals([measureRows(nothing), describeCost(nothing)], [[], ""]);
  const divergence = { mean: 1.5, p50: 0, p95: 2, p99: 3, max: 20_912 };
  const some = judge({ ...FACTS, divergence, messages: 617 }, [account(0, {})]);
  assertEquals(measureRows(some), [
    ["divergence, likes", "1.5", "0", "2", "3", "20,912"],
  ]);
  assertEquals(describeCost(some), "617 messages (0.5 a like)");
});
