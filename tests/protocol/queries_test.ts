import { assertEquals } from "@std/assert";
import {
  QUERY_NONE,
  QUERY_READ,
  QUERY_STATS,
  queryIn,
} from "../../lib/protocol/queries.ts";
import {
  isRefused,
  ReportFields,
  validateLine,
} from "../../lib/protocol/validator.ts";
import { bytesOf } from "./generators.ts";

Deno.test("queryIn() knows READ and STATS wherever they lie", () => {
  const bytes = bytesOf("..READ\nSTATS..");
  assertEquals(queryIn(bytes, 2, 6), QUERY_READ);
  assertEquals(queryIn(bytes, 7, 12), QUERY_STATS);
});

Deno.test("queryIn() takes nothing else for a query", () => {
  const lines = ["", "READ ", " READ", "READ\r", "READS", "REA", "read"];
  for (const line of [...lines, "STAT", "stats", "STATS1", "LikesServer0 1"]) {
    const bytes = bytesOf(line);
    assertEquals(queryIn(bytes, 0, bytes.length), QUERY_NONE, line);
  }
});

Deno.test("queryIn() does not look beyond the end of the line", () => {
  assertEquals(queryIn(bytesOf("READ"), 0, 3), QUERY_NONE);
  assertEquals(queryIn(bytesOf("READ"), 1, 4), QUERY_NONE);
  assertEquals(queryIn(bytesOf("REA"), 0, 4), QUERY_NONE);
});

Deno.test("validateLine() refuses queries, so that asking it first hides none", () => {
  for (const query of ["READ", "STATS"]) {
    const bytes = bytesOf(query);
    const code = validateLine(bytes, 0, bytes.length, new ReportFields());
    assertEquals(isRefused(code), true);
  }
});
