import { assertEquals } from "@std/assert";
import { NO_FAULTS } from "../../../lib/faults/mod.ts";
import { HostPicture } from "../../../lib/host/views/host_picture.ts";
import { describePicture } from "../../../lib/view/picture/describe.ts";
import type { RunPicture } from "../../../lib/view/picture/picture.ts";
import type { OperationEvent } from "../../../lib/verdict/operations/history.ts";

function newPicture(workload: "g-set" | "g-counter"): HostPicture {
  return new HostPicture({
    hosted: {
      ...{ workload, nodes: 2, firstNode: 1, clients: 2, rate: 1 },
      ...{ lifetimeTicks: 100_000, drainTicks: 10_000, timeoutTicks: 10_000 },
      ...{ topology: "grid", likesMin: 0, likesMax: 42, seed: 1 },
      ...{ faults: NO_FAULTS, program: "node", args: [] },
    },
    logDir: "/tmp",
    json: false,
    command: "host",
  }, ["n1", "n2"]);
}

/** The picture of two nodes, each event a second later. */
function pictureOf(
  workload: "g-set" | "g-counter",
  events: readonly Partial<OperationEvent>[],
): RunPicture {
  const picture = newPicture(workload);
  for (const [t, event] of events.entries()) {
    picture.onEvent({ t, kind: "ok", f: "add", ...event });
  }
  return picture.picture();
}

/** The end of its lines. */
function lastPoint(...of: Parameters<typeof pictureOf>) {
  const { generated, counted } = pictureOf(...of);
  return { known: generated, counted };
}

Deno.test("HostPicture shows what one node lacks, also if others show more than was acknowledged", () => {
  const point = lastPoint("g-set", [
    ...[1, 2, 3].map((value) => ({ kind: "invoke" as const, value })),
    ...[{ value: 1 }, { kind: "info" as const, value: 2 }],
    { f: "read", node: "n1", value: [1, 2] },
    { f: "read", node: "n2", value: [1] },
  ]);
  assertEquals(point, { known: 2, counted: 1 });
});

Deno.test("HostPicture takes adds without an answer for no double count, and more for one", () => {
  const events = [
    ...[5, 6].map((value) => ({ kind: "invoke" as const, value })),
    ...[{ value: 5 }, { kind: "info" as const, value: 6 }],
    ...["n1", "n2"].map((node) => ({ f: "read", node, value: 11 })),
  ];
  assertEquals(lastPoint("g-counter", events), { known: 11, counted: 11 });
  const twice = [...events, { f: "read", node: "n2", value: 16 }];
  assertEquals(lastPoint("g-counter", twice), { known: 11, counted: 16 });
});

Deno.test("HostPicture is described without a staleness, which nobody knows", () => {
  const events = [
    { kind: "invoke" as const, value: 1 },
    ...[{ value: 1 }, { f: "read", node: "n1", value: [1] }],
  ];
  assertEquals(
    describePicture(pictureOf("g-set", events)),
    "Elements over 2 s: 1 known, 1 at every node. Largest gap 1 element. Largest spread of the nodes 0 elements. No faults at planned times.",
  );
});

Deno.test("HostPicture shows a node that has exited, or was not started, as down", () => {
  const picture = newPicture("g-set");
  const of = { count: 1, isFatal: true, lastLines: [] };
  picture.onComplaint({
    ...of,
    ...{ node: "n1", kind: "died", text: "n1 exited with code 7" },
  });
  picture.onComplaint({
    ...of,
    ...{ node: "n2", kind: "silent", text: "n2 ended by saying nothing" },
  });
  picture.onEvent({ t: 1, kind: "invoke", f: "add", value: 1 });
  const states = picture.picture().replicas?.map(({ state }) => state);
  assertEquals(states, ["down", "up"]);
});
