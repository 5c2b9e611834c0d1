import { assertEquals } from "@std/assert";
import { ReadJudge } from "../../../lib/live/reader/read_judge.ts";

const SESSIONS = ["00000000000000aa", "00000000000000bb"];

Deno.test("ReadJudge judges a read by what was acknowledged before it passed", () => {
  const judge = new ReadJudge("crdt", SESSIONS);
  judge.acknowledged(100, 1, 1);
  judge.started(150, 0, 1);
  judge.acknowledged(160, 1, 2); // too late for this read
  assertEquals(
    judge.told(200, 0, 1, `VALUE LikesServer1 99 ${SESSIONS[1]}#1=14`),
    { total: 14, seq: 1 },
  );
  judge.answered(0);
  judge.started(300, 0, 1);
  judge.told(310, 0, 1, `VALUE LikesServer1 99 ${SESSIONS[1]}#1=14`);
  judge.answered(0);
  const { count, marked } = judge.measures;
  assertEquals([count, marked?.judged, marked?.fresh], [2, 2, 0.5]);
  assertEquals(marked?.behindSeconds.max, 0.014);
});

Deno.test("ReadJudge takes sessions of other runs for no version", () => {
  const judge = new ReadJudge("crdt", SESSIONS);
  judge.acknowledged(100, 0, 1);
  judge.started(150, 0, 0);
  const line = "VALUE LikesServer0 99 00000000000000cc#7=99";
  assertEquals(judge.told(200, 0, 0, line), { total: 0 });
  judge.answered(0);
  assertEquals(judge.measures.marked?.fresh, 0);
});

Deno.test("ReadJudge believes a reader that gave up before an answer came", () => {
  const judge = new ReadJudge("crdt", SESSIONS);
  judge.started(150, 0, 0);
  judge.unanswered();
  judge.started(300, 0, 1);
  // The late answer to the first read: nobody hears it.
  judge.told(310, 0, 0, "VALUE LikesServer0 0");
  judge.answered(0);
  assertEquals(judge.measures.count, 0);
  assertEquals(judge.measures.unanswered, 1);
});

Deno.test("ReadJudge knows no value in a refusal", () => {
  const judge = new ReadJudge("crdt", SESSIONS);
  judge.started(150, 0, 0);
  assertEquals(judge.told(200, 0, 0, "NAK closing"), null);
});

Deno.test("ReadJudge only counts and times reads in modes without a mark", () => {
  const judge = new ReadJudge("at-least-once", SESSIONS);
  judge.acknowledged(100, 0, 1);
  judge.started(150, 0, 0);
  assertEquals(judge.told(250, 0, 0, "VALUE LikesServer0 14"), { total: 14 });
  judge.answered(0);
  const { count, seconds, marked } = judge.measures;
  assertEquals([count, seconds.max, marked], [1, 0.01, undefined]);
});
