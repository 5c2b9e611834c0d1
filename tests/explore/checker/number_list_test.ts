import { assertEquals } from "@std/assert";
import { StateBuffer } from "../../../lib/explore/checker/model.ts";
import {
  NumberList,
  StateQueue,
} from "../../../lib/explore/checker/number_list.ts";

Deno.test("NumberList keeps each number at its place, beyond a piece as well", () => {
  const list = new NumberList();
  for (let i = 0; i < 200_000; i++) list.push(3 * i - 7);
  assertEquals(list.length, 200_000);
  for (const at of [0, 65_535, 65_536, 131_072, 199_999]) {
    assertEquals(list.at(at), 3 * at - 7);
  }
});

Deno.test("StateQueue gives states back in order, and its pieces are used again", () => {
  const queue = new StateQueue(2);
  const state = new StateBuffer(2);
  let pushed = 0;
  let taken = 0;
  for (let round = 0; round < 10; round++) {
    for (let i = 0; i < 2_000; i++) {
      state.words[0] = pushed++;
      state.words[1] = -pushed;
      queue.push(state);
    }
    assertEquals(queue.length, pushed - taken);
    for (let i = 0; i < 1_900; i++) {
      queue.shift(state);
      assertEquals([...state.words], [taken++, -taken]);
    }
  }
  assertEquals(queue.length, 1_000);
  // Room for what waits and for a piece at either end, of 1,024 states each.
  assertEquals(queue.bytes <= 3 * 1024 * 2 * 4, true);
});
