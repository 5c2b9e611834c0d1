import { assertEquals } from "@std/assert";
import { diagramOf } from "../../../lib/cli/diagram/told_diagram.ts";
import { parseEvents, replayed } from "../../../lib/explore/mod.ts";
import type { Bounds } from "../../../lib/explore/model/bounds.ts";
import { formatMermaid } from "../../../lib/view/diagram/mermaid.ts";
import { onlyOf } from "../../explore/bounds_of_tests.ts";

function linesOf(bounds: Partial<Bounds>, events: string): string[] {
  const story = replayed(onlyOf(bounds), parseEvents(events));
  return formatMermaid(diagramOf(story)).trimEnd().split("\n  ");
}

Deno.test("diagramOf() says of a primary that starts again empty that it holds nothing", () => {
  assertEquals(
    linesOf(
      { servers: 1, crashes: 1, forgets: true, isExact: true },
      "draw0,deliver0,deliver0,crash-primary0,restart-primary0",
    ).slice(3),
    [
      "Note over p0: draws 14",
      "p0->>p1: 14 likes, seq 1, total 14",
      "Note over p1: counts 14: 14 of LikesServer0",
      "p1-->>p0: ACK",
      "Note over p1: ✗ killed",
      "Note over p1: starts again: holds nothing",
      "Note over p0,p1: a draw is acknowledged that<br/>is not counted: primary<br/>counts 0 of LikesServer0,<br/>which drew 14 in 1 draw",
    ],
  );
});

Deno.test("diagramOf() shows both replicas of a whole exchange", () => {
  assertEquals(
    linesOf(
      { servers: 1, replicas: 2, exchanges: 1 },
      "draw0,deliver0,end,exchange0.1",
    ).slice(1),
    [
      "participant p0 as LikesServer0",
      "participant p1 as primary0",
      "participant p2 as primary1",
      "Note over p0: draws 14",
      "p0->>p1: 14 likes, seq 1, total 14",
      "Note over p1: counts 14: 14 of LikesServer0",
      "Note over p1,p2: a whole exchange with<br/>primary1",
    ],
  );
});

Deno.test("diagramOf() names of a draw that is counted twice the replicas that count it twice", () => {
  const events = "draw0,deliver0,crash0,restart0,deliver0";
  const bounds = { servers: 1, replicas: 2, exchanges: 1, crashes: 1 };
  const held = { delivery: "original", isExact: true } as const;
  assertEquals(
    linesOf({ ...bounds, ...held }, events).at(-1),
    "Note over p0,p1: a draw is counted twice:<br/>primary0 counts 28 of<br/>LikesServer0, which drew<br/>14 in 1 draw",
  );
});

Deno.test("diagramOf() marks the beginning of a round", () => {
  const events = parseEvents("draw0,deliver0,deliver0");
  const story = replayed(onlyOf({ servers: 1 }), events);
  const drawn = diagramOf({ ...story, roundFrom: 1 });
  assertEquals(formatMermaid(drawn).trimEnd().split("\n  ").slice(3), [
    "Note over p0: draws 14",
    "Note over p1: again and again from here on",
    "p0->>p1: 14 likes, seq 1, total 14",
    "Note over p1: counts 14: 14 of LikesServer0",
    "p1-->>p0: ACK",
  ]);
});
