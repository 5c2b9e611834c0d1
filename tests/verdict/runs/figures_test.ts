import { assertEquals } from "@std/assert";
import { figuresOf } from "../../../lib/verdict/runs/figures.ts";
import { judge, type ServerAccount } from "../../../lib/verdict/verdict.ts";

const ACCOUNT: ServerAccount = {
  ...{ name: "LikesServer0", draws: 5, generated: 100, acknowledged: 100 },
  ...{ counted: 100, pending: 0 },
};

function figuresWith(account: Partial<ServerAccount>, facts = {}) {
  const verdict = judge({ delivery: "crdt", seed: 7, ...facts }, [
    { ...ACCOUNT, ...account },
  ]);
  return figuresOf(7, "crdt", { verdict });
}

Deno.test("figuresOf() names each kind of likes that went wrong, and why the run failed", () => {
  const fine = figuresWith({});
  assertEquals([fine.findings, fine.reason], [undefined, undefined]);
  const lost = figuresWith({ counted: 86 });
  assertEquals([lost.findings, lost.reason], [
    ["forgotten"],
    "likes: 14 lost",
  ]);
  const much = figuresWith({
    ...{ counted: 90, countedTwice: 7, acknowledged: 80, pending: 12 },
  });
  assertEquals([much.findings, much.reason], [
    ["countedTwice", "lost", "undelivered"],
    "likes: 5 lost, 7 counted twice, 12 undelivered",
  ]);
  const none = figuresWith({
    ...{ draws: 0, generated: 0, acknowledged: 0, counted: 0 },
  });
  assertEquals(none.reason, "no draw was made");
  const apart = figuresWith({}, { areReplicasDifferent: true });
  assertEquals(apart.reason, "the replicas do not agree");
});

Deno.test("figuresOf() has whole numbers of fresh reads, and leaves out what is not known", () => {
  const reads = {
    ...{ count: 7, unanswered: 0 },
    freshAfter: [
      { seconds: 0, reads: 7, fresh: 3 / 7 },
      { seconds: 1, reads: 0 },
    ],
  };
  const { freshAfter, ...figures } = figuresWith({}, { reads });
  assertEquals(freshAfter, [[0, 7, 3], [1, 0, 0]]);
  assertEquals([figures.reads, figures.readsUnanswered], [7, 0]);
  assertEquals("readsFresh" in figures, false);
  const violation = "Totals went back";
  assertEquals(figuresOf(7, "crdt", { violation }), {
    ...{ seed: 7, delivery: "crdt", reason: violation },
  });
});
