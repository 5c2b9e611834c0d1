import { assertEquals, assertThrows } from "@std/assert";
import {
  LEDGER_COLUMN,
  LEDGER_COLUMNS,
  makeRows,
  MESSAGE_COLUMN,
  ROW_COLUMNS,
} from "../../lib/rules/mod.ts";

Deno.test("makeRows() shows one block of memory in 32 and in 64 bits", () => {
  const { ints, floats } = makeRows(3);
  assertEquals([ints.length, floats.length], [96, 48]);
  floats[(2 * ROW_COLUMNS + LEDGER_COLUMN) / 2] = 1;
  assertEquals(
    ints.slice(2 * ROW_COLUMNS).some((column) => column !== 0),
    true,
  );
  assertEquals(ints.slice(0, 2 * ROW_COLUMNS).every((c) => c === 0), true);
});

Deno.test("makeRows() leaves the ledger its columns, at a multiple of their number", () => {
  assertEquals([
    LEDGER_COLUMN % LEDGER_COLUMNS,
    MESSAGE_COLUMN - LEDGER_COLUMN,
  ], [0, LEDGER_COLUMNS]);
});

Deno.test("makeRows() throws a RangeError on no row, half a row and too many", () => {
  for (const count of [0, -1, 0.5, NaN, 2 ** 26 + 1]) {
    assertThrows(() => makeRows(count), RangeError, `Cannot make ${count}`);
  }
});
