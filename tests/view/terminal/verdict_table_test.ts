import {
  assert,
  assertEquals,
  assertFalse,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import {
  judge,
  type RunFacts,
  type ServerAccount,
} from "../../../lib/verdict/verdict.ts";
import { verdictTable } from "../../../lib/view/terminal/verdict_table.ts";

const FACTS: RunFacts = { delivery: "crdt", seed: 7 };

function servers(
  count: number,
  fieldsOf: (id: number) => Partial<ServerAccount> = () => ({}),
): ServerAccount[] {
  return Array.from({ length: count }, (_, id) => ({
    name: `LikesServer${id}`,
    draws: 5,
    generated: 2143,
    acknowledged: 2143,
    counted: 2143,
    pending: 0,
    ...fieldsOf(id),
  }));
}

Deno.test("verdictTable() shows servers, totals, measures, cost and the conclusion", () => {
  const facts: RunFacts = {
    ...FACTS,
    reports: 1003,
    messages: 2006,
    rejected: 0,
    wallSeconds: 0.021,
    virtualSeconds: 311.2,
    divergence: { mean: 12.345, p50: 0, p95: 42, p99: 88, max: 20_912 },
    stalenessSeconds: { mean: 0.02, p50: 0.019, p95: 0.05, p99: 0.1, max: 2 },
    convergenceSeconds: 0.8,
    digest: "3a490a1992c51236",
    faults: ["--loss 0.1", "--crash random:3"],
    command: "deno task sim --seed 7",
  };
  assertEquals(
    verdictTable(judge(facts, servers(2, () => ({ exit: 0 })))),
    `server        generated  acknowledged  counted  undelivered  lost  counted twice  exit
LikesServer0      2,143         2,143    2,143            0     0              0     0
LikesServer1      2,143         2,143    2,143            0     0              0     0
total             4,286         4,286    4,286            0     0              0

over time           mean    p50   p95  p99     max
divergence, likes   12.3      0    42   88  20,912
staleness, seconds  0.02  0.019  0.05  0.1       2

delivery     crdt, seed 7
faults       --loss 0.1 --crash random:3
cost         1,003 reports (0.234 a like), 2,006 messages (0.468 a like), 0 rejected
convergence  0.8 s after the last draw and the last fault
duration     0.021 s for 311 s of virtual time
digest       3a490a1992c51236
reproduce    deno task sim --seed 7

CONVERGED: All 4,286 likes generated are at the primary: nothing lost, nothing counted twice.
`,
  );
});

Deno.test("verdictTable() colours only where it is told to", () => {
  const verdict = judge(FACTS, servers(2, (id) => ({ counted: 2143 - id })));
  assertFalse(verdictTable(verdict).includes("\x1b"));
  const coloured = verdictTable(verdict, true);
  assert(coloured.includes("\n\x1b[31mLikesServer1 "));
  assertMatch(coloured, /\nLikesServer0 /);
  assert(coloured.includes("\n\x1b[31mNOT CONVERGED\x1b[0m: 1 like of "));
  const faults = ["--loss 0.1"];
  const good = verdictTable(judge({ ...FACTS, faults }, servers(1)), true);
  assert(good.includes("\n\x1b[33mfaults    --loss 0.1\x1b[0m\n"), good);
  assert(good.includes("\n\x1b[32mCONVERGED\x1b[0m: All "));
});

Deno.test("verdictTable() lists of many servers those that went wrong", () => {
  const verdict = judge(
    FACTS,
    servers(1000, (id) => id % 100 === 7 ? { counted: 2000 } : {}),
  );
  const lines = verdictTable(verdict, false, 20).split("\n");
  assertEquals(lines[1]?.slice(0, 14), "LikesServer7  ");
  assertEquals(lines[10]?.slice(0, 14), "LikesServer907");
  assertEquals(lines[11], "… 990 others with nothing wrong");
  assertEquals(lines[12]?.slice(0, 5), "total");
  const cut = verdictTable(verdict, false, 3).split("\n");
  assertEquals(cut[4], "… 7 more with something wrong");
});

Deno.test("verdictTable() puts each further sentence on a line of its own", () => {
  const text = verdictTable(
    judge(
      { ...FACTS, delivery: "at-least-once", convergenceSeconds: 1 },
      servers(2, (id) => ({ counted: 2142 + 2 * id })),
    ),
  );
  assertMatch(
    text,
    /\nNOT CONVERGED: 1 like of LikesServer1 was counted twice/,
  );
  assertMatch(text, /\n {15}1 like of LikesServer0 was lost/);
  assertMatch(text, /\nconvergence {2}never\n/);
});

Deno.test("verdictTable() leaves dashes where the primary did not tell", () => {
  const unknown = servers(1).map(({ counted: _, ...account }) => account);
  const verdict = judge(
    { ...FACTS, countedUnknown: "the primary answers no STATS" },
    unknown,
  );
  const text = verdictTable(verdict);
  assertMatch(text, /\ntotal +2,143 +2,143 +– +0 +– +–\n/);
  assertMatch(
    text,
    /\nNOT KNOWN: How many .* the primary answers no STATS\.\n/,
  );
});

Deno.test("verdictTable() shows the totals alone where there are too many servers to list", () => {
  const { servers: _, ...verdict } = judge(FACTS, servers(2));
  const lines = verdictTable(verdict).split("\n");
  assert(lines[1]?.startsWith("total"));
});

Deno.test("verdictTable() says one of something in the singular", () => {
  const cost = { reports: 1, messages: 1, bytes: 1, retries: 1, duplicates: 1 };
  const accounts = servers(2, (id) => ({
    draws: 5,
    generated: id,
    acknowledged: id,
    counted: 0,
  }));
  const verdict = judge({ ...FACTS, ...cost, rejected: 1 }, accounts);
  const text = verdictTable(verdict, false, 1);
  assertStringIncludes(
    text.replaceAll(" (1 a like)", ""),
    " 1 report, 1 message, 1 byte, 1 retry, 1 duplicate, 1 rejected\n",
  );
  assertStringIncludes(text, "\n… 1 other with nothing wrong\n");
});

Deno.test("verdictTable() says of a run that was cut short that its command does the whole of it", () => {
  const stopped = { afterSeconds: 4.2, plannedSeconds: 309 };
  const command = "likes start --seed 7";
  const text = verdictTable(judge({ ...FACTS, stopped, command }, servers(1)));
  assertStringIncludes(
    text,
    "\nstopped    after 4.2 s of 309 s: the command below does the whole run, which begins the same\nreproduce  likes start --seed 7\n",
  );
  const whole = verdictTable(judge({ ...FACTS, command }, servers(1)));
  assertFalse(whole.includes("stopped"));
});

const NONE = { mean: 0, p50: 0, p95: 0, p99: 0, max: 0 };

/** What a run of replicas and readers adds to a verdict. */
const REPLICAS: RunFacts = {
  ...FACTS,
  agreementSeconds: 1.25,
  apartSeconds: 14.1,
  propagationSeconds: { ...NONE, mean: 0.8, max: 6.28 },
  spread: { ...NONE, mean: 33.1, max: 283 },
  gossip: { messages: 397, bytes: 67_105, entries: 1 },
  replicas: [
    { name: "primary0", counted: 2143 },
    { name: "primary1", counted: 1971, dead: true },
  ],
  reads: {
    count: 812,
    unanswered: 1,
    fresh: 0.981,
    behindVersions: { ...NONE, mean: 1.05, max: 2 },
    behindSeconds: { ...NONE, mean: 0.7236, max: 4.33 },
    seconds: { ...NONE, mean: 0.02, max: 0.1 },
    monotonicPairs: 600,
    monotonicViolations: 3,
  },
};

Deno.test("verdictTable() tells what each replica counted, spread, propagation, reads, and the cost of gossip apart", () => {
  const lines = verdictTable(judge(REPLICAS, servers(1))).split("\n");
  const from = lines.indexOf("");
  assertEquals(
    lines.slice(from + 1, -3),
    `over time                             mean  p50  p95  p99   max
spread of replicas, likes             33.1    0    0    0   283
propagation, seconds, over draws       0.8    0    0    0  6.28
behind, versions, over stale reads    1.05    0    0    0     2
behind, seconds, over stale reads   0.7236    0    0    0  4.33
latency, seconds, over reads          0.02    0    0    0   0.1

delivery   crdt, seed 7
replicas   primary0 2,143, primary1 1,971 (dead)
agreement  1.25 s after the last draw and the last fault; 14.1 s apart in all
gossip     397 messages (0.1853 a like), 67,105 bytes (31.3 a like), 1 entry (0.0005 a like)
reads      812 answered, 1 unanswered, 98.1 % fresh, 3 of 600 went back`
      .split("\n"),
  );
});

Deno.test("verdictTable() tells of many replicas from the fewest likes to the most, and of those that never agree", () => {
  const replicas = Array.from({ length: 1000 }, (_, i) => ({
    name: `primary${i}`,
    counted: 2143 - i,
  }));
  const text = verdictTable(judge({
    ...REPLICAS,
    replicas,
    agreementSeconds: null,
    areReplicasDifferent: true,
    sampledEverySeconds: 0.1,
  }, servers(1)));
  assertStringIncludes(text, "1,000, that counted 1,144 to 2,143 likes\n");
  assertStringIncludes(
    text,
    "agreement  never; 14.1 s apart in all, asked every 0.1 s\n",
  );
  assertStringIncludes(
    text,
    "NOT CONVERGED: The replicas do not agree: primary999 counted 1,144 likes, primary0 2,143.\n",
  );
});
