import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { judge } from "../../../lib/verdict/verdict.ts";
import {
  type ComparedQuorum,
  quorumCells,
  type QuorumComparison,
  quorumsTable,
} from "../../../lib/view/terminal/quorums_table.ts";

const NONE = { mean: 0, p50: 0, p95: 0, p99: 0, max: 0 };

function verdictOf(fresh: number, ownReads: number, unanswered: number) {
  return judge({
    ...{ delivery: "crdt", seed: 7, writesUnserved: 0.25 },
    acknowledgementSeconds: { ...NONE, p50: 0.02, p99: 0.05 },
    reads: {
      ...{ count: 30, unanswered, fresh },
      seconds: { ...NONE, p50: 0.01, p99: 0.04 },
      ...{ monotonicPairs: 20, monotonicViolations: 1 },
      ...{ ownReads, ownMissed: ownReads / 4 },
    },
  }, []);
}

const THEORY = {
  ...{ read: 1, write: 2, freshAtOnce: 0.7504, freshAfter: [] },
  freshSeconds: { p99: 0, "p99.9": 0 },
  readSeconds: { p50: 0, p99: 0.0582, "p99.9": 0 },
  writeSeconds: { p50: 0, p99: 0.058, "p99.9": 0 },
};

function comparisonOf(
  row: Partial<ComparedQuorum>,
  changes: Partial<QuorumComparison> = {},
): QuorumComparison {
  return {
    rows: [{
      ...{ read: 1, write: 2, verdicts: [verdictOf(0.9, 8, 10)] },
      ...{ freshAfter: [], ...row },
    }],
    ...{ runs: 1, unmodelled: [], faults: [], command: "likes compare" },
    isInstant: false,
    ...changes,
  };
}

Deno.test("quorumsTable() tells shares, latencies and theory of each pair", () => {
  const text = quorumsTable(comparisonOf({ theory: THEORY }));
  const [heads = "", cells = ""] = text.split("\n");
  assertEquals(heads.split(/ {2,}/), [
    ...["R", "W", "fresh", "own missed", "went back", "reads unserved"],
    ...["read p50", "read p99", "writes unserved", "write p50", "write p99"],
    ...["theory: at once", "read p99", "write p99"],
  ]);
  assertEquals(cells.split(/ {2,}/), [
    ...["1", "2", "90 %", "25 %", "5 %", "25 %", "10 ms", "40 ms"],
    ...["25 %", "20 ms", "50 ms", "75.04 %", "58.2 ms", "58 ms"],
  ]);
  assertStringIncludes(text, "\ntheory: the WARS model; at once: of reads");
  assertStringIncludes(text, "\nreproduce  likes compare\n");
});

Deno.test("quorumsTable() of several runs tells their median and 99th percentile", () => {
  const verdicts = [0.9, 0.8, 0.95].map((fresh) => verdictOf(fresh, 8, 10));
  const text = quorumsTable(comparisonOf({ verdicts }, { runs: 3 }));
  assertStringIncludes(text, "  90 % (95 %)  ");
  assertStringIncludes(
    text,
    "\n3 runs a pair: the median and, in brackets, the 99th percentile\n",
  );
});

Deno.test("quorumsTable() says why there is no theory, or what it is without", () => {
  const none = comparisonOf({}, { unmodelled: ["gossip", "read repair"] });
  assertStringIncludes(
    quorumsTable(none),
    "\ntheory: none, the WARS model does not know gossip, read repair\n",
  );
  const lossy = comparisonOf({ theory: THEORY }, {
    faults: ["losses", "crashes"],
  });
  assertStringIncludes(
    quorumsTable(lossy),
    "\ntheory: the WARS model, without losses and crashes; at once",
  );
});

Deno.test("quorumsTable() says why all reads are fresh where no message takes time", () => {
  const note = "no message takes any time, so that no read can be stale";
  const verdicts = [verdictOf(1, 8, 10)];
  const isNoted = (...given: Parameters<typeof comparisonOf>) =>
    quorumsTable(comparisonOf(...given)).includes(note);
  assert(isNoted({ verdicts }, { isInstant: true }));
  assert(!isNoted({ verdicts }));
  assert(!isNoted({ verdicts }, { isInstant: true, faults: ["losses"] }));
  // Replicas that gossip lag behind without any latency.
  assert(!isNoted({}, { isInstant: true }));
});

Deno.test("quorumCells() leaves out columns of which nothing is known", () => {
  const verdicts = [verdictOf(0.9, 0, 10)];
  const [heads] = quorumCells(comparisonOf({ verdicts }), ["reads", "theory"]);
  assertEquals(heads, [
    ...["R", "W", "fresh", "went back", "reads unserved"],
    ...["read p50", "read p99"],
  ]);
});

Deno.test("quorumsTable() tells no latency where nothing was answered or acknowledged", () => {
  const verdicts = [judge({
    ...{ delivery: "crdt", seed: 7, writesUnserved: 1 },
    reads: { count: 0, unanswered: 3 },
  }, [])];
  const [heads = "", cells = ""] = quorumsTable(comparisonOf({ verdicts }))
    .split("\n");
  assertEquals(heads.split(/ {2,}/), [
    ...["R", "W", "reads unserved", "writes unserved"],
  ]);
  assertEquals(cells.trim().split(/ {2,}/), ["1", "2", "100 %", "100 %"]);
});
