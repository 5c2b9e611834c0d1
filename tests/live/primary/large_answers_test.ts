import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  type LargeAnswer,
  LargeAnswers,
} from "../../../lib/live/primary/large_answers.ts";

const KIB = 1024;

/** Answers of so many KiB, and how often each was made. */
class Maker {
  readonly made: string[] = [];
  readonly answers: LargeAnswers<string>;

  constructor(unsentKibMax: number) {
    this.answers = new LargeAnswers(
      (query) => this.#make(query),
      unsentKibMax * KIB,
    );
  }

  *#make(query: string): Generator<string> {
    this.made.push(query);
    for (let kib = 0; kib < Number(query); kib++) yield "x".repeat(KIB);
  }
}

function textOf({ chunks }: LargeAnswer): string {
  return chunks.map((chunk) => new TextDecoder().decode(chunk)).join("");
}

/** Whether a promise has been fulfilled by now. */
async function isFulfilled(promise: Promise<unknown>): Promise<boolean> {
  let is = false;
  promise.then(() => is = true, () => {});
  await new Promise((resolve) => setTimeout(resolve, 0));
  return is;
}

Deno.test("short() gives what is short at once, and nothing else", () => {
  const { answers } = new Maker(1);
  assertEquals(answers.short("8"), "x".repeat(8 * KIB));
  assertEquals(answers.short("9"), undefined);
  assertEquals(answers.unsentBytes, 0);
});

Deno.test("wait() makes one answer for all who ask in the same turn", async () => {
  const { answers, made } = new Maker(1000);
  const asked = ["100", "100", "200", "100"].map((query) =>
    answers.wait(query)
  );
  const [first, second, other, third] = await Promise.all(asked);
  assert(first !== undefined && other !== undefined);
  assertEquals(made, ["100", "200"]);
  assert(first === second && first === third);
  assertEquals(textOf(first), "x".repeat(100 * KIB));
  assertEquals(first.bytes, 100 * KIB);
  assertEquals(answers.unsentBytes, 300 * KIB);
  for (let i = 0; i < 3; i++) answers.release(first);
  answers.release(other);
  assertEquals(answers.unsentBytes, 0);
});

Deno.test("wait() makes no other answer while too much is unsent, and then one for all who wait", async () => {
  const { answers, made } = new Maker(100);
  const unread = await answers.wait("99");
  const second = await answers.wait("99");
  // One answer more than the bound is the most that is in memory.
  assertEquals(answers.unsentBytes, 198 * KIB);
  const waiting = Array.from({ length: 25 }, () => answers.wait("99"));
  assertEquals(await isFulfilled(Promise.race(waiting)), false);
  assertEquals(made.length, 2);
  answers.release(unread);
  const all = await Promise.all(waiting);
  assertEquals(made.length, 3);
  assertEquals(new Set(all).size, 1);
  assertEquals(answers.unsentBytes, 198 * KIB);
  answers.release(second);
  for (const answer of all) answers.release(answer);
  assertEquals(answers.unsentBytes, 0);
});

Deno.test("wait() answers in the order of the questions", async () => {
  const { answers, made } = new Maker(10);
  const unread = await answers.wait("20");
  const waiting = ["30", "31", "32"].map((query) => answers.wait(query));
  await isFulfilled(Promise.race(waiting));
  answers.release(unread);
  for (const answer of waiting) answers.release(await answer);
  assertEquals(made, ["20", "30", "31", "32"]);
});

Deno.test("close() keeps answers from being made that nobody waits for any more", async () => {
  const { answers, made } = new Maker(10);
  const waiting = answers.wait("20");
  answers.close();
  await assertRejects(() => waiting, Error, "stopped");
  assertEquals([made, answers.unsentBytes], [[], 0]);
});

Deno.test("close() ends the wait", async () => {
  const { answers } = new Maker(10);
  await answers.wait("20");
  const waiting = answers.wait("20");
  await isFulfilled(waiting);
  answers.close();
  await assertRejects(() => waiting, Error, "stopped");
});
