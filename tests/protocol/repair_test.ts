import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { EntryFields, LIKES_UNKNOWN } from "../../lib/protocol/entries.ts";
import { formatRepair, parseRepair } from "../../lib/protocol/repair.ts";
import { formatSession } from "../../lib/protocol/report.ts";
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

Deno.test("formatRepair() writes what parseRepair() reads", () => {
  fc.assert(fc.property(fc.nat(9999), seen, (server, entry) => {
    const fields = new EntryFields();
    assertEquals(parseRepair(formatRepair(server, entry), fields), null);
    const { sessionHigh, sessionLow, seq, total } = fields;
    const session = formatSession(sessionHigh, sessionLow);
    assertEquals({ session, seq, total }, entry);
    assertEquals([fields.server, fields.likes], [server, LIKES_UNKNOWN]);
    assertEquals([fields.isComponent, fields.hasTotals], [false, false]);
  }));
});

Deno.test("parseRepair() refuses what is no repair, and what no draws can add up to", () => {
  const form = "repair not in the form of REPAIR name session#seq=total";
  const cases: [line: string, reason: string][] = [
    ["", form],
    ["REPAIR LikesServer3", form],
    [`REPAIR LikesServer3 ${K}#7`, form],
    [`REPAIR LikesServer3 ${K}#0=0`, form],
    [`REPAIR LikesServer3 ${K}#7=98 x`, form],
    [`REPAIR  LikesServer3 ${K}#7=98`, form],
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
