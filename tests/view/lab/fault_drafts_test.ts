import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { faultFlagsOf } from "../../../lib/faults/format.ts";
import { runEndTick } from "../../../lib/faults/plan.ts";
import { scheduleFaults } from "../../../lib/faults/schedule.ts";
import { NEVER } from "../../../lib/domain/ticks.ts";
import { simulate } from "../../../lib/sim/run.ts";
import { faultMarks } from "../../../lib/view/picture/fault_marks.ts";
import {
  DRAFT_TICKS_MIN,
  draftsOf,
  type FaultDraft,
  indexOfDraft,
  markOfDraft,
  moveDraft,
  snapTicks,
  withDrafts,
} from "../../../lib/view/lab/fault_drafts.ts";
import {
  DEFAULT_SETTING,
  settingFromHash,
} from "../../../lib/view/lab/setting.ts";
import { settings } from "./settings.ts";

const PARTITION: FaultDraft = {
  kind: "partition",
  who: "all",
  fromTick: 1_000_000,
  untilTick: 1_600_000,
  cut: "both",
};

Deno.test("withDrafts() of draftsOf() is the same run, for any setting", () => {
  fc.assert(
    fc.property(settings(), (options) => {
      const again = withDrafts(options, draftsOf(options));
      assertEquals(draftsOf(again), draftsOf(options));
      assertEquals(simulate(again).digest, simulate(options).digest);
    }),
    { numRuns: 25 },
  );
});

Deno.test("draftsOf() spells crashes out that were drawn from the seed", () => {
  const options = settingFromHash("crash=random:3");
  const drafts = draftsOf(options);
  assertEquals(drafts.map(({ kind }) => kind), ["crash", "crash", "crash"]);
  const { crash = [] } = faultFlagsOf(withDrafts(options, drafts).faults, 1);
  assertEquals(crash.length, 3);
  assert(crash.every((text) => text.startsWith("LikesServer")));
});

Deno.test("withDrafts() refuses what does not fit, and leaves other faults as typed", () => {
  const options = settingFromHash("loss=0.03&crash=primary@50s");
  assertEquals(faultFlagsOf(withDrafts(options, [PARTITION]).faults, 1), {
    loss: "0.03",
    partition: ["100s..160s"],
  });
  assertEquals(faultFlagsOf(withDrafts(options, []).faults, 1), {
    loss: "0.03",
  });
  for (
    const draft of [
      { ...PARTITION, who: "nobody" },
      { ...PARTITION, kind: "crash", who: "all" },
      { ...PARTITION, kind: "pause", who: "primary", untilTick: NEVER },
      { ...PARTITION, kind: "crash", who: "LikesServer99" },
    ] as const
  ) {
    assertThrows(() => withDrafts(options, [draft]), Error);
  }
});

Deno.test("withDrafts() and draftsOf() keep whom and which way", () => {
  const drafts: FaultDraft[] = [
    { ...PARTITION, who: "LikesServer0-4,LikesServer7", cut: "replies" },
    { ...PARTITION, who: "LikesServer9", cut: "reports" },
    { ...PARTITION, kind: "crash", who: "primary", untilTick: NEVER },
    { ...PARTITION, kind: "pause", who: "LikesServer2" },
  ];
  assertEquals(draftsOf(withDrafts(DEFAULT_SETTING, drafts)), drafts);
});

Deno.test("moveDraft() keeps a fault within the run and its ends in order", () => {
  const endTick = runEndTick(DEFAULT_SETTING);
  const drafts = fc.record({
    from: fc.integer({ min: 0, max: endTick - DRAFT_TICKS_MIN }),
    length: fc.integer({ min: DRAFT_TICKS_MIN, max: endTick }),
    isForGood: fc.boolean(),
    part: fc.constantFrom("whole", "beginning", "end"),
    ticks: fc.integer({ min: -2 * endTick, max: 2 * endTick }),
  });
  fc.assert(fc.property(drafts, ({ from, length, isForGood, part, ticks }) => {
    const draft: FaultDraft = {
      ...PARTITION,
      kind: isForGood ? "crash" : "partition",
      fromTick: from,
      untilTick: isForGood ? NEVER : Math.min(endTick, from + length),
    };
    const moved = moveDraft(draft, part as "whole", ticks, endTick);
    assert(moved.fromTick >= 0);
    assert(moved.untilTick === NEVER || moved.untilTick <= endTick);
    assert(moved.untilTick > moved.fromTick);
    if (part === "whole") {
      assertEquals(
        moved.untilTick - moved.fromTick === draft.untilTick - draft.fromTick ||
          isForGood,
        true,
      );
    }
    if (part === "end") assertEquals(moved.fromTick, draft.fromTick);
  }));
});

Deno.test("moveDraft() makes a crash that is drawn to the end one for good, and back", () => {
  const endTick = runEndTick(DEFAULT_SETTING);
  const crash: FaultDraft = { ...PARTITION, kind: "crash", who: "primary" };
  const forGood = moveDraft(crash, "end", endTick, endTick);
  assertEquals(forGood.untilTick, NEVER);
  const back = moveDraft(forGood, "end", -100_000, endTick);
  assertEquals(back.untilTick, endTick - 100_000);
});

Deno.test("markOfDraft() is what a plan shows", () => {
  const drafts: FaultDraft[] = [
    { ...PARTITION, who: "LikesServer0-4,LikesServer7", cut: "replies" },
    { ...PARTITION, kind: "crash", who: "primary", untilTick: NEVER },
    { ...PARTITION, kind: "pause", who: "LikesServer2" },
  ];
  for (const draft of drafts) {
    const schedule = scheduleFaults(withDrafts(DEFAULT_SETTING, [draft]));
    assertEquals(faultMarks(schedule), [markOfDraft(draft)]);
  }
});

Deno.test("snapTicks() is finer in short runs", () => {
  assertEquals(
    [50, 300, 5000, 50_000].map((seconds) =>
      snapTicks(seconds * 10_000) / 10_000
    ),
    [0.5, 1, 10, 60],
  );
});

Deno.test("indexOfDraft() finds a fault in a plan that has another order and other words", () => {
  const crash: FaultDraft = {
    ...PARTITION,
    ...{ kind: "crash", who: "primary1", untilTick: NEVER },
  };
  const partition = { ...PARTITION, who: "primary0,primary1--primary2" };
  const run = { ...DEFAULT_SETTING, replicas: 3 };
  const drafts = draftsOf(withDrafts(run, [crash, partition]));
  assertEquals(drafts.map(({ kind }) => kind), ["partition", "crash"]);
  assertEquals(indexOfDraft(partition, drafts), 0);
  assertEquals(indexOfDraft(crash, drafts), 1);
  assertEquals(indexOfDraft({ ...crash, kind: "pause" }, drafts), -1);
  assertEquals(indexOfDraft(undefined, drafts), -1);
});
