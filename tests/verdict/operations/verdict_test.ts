import { assertEquals } from "@std/assert";
import { quantilesOf } from "../../../lib/verdict/operations/quantiles.ts";
import { OperationTally } from "../../../lib/verdict/operations/tally.ts";
import {
  judgeOperations,
  type OperationRun,
  operationVerdictRecord,
} from "../../../lib/verdict/operations/verdict.ts";

const RUN: OperationRun = {
  workload: "g-set",
  nodes: 3,
  seed: 7,
  faults: [],
  command: "host",
  check: {
    findings: [],
    praise: "All is well",
    settledTick: 25_000,
    measures: { elements: { lost: 0 } },
  },
  operations: { add: { invoked: 4, ok: 3, fail: 0, info: 1 } },
  skipped: 0,
  messages: {
    ...{ betweenNodes: 10, withServices: 0, withClients: 8 },
    ...{ lost: 0, copied: 0, cut: 0 },
  },
  complaints: [],
  quietTick: 10_000,
  hasReads: true,
  isConvergenceSeen: true,
  wallSeconds: 1,
};

const COMPLAINT = {
  node: "n1",
  kind: "died",
  text: "n1 exited with code 1",
  count: 1,
  isFatal: true,
  lastLines: [],
};

Deno.test("judgeOperations() counts messages for each operation and times convergence from quiet on", () => {
  const verdict = judgeOperations(RUN);
  assertEquals(verdict.passed, true);
  assertEquals(verdict.converged, true);
  assertEquals(verdict.convergenceSeconds, 1.5);
  assertEquals(verdict.messages.perOperation, 2.5);
  assertEquals(verdict.operations.succeeded, 0.75);
});

Deno.test("judgeOperations() fails what findings or fatal complaints speak against", () => {
  const findings = [{ kind: "lost", text: "lost" }];
  const check = { ...RUN.check, findings };
  assertEquals(judgeOperations({ ...RUN, check }).passed, false);
  assertEquals(judgeOperations({ ...RUN, check }).convergenceSeconds, null);
  assertEquals(
    judgeOperations({ ...RUN, complaints: [COMPLAINT] }).passed,
    false,
  );
  const complaints = [{ ...COMPLAINT, isFatal: false }];
  assertEquals(judgeOperations({ ...RUN, complaints }).passed, true);
});

Deno.test("judgeOperations() fails a run in which nothing was done, or no operation of a kind succeeded", () => {
  assertEquals(judgeOperations({ ...RUN, operations: {} }).passed, false);
  const read = { invoked: 2, ok: 0, fail: 2, info: 0 };
  const operations = { ...RUN.operations, read };
  assertEquals(judgeOperations({ ...RUN, operations }).passed, false);
});

Deno.test("judgeOperations() leaves out convergence that nobody could see, or without reads", () => {
  const unseen = judgeOperations({ ...RUN, isConvergenceSeen: false });
  assertEquals([unseen.converged, unseen.convergenceSeconds], [
    true,
    undefined,
  ]);
  const { converged } = judgeOperations({ ...RUN, hasReads: false });
  assertEquals(converged, undefined);
});

Deno.test("operationVerdictRecord() has the numbers of the workload among the others", () => {
  const record = operationVerdictRecord(judgeOperations(RUN));
  assertEquals(record["elements"], { lost: 0 });
  assertEquals(record["passed"], true);
  assertEquals(record["command"], "host");
});

Deno.test("OperationTally counts outcomes by kind and times those that succeeded", () => {
  const tally = new OperationTally();
  const one = { index: 0, f: "add", isRead: false, node: "n1", phase: "load" };
  const times = { invokedTick: 0, completedTick: 10_000 };
  for (const outcome of ["ok", "fail", "info", "ok"] as const) {
    tally.add(
      { ...one, ...times, outcome } as Parameters<
        OperationTally["add"]
      >[0],
    );
  }
  const { invoked, ok, fail, info, latencySeconds } = tally.byKind["add"]!;
  assertEquals([invoked, ok, fail, info], [4, 2, 1, 1]);
  assertEquals(latencySeconds?.["0.5"], 1);
});

Deno.test("quantilesOf() are numbers that were given, and none of none", () => {
  assertEquals(quantilesOf([]), null);
  const hundred = Array.from({ length: 100 }, (_, i) => i + 1);
  assertEquals(quantilesOf(hundred), {
    "0": 1,
    "0.5": 50,
    "0.95": 95,
    "0.99": 99,
    "1": 100,
  });
});
