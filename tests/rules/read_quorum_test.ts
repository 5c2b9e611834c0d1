import { assertEquals } from "@std/assert";
import type { ReadRepair } from "../../lib/domain/replicas.ts";
import { NOBODY, QuorumRead } from "../../lib/rules/read_quorum.ts";

function readOf(
  readQuorum: number,
  writeQuorum = 1,
  readRepair: ReadRepair = "off",
  places = 3,
): QuorumRead {
  const read = new QuorumRead({ readQuorum, writeQuorum, readRepair });
  read.begin(places, places);
  return read;
}

function answer(read: QuorumRead, place: number, ...seqs: number[]) {
  seqs.forEach((seq, entry) => read.hear(place, entry, seq, 10 * seq));
  read.answered(place);
}

Deno.test("QuorumRead is over with the R-th answer, and takes the newest entry by entry", () => {
  const read = readOf(2);
  answer(read, 1, 3, 1);
  assertEquals(read.isOver, false);
  answer(read, 0, 2, 0, 7);
  assertEquals(read.isOver, true);
  assertEquals([0, 1, 2, 3].map((entry) => read.seqOf(entry)), [3, 1, 7, 0]);
  assertEquals(read.totalOf(2), 70);
});

Deno.test("QuorumRead takes of one seq the larger total", () => {
  const read = readOf(2);
  for (const [place, total] of [[0, 30], [1, 40]] as const) {
    read.hear(place, 0, 3, total);
    read.answered(place);
  }
  assertEquals(read.totalOf(0), 40);
  assertEquals([read.lacks(0), read.lacks(1)], [true, false]);
});

Deno.test("QuorumRead takes an answer once, also one that says more when it is repeated", () => {
  const read = readOf(2);
  answer(read, 1, 3);
  answer(read, 1, 5);
  assertEquals(read.hasQuorum, false);
  assertEquals(read.seqOf(0), 3);
});

Deno.test("QuorumRead with repair after lets late answers tell who lacks what", () => {
  const read = readOf(1, 2, "after");
  answer(read, 0, 2);
  assertEquals([read.isOver, read.lacks(0)], [true, false]);
  answer(read, 1, 5);
  assertEquals([read.lacks(0), read.lacks(1)], [true, false]);
});

Deno.test("QuorumRead with repair before is over when W have the answer", () => {
  const read = readOf(1, 3, "before");
  answer(read, 0, 4);
  assertEquals([read.hasQuorum, read.isOver], [true, false]);
  assertEquals([0, 1, 2].map((p) => read.lacks(p)), [false, true, true]);
  answer(read, 1, 6); // has it, too; what is answered stays
  assertEquals([read.seqOf(0), read.isOver], [4, false]);
  read.repaired(2);
  read.repaired(2);
  assertEquals(read.isOver, true);
});

Deno.test("QuorumRead with repair before waits for none where nothing is known", () => {
  const read = readOf(2, 3, "before");
  answer(read, 0, 0);
  answer(read, 1);
  assertEquals([read.isOver, read.lacks(2)], [true, false]);
});

Deno.test("QuorumRead begins anew", () => {
  const read = readOf(1);
  answer(read, 0, 9);
  read.begin(2, 2);
  assertEquals([read.isOver, read.entries, read.seqOf(0)], [false, 0, 0]);
  answer(read, 1, 1);
  assertEquals([read.seqOf(0), read.lacks(1)], [1, false]);
});

Deno.test("QuorumRead with repair before begins anew with nobody that has the answer", () => {
  const read = readOf(1, 2, "before");
  answer(read, 0, 9);
  assertEquals(read.isRepairAwaited, true);
  read.repaired(1);
  assertEquals([read.isOver, read.isRepairAwaited], [true, false]);
  read.begin(3, 3);
  assertEquals(read.isRepairAwaited, false);
  answer(read, 2, 5);
  assertEquals([read.isOver, read.isRepairAwaited], [false, true]);
  assertEquals([0, 1, 2].map((p) => read.lacks(p)), [true, true, false]);
});

/** Places that are to be told now. */
function repairsOf(read: QuorumRead): number[] {
  const places: number[] = [];
  for (let place; (place = read.nextRepair()) !== NOBODY;) places.push(place);
  return places;
}

Deno.test("QuorumRead with repair before tells all that are not known to have the result, and none once W have it", () => {
  const read = readOf(2, 3, "before", 4);
  answer(read, 0, 4);
  assertEquals(repairsOf(read), []);
  answer(read, 1, 3);
  assertEquals(repairsOf(read), [1, 2, 3]);
  assertEquals(repairsOf(read), []);
  answer(read, 3, 4); // has it all the same
  read.repaired(1);
  assertEquals([read.isOver, read.isDone], [true, true]);
  answer(read, 2, 1);
  read.repairLost(2, 1);
  assertEquals(repairsOf(read), []);
});

Deno.test("QuorumRead with repair before sends again what was lost, each sending once, at most 16 times", () => {
  const read = readOf(1, 2, "before");
  answer(read, 0, 4);
  assertEquals([repairsOf(read), read.isRepairAwaited], [[1, 2], true]);
  read.repairLost(2, 1);
  assertEquals([repairsOf(read), read.sendsOf(2)], [[2], 2]);
  read.repairLost(2, 1); // the end of a wait that is over
  assertEquals(repairsOf(read), []);
  for (let send = 2; send < 40; send++) {
    read.repairLost(2, send);
    repairsOf(read);
  }
  assertEquals([read.sendsOf(1), read.sendsOf(2)], [1, 16]);
  read.repaired(2);
  assertEquals(read.isOver, true);
});

Deno.test("QuorumRead with repair after tells who answered with less, of what is newest by then, and sends nothing again", () => {
  const read = readOf(1, 3, "after", 4);
  answer(read, 0, 2);
  assertEquals([read.isOver, read.isDone], [true, false]);
  assertEquals(repairsOf(read), []);
  answer(read, 1, 5);
  assertEquals(repairsOf(read), [0]);
  read.repairLost(0, 1);
  assertEquals(repairsOf(read), []);
  answer(read, 2, 6);
  assertEquals(repairsOf(read), [0, 1]);
  answer(read, 3, 6);
  assertEquals([repairsOf(read), read.isDone], [[], true]);
});

Deno.test("QuorumRead lets a repair carry the entries that a replica lacks", () => {
  const read = readOf(2, 2, "before");
  answer(read, 0, 4, 1);
  answer(read, 1, 3, 1);
  assertEquals(repairsOf(read), [1, 2]);
  assertEquals(
    [1, 2].map((place) => [0, 1].map((e) => read.lacksEntry(place, e))),
    [[true, false], [true, true]],
  );
  assertEquals([read.repairSeqOf(0), read.repairTotalOf(0)], [4, 40]);
});

Deno.test("QuorumRead without repair tells nobody", () => {
  const read = readOf(1);
  answer(read, 0, 4);
  answer(read, 1, 3);
  assertEquals(repairsOf(read), []);
});
