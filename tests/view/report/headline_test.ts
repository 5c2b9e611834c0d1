import { assertEquals } from "@std/assert";
import { judge } from "../../../lib/verdict/verdict.ts";
import { headline } from "../../../lib/view/report/headline.ts";
import type { RunPicture } from "../../../lib/view/picture/picture.ts";
import { PictureRecorder } from "../../../lib/view/picture/recorder.ts";

function pictureOf(sample: Partial<RunPicture>): RunPicture {
  return { ...new PictureRecorder({ world: "live" }).picture(), ...sample };
}

Deno.test("headline() says IN STEP while nothing is old", () => {
  const { tone, title } = headline(
    pictureOf({ generated: 100, counted: 80, stalenessSeconds: 0.4 }),
  );
  assertEquals([tone, title], ["good", "IN STEP"]);
});

Deno.test("headline() says how far apart they are, and why", () => {
  assertEquals(
    headline(pictureOf({
      nowSeconds: 90,
      generated: 1500,
      counted: 400,
      stalenessSeconds: 30,
      faults: [{
        kind: "partition",
        fromSeconds: 60,
        untilSeconds: 120,
        who: "all",
      }, { kind: "crash", fromSeconds: 1, untilSeconds: 2, who: "primary" }],
    })),
    {
      tone: "busy",
      title: "APART",
      text:
        "The primary is 1,100 likes behind, the oldest 30 s old. In force: partition until 120 s.",
    },
  );
});

Deno.test("headline() says TOO MANY where the primary has more than was generated", () => {
  const { tone, text } = headline(pictureOf({ generated: 10, counted: 24 }));
  assertEquals(tone, "bad");
  assertEquals(text, "The primary has 14 likes more than were generated.");
});

Deno.test("headline() does not claim anything of a primary that does not tell", () => {
  const { tone, title } = headline(pictureOf({ generated: 10 }));
  assertEquals([tone, title], ["unknown", "RUNNING"]);
});

Deno.test("headline() says what the verdict says", () => {
  const account = {
    name: "LikesServer0",
    draws: 5,
    generated: 9,
    acknowledged: 9,
  };
  const facts = { delivery: "crdt", seed: 1 };
  const of = (counted?: number) =>
    headline(pictureOf({
      verdict: judge(facts, [{
        ...account,
        pending: 0,
        ...counted !== undefined && { counted },
      }]),
    }));
  assertEquals([of(9).tone, of(9).title], ["good", "CONVERGED"]);
  assertEquals([of(8).tone, of(8).title], ["bad", "NOT CONVERGED"]);
  assertEquals([of().tone, of().title], ["unknown", "NOT KNOWN"]);
});

Deno.test("headline() says how far replicas are apart, though they have all together", () => {
  const of = (sample: Partial<RunPicture>) => {
    const { tone, title, text } = headline(pictureOf({
      generated: 100,
      counted: 100,
      replicas: [{ state: "up", counted: 100 }, { state: "up", counted: 60 }],
      spread: 40,
      ...sample,
    }));
    return [tone, title, text];
  };
  const have = "The replicas have together what was generated, but for what " +
    "is on its way.";
  assertEquals(of({}), ["busy", "APART", `${have} They are 40 likes apart.`]);
  assertEquals(of({ spread: 0 }), ["good", "IN STEP", have]);
  assertEquals(of({ counted: 90, stalenessSeconds: 30 }), [
    "busy",
    "APART",
    "The replicas together are 10 likes behind, the oldest 30 s old. They are 40 likes apart.",
  ]);
  assertEquals(
    of({ counted: 114 })[2],
    "The replicas have 14 likes more than were generated.",
  );
});
