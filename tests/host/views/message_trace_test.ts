import { assert, assertEquals } from "@std/assert";
import { replicaNode } from "../../../lib/domain/nodes.ts";
import type { Parcel } from "../../../lib/host/network/network.ts";
import { MessageTrace } from "../../../lib/host/views/message_views.ts";
import type { TraceEvent } from "../../../lib/view/trace/trace_rows.ts";

function traced(act: (trace: MessageTrace) => void): TraceEvent[] {
  const events: TraceEvent[] = [];
  const trace = new MessageTrace({ nodes: 2, firstNode: 1 }, {
    write: (event) => events.push(event),
    command: "host",
  });
  act(trace);
  trace.end(5);
  return events;
}

let messages = 0;

/** A message from one of the two nodes to the other. */
function message(): Parcel {
  return {
    ...{ from: replicaNode(0), to: replicaNode(1), id: ++messages },
    ...{ line: '{"body":{"type":"x"}}\n', body: undefined },
  };
}

Deno.test("MessageTrace draws a message as two slices with an arrow, a lost one without", () => {
  const events = traced((trace) => {
    const [arrives, isLost] = [message(), message()];
    trace.sent(10, arrives);
    trace.arrived(20, arrives);
    trace.sent(30, isLost);
    trace.lost(30, isLost);
  });
  const [from, to] = events.filter(({ ph }) => ph === "s" || ph === "f");
  assertEquals([from?.ts, to?.ts, from?.id], [1000, 2000, to?.id]);
  assertEquals(events.filter(({ ph }) => ph === "X").length, 3);
  assert(events.some(({ name, ph }) => ph === "i" && name === "x lost"));
});

Deno.test("MessageTrace has no two slices of a row overlap", () => {
  const events = traced((trace) => {
    for (let i = 0; i < 10; i++) {
      const one = message();
      trace.sent(10, one);
      trace.arrived(10, one);
    }
  });
  const ends = new Map<number, number>();
  for (const { ph, tid = 0, ts = 0, dur = 0 } of events) {
    if (ph !== "X") continue;
    assert(ts >= (ends.get(tid) ?? 0));
    ends.set(tid, ts + dur);
  }
});

Deno.test("MessageTrace ends every span that it begins", () => {
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

Deno.test("MessageTrace counts operations under way and those that succeeded", () => {
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
