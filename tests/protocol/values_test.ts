import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { EntryFields, LIKES_UNKNOWN } from "../../lib/protocol/entries.ts";
import {
  formatRepair,
  formatValue,
  parseRepair,
  parseValue,
  sessionValueOf,
} from "../../lib/protocol/values.ts";
import { sessions } from "./generators.ts";

const K = "0123456789abcdef";

const seen = fc.record({
  session: sessions,
  seq: fc.integer({ min: 1, max: 2147483647 }),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
}).map(({ share, ...rest }) => ({
  ...rest,
  total: Math.floor(42 * rest.seq * share),
}));

Deno.test("formatValue() writes what parseValue() reads", () => {
  const values = fc.record({
    server: fc.nat(9999),
    likes: fc.maxSafeNat(),
    sessions: fc.array(seen, { maxLength: 4 }),
  });
  fc.assert(fc.property(values, (value) => {
    assertEquals(parseValue(formatValue(value)), value);
  }));
});

Deno.test("parseValue() is null of everything else", () => {
  for (
    const line of [
      ...["", "VALUE", "VALUE LikesServer3", "VALUE LikesServer3 x"],
      ...["TOTAL 5", "VALUE LikesServer03 5", "VALUE LikesServer3 05"],
      ...["VALUE LikesServer3 9007199254740992", "VALUE LikesServer3 5 "],
      ...[`VALUE LikesServer3 5 ${K}#0=5`, `VALUE LikesServer3 5 ${K}#1`],
      ...[`VALUE LikesServer3 5 ${K}#2147483648=5`, `VALUE x 5 ${K}#1=5`],
    ]
  ) assertEquals([line, parseValue(line)], [line, null]);
  fc.assert(fc.property(fc.string(), (line) => {
    const value = parseValue(line);
    if (value !== null) assertEquals(formatValue(value), line);
  }));
});

Deno.test("formatRepair() writes what parseRepair() reads", () => {
  fc.assert(fc.property(fc.nat(9999), seen, (server, value) => {
    const fields = new EntryFields();
    assertEquals(parseRepair(formatRepair(server, value), fields), null);
    assertEquals(fields.server, server);
    assertEquals(fields.likes, LIKES_UNKNOWN);
    assertEquals(sessionValueOf(fields), value);
  }));
});

Deno.test("parseRepair() refuses what is no repair, and what no draws can add up to", () => {
  const form = "repair not in the form of REPAIR name session#seq=total";
  const cases: [line: string, reason: string][] = [
    ["", form],
    ["REPAIR LikesServer3", form],
    [`REPAIR LikesServer3 ${K}#7`, form],
    [`REPAIR LikesServer3 ${K}#7=98 x`, form],
    [`REPAIR likesserver3 ${K}#7=98`, form],
    [`REPAIR LikesServer3 ${K}#2147483648=98`, form],
    [`REPAIR LikesServer10000 ${K}#7=98`, "server out of range 0..9999"],
    [
      `REPAIR LikesServer3 ${K}#7=295`,
      "total grew by more than likes and 42 for each draw between",
    ],
  ];
  for (const [line, reason] of cases) {
    assertEquals([line, parseRepair(line, new EntryFields())], [line, reason]);
  }
  fc.assert(fc.property(fc.string(), (line) => {
    assert(parseRepair(`REPAIR ${line}`, new EntryFields()) !== null);
  }));
});
