import { assert, assertEquals } from "@std/assert";
import { Simulation } from "../../../lib/sim/simulation.ts";
import type { HistoryEvent } from "../../../lib/verdict/history.ts";
import {
  type TraceEvent,
  TraceEvents,
} from "../../../lib/view/trace/trace_events.ts";
import { type RunChanges, runOf } from "../../sim/runs_of_tests.ts";
import { parseTrace, type ReadTrace, readTrace } from "./trace_reader.ts";

/** A virtual run, as its history and as its trace. */
function traced(
  changes: RunChanges,
): { events: HistoryEvent[]; trace: ReadTrace } {
  const run = runOf(changes);
  const events: HistoryEvent[] = [];
  const lines: TraceEvent[] = [];
  const trace = new TraceEvents({
    write: (event) => lines.push(event),
    replicas: run.replicas,
    isToAll: run.writeTo === "all",
    command: "sim",
  });
  const simulation = new Simulation(run, {
    onEvent: (event) => {
      events.push(event);
      trace.add(event, simulation.meter);
    },
  });
  while (!simulation.advance(1000));
  trace.end(simulation.now / 10_000);
  return { events, trace: readTrace(parseTrace(JSON.stringify(lines))) };
}

/** How many events are as is asked. */
function count(
  events: readonly HistoryEvent[],
  kind: HistoryEvent["kind"],
  isAsked: (event: HistoryEvent) => boolean = () => true,
): number {
  return events.filter((event) => event.kind === kind && isAsked(event)).length;
}

/** What ends at, or begins from, a slice of that name, by that many arrows. */
function arrows({ arrows }: ReadTrace, name: string): number {
  return arrows.filter(({ to }) => to.name === name).length;
}

function instants({ instants }: ReadTrace, name: RegExp): number {
  return instants.filter((one) => name.test(one.name)).length;
}

const SOME_FAULTS = {
  ...{ loss: "1/10", duplicate: "1/10", latency: "uniform:5ms..30ms" },
  partition: ["5s..8s:LikesServer0-1", "12s..14s"],
};

Deno.test("TraceEvents has an arrow for each message that arrives, and an instant for each that is lost", () => {
  for (const delivery of ["at-least-once", "crdt"] as const) {
    const { events, trace } = traced({
      delivery,
      faults: {
        ...SOME_FAULTS,
        crash: ["primary@20s+2s", "LikesServer2@10s+1s"],
        pause: ["LikesServer3@15s+2s"],
      },
    });
    const isReply = ({ reply }: HistoryEvent) => reply === true;
    assertEquals(
      arrows(trace, "report"),
      count(events, "receive", (event) => !isReply(event)),
    );
    assertEquals(
      arrows(trace, "reply"),
      count(events, "ack") + count(events, "nak") +
        count(events, "receive", isReply),
    );
    assertEquals(
      instants(trace, /^(report|reply) lost$/),
      count(events, "lose", ({ attempt }) => attempt !== undefined),
    );
    // Each message that left is at its sender, whatever became of it.
    const sent = trace.slices.filter(({ name, args }) =>
      name === "report" && args.kind === "send"
    );
    assertEquals(sent.length, count(events, "send"));
    for (const kind of ["draw", "count"] as const) {
      assertEquals(instants(trace, RegExp(`^${kind}$`)), count(events, kind));
    }
    assertEquals(trace.rows.get("primaries"), ["primary"]);
    assertEquals(trace.rows.get("likes servers")?.toSorted(), [
      ...["LikesServer0", "LikesServer1", "LikesServer2"],
      ...["LikesServer3", "LikesServer4"],
    ]);
  }
});

Deno.test("TraceEvents has a span for each fault, as long as it was in force", () => {
  const { trace } = traced({
    faults: {
      ...SOME_FAULTS,
      crash: ["primary@20s+2s", "LikesServer2@10s+1s", "LikesServer4@12s"],
      pause: ["LikesServer3@15s+2s"],
    },
  });
  const spans = trace.spans.map(({ name, row, from, to }) =>
    `${row} ${name} ${from / 1e6}..${to / 1e6}`
  );
  const end = Math.max(...trace.spans.map(({ to }) => to)) / 1e6;
  assertEquals(spans.toSorted(), [
    "LikesServer2 down 10..11",
    "LikesServer3 stopped 15..17",
    `LikesServer4 down 12..${end}`,
    "cut: LikesServer0 cut 5..8",
    "cut: LikesServer1 cut 5..8",
    "cut: all cut 12..14",
    "primary down 20..22",
  ]);
});

Deno.test("TraceEvents counts likes as the run does", () => {
  const { events, trace } = traced({
    delivery: "at-least-once",
    faults: SOME_FAULTS,
  });
  const sum = (kind: HistoryEvent["kind"]) =>
    events.reduce(
      (sum, event) => sum + (event.kind === kind ? event.likes ?? 0 : 0),
      0,
    );
  const last = (name: string) => trace.counters.get(name)?.at(-1);
  assertEquals(last("likes generated"), sum("draw"));
  assertEquals(last("likes counted"), sum("count"));
  assertEquals(last("divergence"), sum("draw") - sum("count"));
  assert(sum("count") > sum("draw"));
});

Deno.test("TraceEvents has exchanges, reads and repairs of replicas, and what each holds", () => {
  const { events, trace } = traced({
    replicas: 3,
    readers: 2,
    faults: { ...SOME_FAULTS, crash: ["primary1@20s+2s"] },
  });
  const isReply = ({ reply }: HistoryEvent) => reply === true;
  assertEquals(
    [arrows(trace, "request"), arrows(trace, "response")],
    [
      count(events, "merge", (event) => !isReply(event)),
      count(events, "merge", isReply),
    ],
  );
  assertEquals(
    instants(trace, /^(request|response) lost$/),
    count(events, "lose", ({ peer }) => peer !== undefined),
  );
  assertEquals(
    arrows(trace, "answer"),
    count(events, "value") +
      count(
        events,
        "receive",
        (event) => event.reader !== undefined && isReply(event),
      ),
  );
  assertEquals(
    instants(trace, /^unanswered$/),
    count(
      events,
      "lose",
      ({ reader, replica }) => reader !== undefined && replica === undefined,
    ),
  );
  assertEquals(trace.rows.get("readers")?.toSorted(), ["Reader0", "Reader1"]);
  for (const replica of [0, 1, 2]) {
    const held = trace.counters.get(`likes at primary${replica}`) ?? [];
    assertEquals(held.at(-1), trace.counters.get("likes counted")?.at(-1));
  }
  const repaired = traced({
    ...{ replicas: 3, readers: 2, writeTo: "all", writeQuorum: 2 },
    ...{ readFrom: "all", readQuorum: 2, readRepair: "before", gossip: null },
    faults: SOME_FAULTS,
  });
  assertEquals(
    arrows(repaired.trace, "report"),
    count(
      repaired.events,
      "receive",
      ({ reply, reader }) => reply !== true && reader === undefined,
    ),
  );
  assert(arrows(repaired.trace, "repaired") > 0);
});

Deno.test("TraceEvents draws an answer that takes no time after its question", () => {
  const { events, trace } = traced({
    ...{ replicas: 3, readers: 2, faults: { latency: "0ms" } },
  });
  const answers = trace.arrows.filter(({ to }) => to.name === "answer");
  assertEquals(answers.length, count(events, "value"));
  assert(answers.length > 0);
  for (const { from, to } of answers) assert(from.from < to.from);
});

Deno.test("parseTrace() reads a trace whose end is missing, as viewers do", () => {
  const events = [{ name: "a", ph: "i" }, { name: "b", ph: "i" }];
  const lines = ["[", ...events.map((event) => `${JSON.stringify(event)},`)];
  assertEquals(parseTrace(lines.join("\n")).map(({ name }) => name), [
    "a",
    "b",
  ]);
  assertEquals(parseTrace("[\n]"), []);
});
