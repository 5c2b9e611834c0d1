import { assertEquals } from "@std/assert";
import { REPLICA_SESSIONS_MAX } from "../../../lib/domain/replicas.ts";
import { LEDGER_COLUMNS } from "../../../lib/rules/ledger.ts";
import { EntryBlock } from "../../../lib/sim/replicas/entry_block.ts";
import { LEVEL_COLUMNS } from "../../../lib/verdict/row_levels.ts";

const SESSIONS = 5;

for (const replicas of [1, 2, 3, 4, 7, 8, 20]) {
  Deno.test(`EntryBlock keeps levels, ledgers and places of ${replicas} replicas apart from each other`, () => {
    const block = new EntryBlock(replicas, SESSIONS);
    const levels = block.levelStorage;
    const feed = block.feedColumn;
    const ledgers = Array.from(
      { length: replicas },
      (_, replica) => block.ledgerStorageOf(replica),
    );
    /** All numbers that there is place for: the array and the index of each. */
    const places: [ints: Int32Array, at: number][] = [];
    for (let session = 0; session < SESSIONS; session++) {
      for (let column = 0; column < LEVEL_COLUMNS; column++) {
        places.push([levels.ints, (session << levels.columnBits) + column]);
      }
      for (const [replica, ledger] of ledgers.entries()) {
        const row = session * ledger.columns + ledger.firstColumn;
        for (let column = 0; column < LEDGER_COLUMNS; column++) {
          places.push([ledger.ints, row + column]);
        }
        places.push([
          feed.ints,
          (session << feed.columnBits) + replica * feed.step + feed.column,
        ]);
      }
    }
    for (const [i, [ints, at]] of places.entries()) ints[at] = i + 1;
    for (const [i, [ints, at]] of places.entries()) {
      assertEquals(ints[at], i + 1);
    }
    for (const { ints, floats } of ledgers) {
      assertEquals(floats.byteOffset, ints.byteOffset);
      assertEquals(floats.byteLength, ints.byteLength);
    }
  });
}

Deno.test("EntryBlock has place for as many sessions and replicas as a run may have", () => {
  for (const replicas of [3, 16]) {
    // No run has more likes servers than ten million.
    const sessions = Math.min(REPLICA_SESSIONS_MAX / replicas, 10_000_000) | 0;
    const last = new EntryBlock(replicas, sessions)
      .ledgerStorageOf(replicas - 1);
    assertEquals(last.ints.length / last.columns, sessions);
  }
});
