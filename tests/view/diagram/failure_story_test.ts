import { assert, assertEquals } from "@std/assert";
import type { HistoryEvent } from "../../../lib/verdict/history.ts";
import {
  type FailedRun,
  failuresOf,
} from "../../../lib/view/diagram/failure.ts";
import { storyOf } from "../../../lib/view/diagram/failure_story.ts";
import { formatMermaid } from "../../../lib/view/diagram/mermaid.ts";
import { RunIndex } from "../../../lib/view/diagram/run_index.ts";

const UNMARKED: FailedRun = { isMarked: false, replicas: 1 };
const MARKED: FailedRun = { isMarked: true, replicas: 1 };

/** Lines of the diagram of the first failure, without times. */
function told(events: readonly HistoryEvent[], run = UNMARKED): string[] {
  const index = new RunIndex(events);
  const [failure] = failuresOf(index, run, [0]);
  assert(failure !== undefined);
  const { replicas } = run;
  const text = formatMermaid(
    storyOf(index, failure, { replicas, isToAll: false }),
  );
  return text.split("\n").slice(1, -1).map((line) =>
    line.trim().replace(/<br\/>[\d.]+( → [\d.]+)? s$/, "")
  );
}

/** An event of likes server 0. */
function of0(
  t: number,
  kind: HistoryEvent["kind"],
  fields: Partial<HistoryEvent> = {},
): HistoryEvent {
  return { t, kind, server: 0, ...fields };
}

/** A report of one draw that arrives and is counted. */
function counted(
  t: number,
  attempt: number,
  fields: Partial<HistoryEvent>,
  total: number,
): HistoryEvent[] {
  return [
    of0(t, "send", { ...fields, attempt }),
    of0(t + 0.1, "receive", { ...fields, attempt }),
    of0(t + 0.1, "count", { ...fields, total, attempt }),
  ];
}

const DRAWN = [
  of0(1, "draw", { seq: 1, likes: 14, total: 14 }),
  of0(4, "draw", { seq: 2, likes: 5, total: 19 }),
];

Deno.test("storyOf() tells how a report whose answer got lost is counted twice", () => {
  assertEquals(
    told([
      DRAWN[0]!,
      ...counted(1, 1, { seq: 1, likes: 14 }, 14),
      of0(1.1, "lose", { attempt: 1, reply: true }),
      ...counted(3, 2, { seq: 1, likes: 14 }, 28),
      of0(3.2, "ack", { seq: 1, total: 14, attempt: 2 }),
      // What comes later changes nothing.
      DRAWN[1]!,
      ...counted(4, 3, { seq: 2, likes: 5 }, 33),
      of0(4.2, "ack", { seq: 2, total: 19, attempt: 3 }),
    ]),
    [
      "participant p0 as LikesServer0",
      "participant p1 as primary",
      "Note over p0: draw 1: 14 likes, 14 in all",
      "p0->>p1: 14 likes, draw 1",
      "Note over p1: counts 14: holds 14 of LikesServer0",
      "p1--xp0: ACK<br/>(lost)",
      "Note over p0: no answer: sends it again",
      "p0->>p1: 14 likes, draw 1",
      "Note over p1: counts 14 again: holds 28 of<br/>LikesServer0",
      "Note over p0,p1: Draw 1 of LikesServer0 is<br/>counted twice: 14 likes too<br/>many",
    ],
  );
});

Deno.test("storyOf() tells how unanswered likes that are summed up are counted twice", () => {
  assertEquals(
    told([
      DRAWN[0]!,
      ...counted(1, 1, { seq: 1, likes: 14 }, 14),
      of0(1.1, "lose", { attempt: 1, reply: true }),
      DRAWN[1]!,
      ...counted(4, 2, { seq: 2, likes: 19 }, 33),
      of0(4.2, "ack", { seq: 2, total: 19, attempt: 2 }),
    ]).slice(5),
    [
      "p1--xp0: ACK<br/>(lost)",
      "Note over p0: draw 2: 5 likes, 19 in all",
      "p0->>p1: 19 likes, draws 1 and 2",
      "Note over p1: counts 19 again: holds 33 of<br/>LikesServer0",
      "Note over p0,p1: Draw 1 of LikesServer0 is<br/>counted twice: 14 likes too<br/>many",
    ],
  );
});

Deno.test("storyOf() tells that a sum of likes is more than a report may carry", () => {
  const run = { ...UNMARKED, sumMax: 42 };
  assertEquals(
    told([
      of0(1, "draw", { seq: 1, likes: 30, total: 30 }),
      of0(1, "send", { seq: 1, likes: 30, attempt: 1 }),
      of0(1, "lose", { attempt: 1 }),
      of0(4, "draw", { seq: 2, likes: 20, total: 50 }),
      of0(6, "draw", { seq: 3, likes: 1, total: 51 }),
    ], run).slice(2),
    [
      "Note over p0: draw 1: 30 likes, 30 in all",
      "p0-xp1: 30 likes, draw 1<br/>(lost)",
      "Note over p0: draw 2: 20 likes, 50 in all",
      "Note over p0,p1: Draw 1 of LikesServer0 is<br/>not delivered, 30 likes: the<br/>draws without an answer add<br/>up to 50, and no report may<br/>carry more than 42, so none<br/>is sent any more",
    ],
  );
});

Deno.test("storyOf() tells of the copy, the partition or the crash by which a draw is counted twice, lost or undelivered", () => {
  const copied = told([
    DRAWN[0]!,
    of0(1, "send", { seq: 1, likes: 14, attempt: 1 }),
    of0(1, "copy", { attempt: 1 }),
    ...counted(1, 1, { seq: 1, likes: 14 }, 14).slice(1),
    of0(1.2, "ack", { seq: 1, total: 14, attempt: 1 }),
    ...counted(1.2, 1, { seq: 1, likes: 14 }, 28).slice(1),
  ]);
  assertEquals(
    copied[6],
    "p0->>p1: 14 likes, draw 1<br/>(repeated by the network)",
  );
  const cut = told([
    { t: 0.5, kind: "partition" },
    DRAWN[0]!,
    of0(1, "send", { seq: 1, likes: 14, attempt: 1 }),
    of0(1.1, "lose", { attempt: 1 }),
    of0(3, "lose", { seq: 1 }),
    { t: 4, kind: "heal" },
  ]);
  assertEquals(cut.slice(2, 6), [
    "Note over p0,p1: ✂ cut",
    "Note over p0: draw 1: 14 likes, 14 in all",
    "p0-xp1: 14 likes, draw 1<br/>(lost)",
    "Note over p0: gives up draws up to 1",
  ]);
  const forgotten = told([
    DRAWN[0]!,
    ...counted(1, 1, { seq: 1, likes: 14 }, 14),
    of0(1.2, "ack", { seq: 1, total: 14, attempt: 1 }),
    { t: 1.3, kind: "crash" },
    { t: 2, kind: "restart", total: 0 },
    DRAWN[1]!,
    ...counted(4, 2, { seq: 2, likes: 5 }, 5),
    of0(4.2, "ack", { seq: 2, total: 19, attempt: 2 }),
  ], MARKED);
  assertEquals(forgotten.slice(5), [
    "p1-->>p0: ACK",
    "Note over p1: ✗ killed",
    "Note over p1: starts again: with 0 likes",
    "Note over p0,p1: Draw 1 of LikesServer0 is<br/>lost, 14 likes: the primary<br/>has forgotten it",
  ]);
});

Deno.test("storyOf() tells of a replica that dies with what it alone has, and of its message that got lost", () => {
  const at1 = { replica: 1 };
  const lines = told([
    DRAWN[0]!,
    ...counted(1, 1, { seq: 1, likes: 14 }, 14).map((event) => ({
      ...event,
      ...at1,
    })),
    of0(1.2, "ack", { seq: 1, total: 14, attempt: 1 }),
    { t: 1.3, kind: "gossip", replica: 1, peer: 0, attempt: 1, entries: 1 },
    { t: 1.3, kind: "lose", replica: 1, peer: 0, attempt: 1 },
    { t: 1.4, kind: "crash", replica: 1 },
  ], { ...MARKED, replicas: 2 });
  assertEquals(lines.slice(0, 3), [
    "participant p0 as LikesServer0",
    "participant p1 as primary0",
    "participant p2 as primary1",
  ]);
  assertEquals(lines.slice(6), [
    "p2-->>p0: ACK",
    "p2-xp1: gossip: 1 entry<br/>(lost)",
    "Note over p2: ✗ killed",
    "Note over p0,p2: Draw 1 of LikesServer0 is lost,<br/>14 likes: only primary1 had it",
  ]);
});

Deno.test("failuresOf() finds none where each like is counted once", () => {
  const index = new RunIndex([
    DRAWN[0]!,
    of0(1, "send", { seq: 1, likes: 14, total: 14, attempt: 1 }),
    of0(1, "lose", { attempt: 1 }),
    DRAWN[1]!,
    of0(4, "send", { seq: 2, likes: 5, total: 19, attempt: 2 }),
    of0(4.1, "receive", { seq: 2, likes: 5, total: 19, attempt: 2 }),
    of0(4.1, "count", { seq: 2, likes: 19, total: 19, attempt: 2 }),
    of0(4.2, "ack", { seq: 2, total: 19, attempt: 2 }),
  ]);
  assertEquals([...failuresOf(index, MARKED, [0])], []);
  assert(index.messages.length === 3);
});
