import { assert, assertEquals, assertMatch } from "@std/assert";
import { readerNode, replicaNode } from "../../../lib/domain/nodes.ts";
import { NO_FAULTS } from "../../../lib/faults/mod.ts";
import type { HostRun } from "../../../lib/host/run/options.ts";
import { lossStory } from "../../../lib/host/views/loss_story.ts";
import { MessageJournal } from "../../../lib/host/views/message_views.ts";
import { formatMermaid } from "../../../lib/view/diagram/mermaid.ts";
import { STORY_MESSAGES_MAX } from "../../../lib/view/diagram/story.ts";

const RUN: HostRun = {
  ...{ workload: "broadcast", nodes: 3, firstNode: 1, clients: 3, rate: 1 },
  ...{ lifetimeTicks: 10_000, drainTicks: 0, timeoutTicks: 10_000 },
  ...{ topology: "line", likesMin: 0, likesMax: 42, seed: 7 },
  ...{ faults: NO_FAULTS, program: "./node", args: [] },
};
const [N1, N2, N3] = [0, 1, 2].map(replicaNode) as [number, number, number];

/** A journal in which messages are sent and become what is said of them. */
class Told extends MessageJournal {
  #id = 0;

  message(
    tick: number,
    [from, to]: readonly [number, number],
    body: unknown,
    kind: "arrived" | "lost" = "arrived",
  ): this {
    const line = `${JSON.stringify({ src: "n1", dest: "n2", body })}\n`;
    const parcel = { from, to, line, body: undefined, id: ++this.#id };
    this.sent(tick, parcel);
    this[kind](tick, parcel);
    return this;
  }
}

const LOST = { value: 17, missingAt: ["n3"] };

Deno.test("lossStory() tells how an element came in, where it went, and where it got lost", () => {
  const journal = new Told()
    .message(100, [0, N1], { type: "broadcast", message: 17, msg_id: 4 })
    .message(200, [N1, 0], { type: "broadcast_ok", in_reply_to: 4 })
    .message(300, [N1, N2], { type: "flood", values: [1, 17] })
    .message(400, [N2, N3], { type: "flood", values: [17] }, "lost");
  const { participants, steps } = lossStory(LOST, journal, RUN);
  assertEquals(participants, ["c1", "n1", "n2", "n3"]);
  assertEquals(
    steps.map((step) =>
      step.kind === "message"
        ? `${step.from} ${step.to} ${step.text} ${step.outcome}`
        : step.kind === "note"
        ? step.text
        : step.kind
    ),
    [
      "c1 n1 broadcast 17 arrives",
      "n1 n2 flood 17 arrives",
      "n2 n3 flood 17 lost",
      "The last read of n3 lacks 17",
    ],
  );
});

Deno.test("lossStory() names all nodes that lack an element, or counts the rest", () => {
  const journal = new Told()
    .message(100, [0, N1], { type: "broadcast", message: 17 });
  const missingAt = ["n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9"];
  const lastNote = (nodes: number) => {
    const lost = { value: 17, missingAt: missingAt.slice(0, nodes) };
    const note = lossStory(lost, journal, RUN).steps.at(-1);
    return note?.kind === "note" ? note.text : undefined;
  };
  assertEquals(lastNote(2), "The last reads of n2, n3 lack 17");
  assertMatch(
    lastNote(8) ?? "",
    /^The last reads of n2, .* and \d more lack 17$/,
  );
});

Deno.test("lossStory() leaves out messages in which the number is something else, and what reads show", () => {
  const journal = new Told()
    .message(100, [N1, N2], { type: "flood", message: 117, msg_id: 17 })
    .message(200, [N1, 0], { type: "read_ok", messages: [17] })
    .message(250, [N1, readerNode(0)], { type: "write", value: 17 })
    .message(300, [N1, N2], { type: "ack", in_reply_to: 17 })
    .message(400, [N1, N2], { type: "map", of: { "17": true } });
  const { steps } = lossStory(LOST, journal, RUN);
  assertEquals(steps.map(({ kind }) => kind), ["message", "note"]);
});

Deno.test("lossStory() tells of faults of those who take part, and of partitions", () => {
  const journal = new Told()
    .message(10_000, [0, N1], { type: "broadcast", message: 17 });
  for (
    const event of [
      { t: 0.5, kind: "partition", links: "n1--n2" },
      { t: 2, kind: "crash", node: "n1" },
      { t: 2, kind: "crash", node: "n2" },
    ] as const
  ) journal.event(event);
  const { steps } = lossStory(LOST, journal, RUN);
  assertEquals(
    steps.map((step) => [step.kind, "over" in step ? step.over : []]),
    [
      ["partition", ["n1", "n3"]],
      ["message", []],
      ["crash", ["n1"]],
      ["note", ["n3"]],
    ],
  );
});

Deno.test("lossStory() can be drawn however many messages there are, and keeps what matters", () => {
  const journal = new Told()
    .message(0, [0, N1], { type: "broadcast", message: 17 });
  for (let i = 1; i <= 500; i++) {
    journal.message(i, [N1, N2], { type: "gossip", values: [17] });
  }
  journal.message(600, [N2, N3], { type: "gossip", values: [17] }, "lost");
  const story = lossStory(LOST, journal, RUN);
  const messages = story.steps.filter(({ kind }) => kind === "message");
  assertEquals(messages.length, STORY_MESSAGES_MAX);
  assert(messages.some((one) => "outcome" in one && one.outcome === "lost"));
  assert(formatMermaid(story).includes("462 more messages"));
});
