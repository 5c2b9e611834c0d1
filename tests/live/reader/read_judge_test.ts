import { readerNode } from "../../../lib/domain/nodes.ts";
import { assertEquals } from "@std/assert";
import {
  ReadJudge,
  type ReadJudgeOptions,
  type ReadResult,
} from "../../../lib/live/reader/read_judge.ts";

const SESSIONS = ["00000000000000aa", "00000000000000bb"];
const READER = readerNode(0);
const FIRST = `${SESSIONS[1]}#1=14`;

function judgeOf(changes: Partial<ReadJudgeOptions> = {}): ReadJudge {
  return new ReadJudge({
    delivery: "crdt",
    sessions: SESSIONS,
    readers: 1,
    replicas: 3,
    readQuorum: 1,
    writeQuorum: 2,
    readRepair: "off",
    ...changes,
  });
}

/** The answer of a replica to a reader's read. */
function told(
  judge: ReadJudge,
  tick: number,
  read: number,
  line: string,
  replica = 0,
): ReadResult | null {
  return judge.told(tick, { node: READER, read, replica }, line);
}

Deno.test("ReadJudge judges a read by what was acknowledged before it passed", () => {
  const judge = judgeOf();
  judge.acknowledged(100, 1, 1);
  judge.started(150, READER, 1, 1);
  judge.acknowledged(160, 1, 2); // too late for this read
  assertEquals(
    told(judge, 200, 1, `VALUE LikesServer1 99 ${FIRST}`),
    { total: 14, seq: 1 },
  );
  judge.answered(READER, 1, FIRST);
  judge.started(300, READER, 2, 1);
  told(judge, 310, 2, `VALUE LikesServer1 99 ${FIRST}`);
  judge.answered(READER, 2, FIRST);
  const { count, marked } = judge.measures;
  assertEquals([count, marked?.judged, marked?.fresh], [2, 2, 0.5]);
  assertEquals(marked?.behindSeconds.max, 0.014);
});

Deno.test("ReadJudge lets no read begin before the acknowledgement that passed before it", () => {
  const judge = judgeOf();
  judge.acknowledged(160, 1, 1);
  judge.started(150, READER, 1, 1); // by a clock that is behind
  told(judge, 200, 1, `VALUE LikesServer1 14 ${FIRST}`);
  judge.answered(READER, 1, FIRST);
  judge.answered(READER, 1, FIRST); // nothing is judged twice
  const { count, seconds } = judge.measures;
  assertEquals([count, seconds?.max], [1, 0.004]);
});

Deno.test("ReadJudge takes sessions of other runs for no version", () => {
  const judge = judgeOf();
  judge.acknowledged(100, 0, 1);
  judge.started(150, READER, 1, 0);
  const line = "VALUE LikesServer0 99 00000000000000cc#7=99";
  assertEquals(told(judge, 200, 1, line), {
    total: 0,
  });
  judge.answered(READER, 1, "00000000000000cc#7=99");
  assertEquals(judge.measures.marked?.fresh, 0);
});

Deno.test("ReadJudge believes a reader that gave up before an answer came", () => {
  const judge = judgeOf();
  judge.started(150, READER, 1, 0);
  judge.unanswered(READER, 1);
  judge.started(300, READER, 2, 1);
  // The late answer to the first read: nobody hears it.
  told(judge, 310, 1, "VALUE LikesServer0 0");
  judge.answered(READER, 1, "");
  assertEquals(judge.measures.count, 0);
  assertEquals(judge.measures.unanswered, 1);
});

Deno.test("ReadJudge knows no value in a refusal", () => {
  const judge = judgeOf();
  judge.started(150, READER, 1, 0);
  assertEquals(
    told(judge, 200, 1, "NAK closing"),
    null,
  );
});

Deno.test("ReadJudge only counts and times reads in modes without a mark", () => {
  const judge = judgeOf({ delivery: "at-least-once" });
  judge.acknowledged(100, 0, 1);
  judge.started(150, READER, 1, 0);
  assertEquals(
    told(judge, 250, 1, "VALUE LikesServer0 14"),
    {
      total: 14,
    },
  );
  judge.answered(READER, 1, "");
  const { count, seconds, marked } = judge.measures;
  assertEquals([count, seconds?.max, marked], [1, 0.01, undefined]);
});

Deno.test("ReadJudge times a read of several replicas from the first that is asked to the last that must answer, and knows its result then", () => {
  const judge = judgeOf({ readQuorum: 2 });
  judge.acknowledged(90, 1, 1);
  for (const tick of [100, 110, 120]) judge.started(tick, READER, 1, 1);
  const value = `VALUE LikesServer1 14 ${FIRST}`;
  assertEquals(
    [
      told(judge, 150, 1, value, 2),
      told(judge, 200, 1, "VALUE LikesServer1 0", 0),
      told(judge, 900, 1, value, 1),
    ],
    [null, { total: 14, seq: 1 }, null],
  );
  judge.answered(READER, 1, FIRST);
  const { seconds, marked } = judge.measures;
  assertEquals([seconds?.max, marked?.fresh], [0.01, 1]);
});

Deno.test("ReadJudge times the repairs that a read waits for", () => {
  for (const [readRepair, seconds] of [["before", 0.03], ["after", 0.01]]) {
    const judge = judgeOf({ readRepair: readRepair as "before" | "after" });
    judge.started(100, READER, 1, 1);
    const value = `VALUE LikesServer1 14 ${FIRST}`;
    const results = [
      told(judge, 200, 1, value),
      judge.repaired(400, { node: READER, read: 1, replica: 2 }),
    ];
    judge.answered(READER, 1, FIRST);
    assertEquals(judge.measures.seconds?.max, seconds, `${readRepair}`);
    const result = { total: 14, seq: 1 };
    assertEquals(
      results,
      readRepair === "before" ? [null, result] : [result, null],
    );
  }
});

Deno.test("ReadJudge knows a likes server's reads of its own likes, several at once", () => {
  const judge = judgeOf();
  judge.acknowledged(90, 1, 1);
  judge.started(100, 1, 1, 1);
  judge.acknowledged(110, 1, 2);
  judge.started(120, 1, 2, 1);
  judge.answered(1, 2, FIRST);
  judge.answered(1, 1, FIRST);
  const { marked } = judge.measures;
  assertEquals([marked?.ownReads, marked?.ownMissed], [2, 1]);
});
