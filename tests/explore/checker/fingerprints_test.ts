import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  Fingerprints,
  UNSEEN,
} from "../../../lib/explore/checker/fingerprints.ts";

Deno.test("Fingerprints numbers states as they were seen, however often the table grows", () => {
  const seen = new Fingerprints();
  assertEquals(seen.collisionChance, 0);
  const states = 20_000;
  for (let i = 0; i < states; i++) {
    assertEquals(seen.add(Int32Array.of(i, -i)), i);
    assertEquals(seen.isNew, true);
  }
  for (let i = 0; i < states; i += 7) {
    assertEquals(seen.find(Int32Array.of(i, -i)), i);
    assertEquals(seen.add(Int32Array.of(i, -i)), i);
    assertEquals(seen.isNew, false);
  }
  assertEquals(seen.find(Int32Array.of(0, 1)), UNSEEN);
  assertEquals(seen.size, states);
});

Deno.test("Fingerprints.collisionChance is that of pairs: none of one state", () => {
  const seen = new Fingerprints();
  seen.add(Int32Array.of(1));
  assertEquals(seen.collisionChance, 0);
  seen.add(Int32Array.of(2));
  assertAlmostEquals(seen.collisionChance, 2 ** -64, 1e-30);
});
