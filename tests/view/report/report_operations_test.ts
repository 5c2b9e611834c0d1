import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { SetChecker } from "../../../lib/verdict/operations/set_checker.ts";
import {
  judgeOperations,
  type OperationVerdict,
} from "../../../lib/verdict/operations/verdict.ts";
import { operationSentences } from "../../../lib/view/operation_words.ts";
import type { RunPicture } from "../../../lib/view/picture/picture.ts";
import { PictureRecorder } from "../../../lib/view/picture/recorder.ts";
import { operationsReportHtml } from "../../../lib/view/report/report_operations.ts";
import { operationsTable } from "../../../lib/view/terminal/operations_table.ts";

function verdictWith(
  complaints: OperationVerdict["complaints"] = [],
): OperationVerdict {
  const add = { invoked: 3, ok: 2, fail: 0, info: 1 };
  return judgeOperations({
    ...{ workload: "g-set", nodes: 2, seed: 7, faults: ["--loss 0.1"] },
    command: "deno task host --workload g-set",
    check: new SetChecker().check(),
    operations: { add },
    ...{ skipped: 4, complaints, quietTick: 0, wallSeconds: 2 },
    messages: {
      ...{ betweenNodes: 1234, withServices: 5, withClients: 6 },
      ...{ lost: 7, copied: 0, cut: 0 },
    },
    ...{ hasReads: true, isConvergenceSeen: true },
  });
}

const complaintOf = (node: string, lastLines: string[] = []) => ({
  ...{ node, kind: "died", count: 1, isFatal: true, lastLines },
  text: `${node} exited with code 1`,
});

function pictureOf(): RunPicture {
  const recorder = new PictureRecorder(
    {
      ...{ world: "hosted", workload: "g-set", nodes: ["n1", "n2"] },
      ...{ replicas: 2, plannedSeconds: 2, command: "host", faultFlags: [] },
    } as RunPicture["setting"],
  );
  recorder.sample(1, {
    ...{ generated: 9, counted: 4 },
    replicas: {
      rows: [{ state: "up", counted: 9 }, { state: "down", counted: 4 }],
      ...{ lowest: 4, highest: 9 },
    },
  });
  return {
    ...recorder.picture(),
    conclusion: { passed: false, word: "NOT CONVERGED", text: "<b>bad</b>" },
  };
}

Deno.test("operationsTable() tells counts, messages, what was left out and the verdict", () => {
  const text = operationsTable(verdictWith());
  for (
    const part of [
      "1,234 messages between nodes (411 an operation), 5 with services, 7 lost",
      "4 operations, as all clients of their node still waited (--clients)",
      "--loss 0.1",
      "CONVERGED: All 0 elements are at every node",
    ]
  ) assertStringIncludes(text, part);
});

Deno.test("operationsTable() tells complaints of a kind together, with last words", () => {
  const text = operationsTable(verdictWith([
    complaintOf("n1", ["oops"]),
    complaintOf("n2"),
    complaintOf("n3"),
  ]));
  assertStringIncludes(text, "n1 last printed on standard error:\n  oops\n");
  assertStringIncludes(
    text,
    "NOT CONVERGED: n1 exited with code 1 (likewise n2, n3).",
  );
});

Deno.test("operationSentences() tells complaints that are no reason apart, at the end", () => {
  const stray = {
    ...complaintOf("n3"),
    ...{ kind: "flood", text: "n3 sent much", isFatal: false },
  };
  const alike = { ...stray, node: "n2", text: "n2 sent much" };
  assertEquals(
    operationSentences(verdictWith([stray, alike, complaintOf("n1")])),
    [
      "n1 exited with code 1.",
      "Harmless: n2 sent much (likewise n3).",
    ],
  );
  const [praise = "", ...others] = operationSentences(verdictWith([stray]));
  assertStringIncludes(praise, "All 0 elements");
  assertEquals(others, ["Harmless: n3 sent much."]);
});

Deno.test("operationSentences() are sentences", () => {
  for (const verdict of [verdictWith(), verdictWith([complaintOf("n1")])]) {
    for (const sentence of operationSentences(verdict)) {
      assert(/^[A-Zn].*[^.]\.$/.test(sentence), sentence);
    }
  }
});

Deno.test("operationsReportHtml() shows nodes by their names, and nothing that strangers print as markup", async () => {
  const html = await operationsReportHtml(
    verdictWith([complaintOf("n1", ["<script>alert(1)</script>"])]),
    pictureOf(),
  );
  for (
    const part of [
      "Hosted run",
      "elements known",
      "not at every node",
      "&lt;script&gt;alert(1)&lt;/script&gt;",
      "&lt;b&gt;bad&lt;/b&gt;",
      ">n2</th>",
    ]
  ) assertStringIncludes(html, part);
  assertEquals(html.includes("<script>"), false);
  assertEquals(/primary\d|likes server/.test(html), false);
});

Deno.test("operationsTable() has a line for each operation, and says when a run was stopped or never converged", () => {
  const verdict = verdictWith();
  assert(/^ *add +3 +2 +0 +1 /m.test(operationsTable(verdict)));
  assert(!operationsTable(verdict).includes("stopped"));
  const stopped = { ...verdict, stoppedAfterSeconds: 3 };
  assert(/^stopped +after 3 s$/m.test(operationsTable(stopped)));
  const apart = { ...verdict, convergenceSeconds: null };
  assert(/^convergence +never$/m.test(operationsTable(apart)));
});

Deno.test("operationsReportHtml() tells when a run converged, or that it never did", async () => {
  const verdict = verdictWith();
  const cells = async (convergenceSeconds: number | null) =>
    /converged in<\/dt><dd><b>([^<]*)<\/b> <small>([^<]*)</.exec(
      await operationsReportHtml(
        { ...verdict, convergenceSeconds },
        pictureOf(),
      ),
    )?.slice(1);
  assertEquals(await cells(null), ["never", ""]);
  assertEquals(await cells(2), ["2 s", "after the last write and fault"]);
});
