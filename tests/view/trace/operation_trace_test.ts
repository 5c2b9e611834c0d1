import { assert, assertEquals } from "@std/assert";
import {
  OperationTrace,
  type TracedMessage,
} from "../../../lib/view/trace/operation_trace.ts";
import type { TraceEvent } from "../../../lib/view/trace/trace_rows.ts";

function traced(act: (trace: OperationTrace) => void): TraceEvent[] {
  const events: TraceEvent[] = [];
  const trace = new OperationTrace({
    write: (event) => events.push(event),
    ...{ nodes: ["n1", "n2"], services: ["lin-kv"], command: "host" },
  });
  act(trace);
  trace.end(5_000_000);
  return events;
}

const MESSAGE: TracedMessage = { from: "n1", to: "n2", type: "x", args: {} };

Deno.test("OperationTrace draws a message as two slices with an arrow, a lost one without", () => {
  const events = traced((trace) => {
    trace.arrived(2000, MESSAGE, trace.sent(1000, MESSAGE));
    trace.sent(3000, { ...MESSAGE, to: "n1" });
    trace.lost(3000, MESSAGE);
  });
  const [from, to] = events.filter(({ ph }) => ph === "s" || ph === "f");
  assertEquals([from?.ts, to?.ts, from?.id], [1000, 2000, to?.id]);
  assertEquals(events.filter(({ ph }) => ph === "X").length, 3);
  assert(events.some(({ name, ph }) => ph === "i" && name === "x lost"));
});

Deno.test("OperationTrace has no two slices of a row overlap", () => {
  const events = traced((trace) => {
    for (let i = 0; i < 10; i++) {
      trace.arrived(1000, MESSAGE, trace.sent(1000, MESSAGE));
    }
  });
  const ends = new Map<number, number>();
  for (const { ph, tid = 0, ts = 0, dur = 0 } of events) {
    if (ph !== "X") continue;
    assert(ts >= (ends.get(tid) ?? 0));
    ends.set(tid, ts + dur);
  }
});

Deno.test("OperationTrace ends every span that it begins", () => {
  const events = traced((trace) => {
    trace.event({ t: 1, kind: "crash", node: "n1" });
    trace.event({ t: 2, kind: "restart", node: "n1" });
    trace.event({ t: 2, kind: "pause", node: "n2" });
    trace.event({ t: 3, kind: "partition", links: "n1--n2" });
  });
  const count = (phase: string) =>
    events.filter(({ ph }) => ph === phase).length;
  assertEquals([count("B"), count("E")], [3, 3]);
});

Deno.test("OperationTrace counts operations under way and those that succeeded", () => {
  const events = traced((trace) => {
    trace.event({ t: 1, kind: "invoke", op: 0, f: "read", client: "c1" });
    trace.event({ t: 2, kind: "ok", op: 0, f: "read", client: "c1" });
    trace.event({ t: 3, kind: "invoke", op: 1, f: "add", client: "c1" });
    trace.event({ t: 4, kind: "info", op: 1, f: "add", client: "c1" });
  });
  const last = (name: string) =>
    events.findLast((event) => event.name === name)?.args?.["count"];
  assertEquals(last("operations under way"), 0);
  assertEquals(last("operations succeeded"), 1);
  assert(events.some(({ name }) => name === "add info"));
});
