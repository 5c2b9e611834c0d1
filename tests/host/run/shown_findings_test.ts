import { assert, assertEquals } from "@std/assert";
import { withShownFindings } from "../../../lib/host/run/shown_findings.ts";
import type { Operation } from "../../../lib/verdict/operations/operation.ts";
import { UniqueChecker } from "../../../lib/verdict/operations/answer_checkers.ts";

function findingOn(id: string): string {
  const checker = new UniqueChecker();
  const operation = { outcome: "ok", result: JSON.stringify(id) };
  for (const _ of [1, 2]) checker.add(operation as unknown as Operation);
  const { findings, praise } = withShownFindings(checker.check());
  assertEquals(praise, checker.check().praise);
  assertEquals(findings.map(({ kind }) => kind), ["repeated"]);
  return findings[0]!.text;
}

Deno.test("withShownFindings() lets no id of a stranger move the cursor of a terminal, or fill it", () => {
  assertEquals(
    findingOn("\u009b2J"),
    '1 id was given more than once: "\\u009b2J" 2 times',
  );
  assert(findingOn("x".repeat(1_000_000)).length < 1_100);
});
