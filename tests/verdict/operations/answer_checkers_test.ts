import { assertEquals } from "@std/assert";
import {
  EchoChecker,
  UniqueChecker,
} from "../../../lib/verdict/operations/answer_checkers.ts";
import type { Operation } from "../../../lib/verdict/operations/operation.ts";

function answer(result: unknown, value?: unknown): Operation {
  return {
    ...{ index: 0, f: "generate", isRead: false, node: "n1", phase: "load" },
    ...{ value, result, invokedTick: 0, completedTick: 1, outcome: "ok" },
  } as Operation;
}

Deno.test("UniqueChecker finds ids that were given twice", () => {
  const checker = new UniqueChecker();
  for (const id of ['"a"', '"b"', "1", '"1"']) checker.add(answer(id));
  assertEquals(checker.check().findings, []);
  checker.add(answer('"b"'));
  assertEquals(checker.check().findings.map(({ kind }) => kind), ["repeated"]);
  assertEquals(checker.check().measures["ids"], {
    given: 5,
    different: 4,
    repeated: 1,
    examples: { '"b"': 2 },
  });
});

Deno.test("UniqueChecker leaves out what was not answered", () => {
  const checker = new UniqueChecker();
  checker.add(answer('"a"'));
  checker.add({ ...answer('"a"'), outcome: "info" });
  assertEquals(checker.check().findings, []);
});

Deno.test("EchoChecker finds answers that are not what was sent", () => {
  const checker = new EchoChecker();
  checker.add(answer({ a: [1] }, { a: [1] }));
  assertEquals(checker.check().findings, []);
  checker.add(answer("Please", "Please echo 7"));
  checker.add(answer(undefined, "Please echo 7"));
  assertEquals(checker.check().measures["echoes"], { answered: 3, wrong: 2 });
});
