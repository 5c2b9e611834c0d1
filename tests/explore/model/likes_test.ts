import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  Counted,
  NO_DRAWS,
  timesOf,
} from "../../../lib/explore/model/counted.ts";
import { COUNTS_MAX, likesOfDraws } from "../../../lib/explore/model/likes.ts";

Deno.test("likesOfDraws() makes sums that can be told apart, and a pair above 42, or refuses", () => {
  let found = 0;
  for (let draws = 1; draws <= 6; draws++) {
    for (let countsMax = 1; countsMax <= COUNTS_MAX; countsMax++) {
      for (const isSum of [false, true]) {
        let choices: readonly (readonly number[])[];
        try {
          choices = likesOfDraws(draws, countsMax, isSum);
        } catch (error) {
          assert(error instanceof RangeError && draws > 2);
          continue;
        }
        found++;
        const firsts = choices.map(([likes = 0]) => likes);
        const all = choices.flat();
        assert(all.every((likes) => likes >= 1 && likes <= 42), `${all}`);
        for (const last of choices.at(-1) ?? []) {
          // Throws if some likes are the sum of different draws.
          const counted = new Counted(
            [...firsts.slice(0, -1), last],
            countsMax,
          );
          assertEquals(counted.of(last), 1 << 4 * (draws - 1));
        }
        const highest = all.toSorted((a, b) => b - a);
        if (draws > 1) assert(highest[0]! + highest[1]! > 42, `${all}`);
      }
    }
  }
  assert(found > 60, `${found}`);
  assertThrows(() => likesOfDraws(1, COUNTS_MAX + 1, false), RangeError, "16");
});

Deno.test("Counted tells how often each draw was counted, or that no draws add up to it", () => {
  const counted = new Counted([14, 29], 3);
  const counts = counted.of(2 * 14 + 29);
  assertEquals([timesOf(counts, 1), timesOf(counts, 2)], [2, 1]);
  assertEquals([counted.of(15), counted.of(10_000)], [NO_DRAWS, NO_DRAWS]);
  assertThrows(() => new Counted([2, 4], 2), RangeError, "4 likes");
});
