import { assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import type { Operation } from "../../../lib/verdict/operations/operation.ts";
import { SetChecker } from "../../../lib/verdict/operations/set_checker.ts";

/** A checker that takes what happens in a few words. */
class Story {
  readonly checker = new SetChecker();
  #index = 0;

  add(
    value: number,
    outcome: Operation["outcome"],
    completedTick: number,
  ): this {
    this.checker.invoked(value);
    this.checker.add({
      index: this.#index++,
      f: "add",
      isRead: false,
      value,
      node: "n1",
      phase: "load",
      invokedTick: completedTick - 10,
      completedTick,
      outcome,
    });
    return this;
  }

  read(
    result: readonly unknown[],
    invokedTick: number,
    phase: Operation["phase"] = "load",
    node = "n1",
  ): this {
    this.checker.add({
      index: this.#index++,
      f: "read",
      isRead: true,
      node,
      phase,
      invokedTick,
      completedTick: invokedTick + 10,
      outcome: "ok",
      result,
    });
    return this;
  }

  get elements(): Record<string, unknown> {
    return this.checker.check().measures["elements"] as Record<string, unknown>;
  }

  get kinds(): string[] {
    return this.checker.check().findings.map(({ kind }) => kind);
  }
}

Deno.test("SetChecker passes a set in which all that was acknowledged is in the last reads", () => {
  const story = new Story().add(0, "ok", 100).add(1, "ok", 200)
    .read([0, 1], 300, "last", "n1").read([1, 0], 300, "last", "n2");
  assertEquals(story.kinds, []);
  const { attempted, acknowledged, lost, stale, neverRead } = story.elements;
  assertEquals([attempted, acknowledged, lost, stale, neverRead], [
    2,
    2,
    0,
    0,
    0,
  ]);
});

Deno.test("SetChecker calls lost what one node lacks in its last read, and names the node", () => {
  const story = new Story().add(0, "ok", 100).add(1, "ok", 200)
    .read([0, 1], 300, "last", "n1").read([0], 300, "last", "n2");
  assertEquals(story.kinds, ["lost"]);
  assertEquals(story.checker.check().lostElement, {
    value: 1,
    missingAt: ["n2"],
  });
  assertEquals(story.elements["neverRead"], 0);
});

Deno.test("SetChecker names nodes by their numbers, in whatever order they answered", () => {
  const { checker } = new Story().add(0, "ok", 100)
    .read([], 300, "last", "n10").read([], 300, "last", "n2")
    .read([], 300, "last", "n1");
  const { lostElement, findings: [finding] } = checker.check();
  assertEquals(lostElement?.missingAt, ["n1", "n2", "n10"]);
  assertStringIncludes(
    finding?.text ?? "",
    "missing 1 at n1, 1 at n2, 1 at n10",
  );
});

Deno.test("SetChecker tells apart what was lost and what was never read at all", () => {
  const story = new Story().add(0, "ok", 100).read([], 300, "last");
  assertEquals(story.kinds, ["lost"]);
  assertEquals(story.elements["neverRead"], 1);
});

Deno.test("SetChecker allows what got no answer to be there or not, but not to vanish", () => {
  const isAbsent = new Story().add(0, "info", 100).read([], 300, "last");
  assertEquals(isAbsent.kinds, []);
  const isThere = new Story().add(0, "info", 100).read([0], 300, "last");
  assertEquals(isThere.kinds, []);
  const hasVanished = new Story().add(0, "info", 100).read([0], 200)
    .read([], 300, "last");
  assertEquals(hasVanished.kinds, ["lost"]);
});

Deno.test("SetChecker finds what is there although it was refused for good, and what nobody wrote", () => {
  const story = new Story().add(0, "fail", 100).read([0, "x", 7], 300, "last");
  assertEquals(story.kinds, ["refused, but there", "invented"]);
  assertEquals(story.elements["unexpected"], 3);
});

Deno.test("SetChecker praises no set that no node was left to show", () => {
  const story = new Story().add(0, "ok", 100).read([0], 200);
  assertEquals(story.kinds, ["never read"]);
  assertEquals(new Story().kinds, []);
});

Deno.test("SetChecker finds what one read shows more than once", () => {
  const story = new Story().add(0, "ok", 100).read([0, 0], 300, "last");
  assertEquals(story.kinds, ["repeated"]);
});

Deno.test("SetChecker measures until when reads lacked what was known", () => {
  const story = new Story().add(0, "ok", 10_000).add(1, "ok", 20_000)
    .read([], 5_000).read([], 30_000).read([1], 50_000)
    .read([0, 1], 90_000, "last");
  assertEquals(story.kinds, []);
  assertEquals(story.elements["stale"], 2);
  // Element 0 was known at 1 s and last lacking at 5 s, element 1 at 2 and 3 s.
  assertEquals(story.elements["visibleSeconds"], {
    "0": 1,
    "0.5": 1,
    "0.95": 4,
    "0.99": 4,
    "1": 4,
  });
  assertEquals(story.checker.check().settledTick, 50_000);
});

Deno.test("SetChecker judges any mixture of outcomes and reads, in whatever order nodes are read last", () => {
  const outcome = fc.constantFrom("ok", "fail", "info");
  const elements = [0, 1, 2, 3];
  const outcomes = fc.tuple(outcome, outcome, outcome, outcome);
  const read = fc.subarray(elements);
  const reads = fc.array(read, { maxLength: 3 });
  const lastReads = fc.array(read, { minLength: 1, maxLength: 3 });
  fc.assert(fc.property(outcomes, reads, lastReads, (outcomes, reads, last) => {
    const story = new Story();
    elements.forEach((one) => story.add(one, outcomes[one]!, 100 + one));
    reads.forEach((shown, i) => story.read(shown, 200 + 10 * i));
    last.forEach((shown, i) => story.read(shown, 300, "last", `n${i + 1}`));
    const isShown = (one: number) =>
      [...reads, ...last].some((shown) => shown.includes(one));
    const isLost = (one: number) =>
      (outcomes[one] === "ok" || isShown(one)) &&
      last.some((shown) => !shown.includes(one));
    const expected = [
      ...elements.some(isLost) ? ["lost"] : [],
      ...elements.some((one) => outcomes[one] === "fail" && isShown(one))
        ? ["refused, but there"]
        : [],
    ];
    assertEquals(story.kinds, expected);
    assertEquals(story.elements["lost"], elements.filter(isLost).length);
    assertEquals(
      story.elements["neverRead"],
      elements.filter((one) => outcomes[one] === "ok" && !isShown(one)).length,
    );
  }));
});

Deno.test("SetChecker says how many elements are lost at which nodes", () => {
  const story = new Story().add(0, "ok", 100).add(1, "ok", 200)
    .read([0, 1], 250).read([], 300, "last", "n1").read([0], 300, "last", "n2");
  assertEquals(story.checker.check().findings.map(({ text }) => text), [
    "2 elements (0, 1) are lost: missing 2 at n1, 1 at n2",
  ]);
});
