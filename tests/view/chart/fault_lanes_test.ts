import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { linearScale } from "../../../lib/view/chart/axis.ts";
import {
  faultLanes,
  faultLanesSvg,
  laneCount,
} from "../../../lib/view/chart/fault_lanes.ts";
import type { FaultMark } from "../../../lib/view/picture/picture.ts";

const OPTIONS = {
  x: linearScale([0, 300], [60, 860]),
};

const mark: fc.Arbitrary<FaultMark> = fc.record({
  kind: fc.constantFrom("partition" as const, "crash" as const),
  fromSeconds: fc.nat(300),
  untilSeconds: fc.option(fc.integer({ min: 0, max: 600 })),
  who: fc.constantFrom("all" as const, "LikesServer3"),
});

const marks = fc.array(mark, { maxLength: 40, size: "max" }).map((list) =>
  list.toSorted((one, other) => one.fromSeconds - other.fromSeconds)
);

Deno.test("faultLanes() lets no two labelled bars of a lane overlap, and leaves no bar outside", () => {
  fc.assert(fc.property(marks, (list) => {
    const bars = faultLanes(list, { ...OPTIONS, lanesMax: 3 });
    assertEquals(bars.length, list.length);
    assert(laneCount(bars) <= 4);
    const ends = new Map<number, number>();
    for (const { lane, from, until, label, labelAt } of bars) {
      assert(from >= 60 && from <= 860 && until > from && until <= 864);
      if (label === "") continue;
      const begin = Math.min(from, labelAt);
      assert(begin >= (ends.get(lane) ?? 0), "overlaps");
      ends.set(lane, Math.max(until, labelAt + label.length * 5.5));
    }
  }));
});

Deno.test("faultLanes() drops labels, never bars, where there is no room", () => {
  const list = Array.from({ length: 50 }, () => ({
    kind: "crash" as const,
    fromSeconds: 10,
    untilSeconds: 20,
    who: "primary" as const,
  }));
  const bars = faultLanes(list, { ...OPTIONS, lanesMax: 2 });
  assertEquals(bars.filter(({ label }) => label !== "").length, 2);
  assertEquals(laneCount(bars), 3);
});

Deno.test("faultLanesSvg() draws what is still to come as planned", () => {
  const list: FaultMark[] = [
    { kind: "pause", fromSeconds: 10, untilSeconds: 20, who: "LikesServer1" },
    { kind: "partition", fromSeconds: 100, untilSeconds: 120, who: "all" },
  ];
  const svg = faultLanesSvg(faultLanes(list, OPTIONS), 50);
  assertStringIncludes(svg, 'class="fault pause"');
  assertStringIncludes(svg, 'class="fault partition planned"');
  // 10 of 300 seconds on 800 pixels.
  assertStringIncludes(svg, 'x="86.7" y="1" width="26.7"');
});
