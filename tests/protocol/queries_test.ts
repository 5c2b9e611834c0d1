import { assertEquals } from "@std/assert";
import { parseQuery, type Query } from "../../lib/protocol/queries.ts";
import {
  isRefused,
  ReportFields,
  validateLine,
} from "../../lib/protocol/validator.ts";
import { bytesOf } from "./generators.ts";

const SESSION = "0123456789abcdef";

const QUERIES: Record<string, Query> = {
  "READ": { kind: "total" },
  "READ LikesServer0": { kind: "value", server: 0 },
  "READ LikesServer9999": { kind: "value", server: 9999 },
  [`READ LikesServer3 ${SESSION}`]: {
    kind: "session",
    server: 3,
    sessionHigh: 0x01234567,
    sessionLow: 0x89abcdef | 0,
  },
  "STATS": { kind: "stats" },
  "COUNTERS": { kind: "counters" },
};

function parse(line: string, serverMax?: number): Query | undefined {
  const bytes = bytesOf(line);
  return parseQuery(bytes, 0, bytes.length, serverMax);
}

Deno.test("parseQuery() reads each query, wherever it lies", () => {
  for (const [line, query] of Object.entries(QUERIES)) {
    const bytes = bytesOf(`..${line}..`);
    assertEquals(parseQuery(bytes, 2, bytes.length - 2), query);
  }
});

Deno.test("parseQuery() takes nothing else for a query", () => {
  const lines = [
    ...["", "READ ", " READ", "READ\r", "READS", "REA", "read", "R", "S"],
    ...["STAT", "stats", "STATS1", "STATS ", "STATS now", "COUNTERS "],
    ...["READ LikesServer", "READ LikesServer03", "READ LikesServer10000"],
    ...["READ  LikesServer3", "READ LikesServer3 ", "READ LikesServer-1"],
    `READ LikesServer3 ${SESSION.toUpperCase()}`,
    `READ LikesServer3 ${SESSION}0`,
    `READ LikesServer3 ${SESSION} ${SESSION}`,
    `READ ${"LikesServer3 ".repeat(30)}`,
    "LikesServer0 1",
  ];
  for (const line of lines) assertEquals(parse(line), undefined, line);
});

Deno.test("parseQuery() takes the id bound as an argument", () => {
  assertEquals(parse("READ LikesServer10000", 10_000)?.kind, "value");
  assertEquals(parse(`READ LikesServer8 ${SESSION}`, 7), undefined);
});

Deno.test("parseQuery() does not look beyond the end of the line", () => {
  assertEquals(parseQuery(bytesOf("READ"), 0, 3), undefined);
  assertEquals(parseQuery(bytesOf("READ"), 1, 4), undefined);
  assertEquals(parseQuery(bytesOf("READ"), 0, 0), undefined);
});

Deno.test("validateLine() refuses queries, so that asking it first hides none", () => {
  for (const line of Object.keys(QUERIES)) {
    const bytes = bytesOf(line);
    const code = validateLine(bytes, 0, bytes.length, new ReportFields());
    assertEquals(isRefused(code), true);
  }
});
