import { assertEquals, assertThrows } from "@std/assert";
import { formatMermaid } from "../../../lib/view/diagram/mermaid.ts";
import {
  STORY_MESSAGES_MAX,
  type StoryStep,
} from "../../../lib/view/diagram/story.ts";

const A = "LikesServer0";
const B = "primary";

/** The lines of a diagram's steps; p0 is `A`, p1 is `B`. */
function linesOf(...steps: StoryStep[]): string[] {
  return formatMermaid({ participants: [A, B], steps })
    .split("\n").slice(3, -1).map((line) => line.trim());
}

/** A message leaves. */
function leaves(id: number, from = A): StoryStep {
  return { kind: "departure", id, from, text: `m${id}` };
}

/** A message ends. */
function ends(
  id: number,
  from = A,
  outcome: "arrives" | "lost" = "arrives",
): StoryStep {
  const to = from === A ? B : A;
  return { kind: "message", id, from, to, text: `m${id}`, outcome };
}

function note(over: string, text: string): StoryStep {
  return { kind: "note", over: [over], text };
}

Deno.test("formatMermaid() draws a message where it arrives if its sender does nothing before", () => {
  assertEquals(linesOf(leaves(1), note(B, "x"), ends(1)), [
    "Note over p1: x",
    "p0->>p1: m1",
  ]);
});

Deno.test("formatMermaid() draws a message where it was sent if only its sender does something before", () => {
  assertEquals(linesOf(leaves(1), note(A, "x"), ends(1), note(B, "y")), [
    "p0->>p1: m1",
    "Note over p0: x",
    "Note over p1: y",
  ]);
});

Deno.test("formatMermaid() draws a lost message where it got lost, or before what its sender did since", () => {
  assertEquals(linesOf(leaves(1), note(B, "x"), ends(1, A, "lost")), [
    "Note over p1: x",
    "p0-xp1: m1<br/>(lost)",
  ]);
  assertEquals(
    linesOf(leaves(1), note(B, "x"), note(A, "y"), ends(1, A, "lost")),
    ["p0-xp1: m1<br/>(lost)", "Note over p1: x", "Note over p0: y"],
  );
});

Deno.test("formatMermaid() gives a message that crosses others a note where it was sent", () => {
  assertEquals(linesOf(leaves(1), leaves(2), ends(2), ends(1)), [
    "Note over p0: (1) leaves: m1",
    "p0->>p1: m2",
    "p0->>p1: (1) m1",
  ]);
  // One that is still on its way at the end, too.
  assertEquals(linesOf(leaves(1)), ["Note over p0: (1) leaves: m1"]);
});

Deno.test("formatMermaid() keeps the order along each line where several messages could move past each other", () => {
  // B sends 3 before 1 arrives there. Message 3 is drawn where it arrives;
  // message 1, drawn where it was sent, would then stand above it.
  assertEquals(
    linesOf(leaves(3, B), leaves(1), note(A, "x"), ends(3, B), ends(1)),
    [
      "Note over p0: (1) leaves: m1",
      "Note over p0: x",
      "p1->>p0: m3",
      "p0->>p1: (1) m1",
    ],
  );
});

Deno.test("formatMermaid() refuses what cannot be drawn, with the reason", () => {
  const message: StoryStep = { kind: "message", from: A, to: B, text: "" };
  const story = (steps: StoryStep[], participants = [A, B]) => () =>
    formatMermaid({ participants, steps });
  const many = Array.from({ length: STORY_MESSAGES_MAX }, () => message);
  story(many)();
  for (
    const [act, reason] of [
      [
        story([...many, message]),
        "Cannot draw a diagram of 41 messages: at most 40 are allowed; --trace FILE shows any number",
      ],
      [
        story([note(A, "x".repeat(50_000))]),
        "characters: at most 50000 are allowed; --trace FILE",
      ],
      [story([note("C", "x")]), 'Cannot draw "C": no participant'],
      [
        story([{ kind: "note", over: [], text: "x" }]),
        "Cannot draw a note about nobody",
      ],
      [story([], [A, A]), 'Cannot draw a diagram of "LikesServer0" twice'],
    ] as const
  ) assertThrows(act, RangeError, reason);
});
