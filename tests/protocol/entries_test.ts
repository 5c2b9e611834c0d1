import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  encodeEntry,
  EntryFields,
  isSkipped,
  LIKES_UNKNOWN,
  parseEntry,
  validateEntry,
} from "../../lib/protocol/entries.ts";
import { formatSession } from "../../lib/protocol/report.ts";
import {
  REFUSED_GROWTH_ABOVE,
  REFUSED_GROWTH_BELOW,
  REFUSED_LENGTH,
  REFUSED_LIKES,
  REFUSED_LIKES_FORM,
  REFUSED_MARK,
  REFUSED_NAME,
  REFUSED_SEQ,
  REFUSED_SEQ_FORM,
  REFUSED_SERVER,
  REFUSED_SESSION,
  REFUSED_TOTAL,
  REFUSED_TOTAL_FORM,
  SEQ_MAX,
  TOTAL_MAX,
  VALID,
} from "../../lib/protocol/validator.ts";
import { bytesOf, lines } from "./generators.ts";

const K = "0123456789abcdef";

function judge(line: string, serverMax?: number): number {
  const bytes = bytesOf(line);
  return parseEntry(bytes, 0, bytes.length, new EntryFields(), serverMax);
}

/** Valid entries of all four kinds. */
export const entries: fc.Arbitrary<EntryFields> = fc.record({
  server: fc.nat(9999),
  sessionHigh: fc.integer(),
  sessionLow: fc.integer(),
  seq: fc.oneof(fc.integer({ min: 1, max: SEQ_MAX }), fc.constantFrom(1, 2)),
  likes: fc.nat(42),
  kind: fc.constantFrom("totals", "none", "repaired", "component"),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
}).map(({ kind, share, ...rest }) => {
  const fields = Object.assign(new EntryFields(), rest);
  fields.total = rest.likes + Math.floor(42 * (rest.seq - 1) * share);
  fields.hasTotals = kind === "totals";
  fields.isComponent = kind === "component";
  if (kind === "repaired") fields.likes = LIKES_UNKNOWN;
  return fields;
});

/** An entry as a line, written without the code under test. */
function lineOf(fields: EntryFields): string {
  const isRepaired = fields.likes === LIKES_UNKNOWN;
  return [
    "LikesServer",
    fields.server,
    " ",
    isRepaired ? "-" : fields.likes,
    " ",
    formatSession(fields.sessionHigh, fields.sessionLow),
    fields.isComponent ? "@" : "#",
    fields.seq,
    fields.hasTotals || isRepaired ? "=" : "~",
    fields.total,
  ].join("");
}

Deno.test("encodeEntry() writes what parseEntry() reads, wherever it lies", () => {
  fc.assert(fc.property(entries, fc.nat(9), (fields, offset) => {
    assertEquals(validateEntry(fields), VALID);
    const bytes = new Uint8Array(offset + 128).fill(0x37);
    const end = encodeEntry(fields, bytes, offset);
    const line = new TextDecoder().decode(bytes.subarray(offset, end));
    assertEquals(line, lineOf(fields));
    const read = new EntryFields();
    assertEquals(parseEntry(bytes, offset, end, read), VALID);
    assertEquals(read, fields);
  }));
});

const CASES: [line: string, code: number][] = [
  [`LikesServer3 14 ${K}#7=98`, VALID],
  [`LikesServer3 14 ${K}#7~98`, VALID],
  [`LikesServer3 14 ${K}@7~98`, VALID],
  [`LikesServer3 - ${K}#7=98`, VALID],
  [`LikesServer3 - ${K}#1=42`, VALID],
  [`LikesServer3 0 ${K}@${SEQ_MAX}~${TOTAL_MAX}`, VALID],
  ["", REFUSED_NAME],
  ["LikesServer3", REFUSED_NAME],
  [`LikesServer03 14 ${K}#7=98`, REFUSED_NAME],
  [`LikesServer10000 14 ${K}#7=98`, REFUSED_SERVER],
  ["LikesServer3 14", REFUSED_LIKES_FORM],
  [`LikesServer3 x ${K}#7=98`, REFUSED_LIKES_FORM],
  [`LikesServer3 -1 ${K}#7=98`, REFUSED_LIKES_FORM],
  [`LikesServer3 43 ${K}#7=98`, REFUSED_LIKES],
  [`LikesServer3 14 ${K}`, REFUSED_SESSION],
  [`LikesServer3 14 ${K.slice(1)}#7=98`, REFUSED_SESSION],
  [`LikesServer3 14 ${K.toUpperCase()}#7=98`, REFUSED_SESSION],
  [`LikesServer3 14 ${K}%7=98`, REFUSED_MARK],
  [`LikesServer3 14 ${K}@7=98`, REFUSED_MARK],
  [`LikesServer3 - ${K}@7~98`, REFUSED_MARK],
  [`LikesServer3 - ${K}#7~98`, REFUSED_MARK],
  [`LikesServer3 14 ${K}#7`, REFUSED_SEQ_FORM],
  [`LikesServer3 14 ${K}#=98`, REFUSED_SEQ_FORM],
  [`LikesServer3 14 ${K}#7 98`, REFUSED_SEQ_FORM],
  [`LikesServer3 14 ${K}#0=0`, REFUSED_SEQ],
  [`LikesServer3 14 ${K}#${SEQ_MAX + 1}=98`, REFUSED_SEQ],
  [`LikesServer3 14 ${K}#7=`, REFUSED_TOTAL_FORM],
  [`LikesServer3 14 ${K}#7=098`, REFUSED_TOTAL_FORM],
  [`LikesServer3 14 ${K}#7=98 `, REFUSED_TOTAL_FORM],
  [`LikesServer3 14 ${K}#7=9007199254740992`, REFUSED_TOTAL],
  [`LikesServer3 14 ${K}#7=13`, REFUSED_GROWTH_BELOW],
  [`LikesServer3 14 ${K}#7~267`, REFUSED_GROWTH_ABOVE],
  [`LikesServer3 14 ${K}#1=15`, REFUSED_GROWTH_ABOVE],
  [`LikesServer3 - ${K}#1=43`, REFUSED_GROWTH_ABOVE],
  [`LikesServer3 14 ${K}@${SEQ_MAX}~13`, REFUSED_GROWTH_BELOW],
  [`LikesServer3 14 ${K}#7=${"9".repeat(300)}`, REFUSED_LENGTH],
];

Deno.test("parseEntry() tells the first thing that is wrong", () => {
  for (const [line, code] of CASES) {
    assertEquals([line, judge(line)], [line, code]);
  }
  assertEquals(judge(`LikesServer3 14 ${K}#7=98`, 2), REFUSED_SERVER);
});

Deno.test("isSkipped() is true of numbers that no draws can add up to, false of what is no entry", () => {
  const skipped = CASES.filter(([, code]) => isSkipped(code)).map(([, code]) =>
    code
  );
  assertEquals(
    new Set(skipped),
    new Set([
      ...[REFUSED_SERVER, REFUSED_LIKES, REFUSED_SEQ, REFUSED_TOTAL],
      ...[REFUSED_GROWTH_BELOW, REFUSED_GROWTH_ABOVE],
    ]),
  );
});

Deno.test("parseEntry() reads no byte outside the line, and says VALID only of what it writes", () => {
  const anyLine = fc.oneof(
    lines,
    fc.tuple(entries, fc.nat(60), fc.uint8Array({ maxLength: 2 })).map(
      ([fields, at, insert]) => {
        const bytes = [...bytesOf(lineOf(fields))];
        bytes.splice(at, insert.length, ...insert);
        return Uint8Array.from(bytes);
      },
    ),
  );
  fc.assert(
    fc.property(anyLine, fc.nat(5), (line, offset) => {
      const around = new Uint8Array(line.length + offset + 7).fill(0x31);
      around.set(line, offset);
      const [fields, alone] = [new EntryFields(), new EntryFields()];
      const end = offset + line.length;
      const code = parseEntry(around, offset, end, fields);
      assertEquals(code, parseEntry(line, 0, line.length, alone));
      if (code !== VALID) return;
      assertEquals(validateEntry(fields), VALID);
      assertEquals(bytesOf(lineOf(fields)), Uint8Array.from(line));
    }),
    { numRuns: 3000 },
  );
});

Deno.test("validateEntry() refuses fields that contradict each other", () => {
  const entry = (fields: Partial<EntryFields>) =>
    validateEntry(
      Object.assign(new EntryFields(), { seq: 2, total: 5 }, fields),
    );
  assertEquals(entry({}), VALID);
  assertEquals(entry({ isComponent: true, hasTotals: true }), REFUSED_MARK);
  assertEquals(entry({ likes: -1, hasTotals: true }), REFUSED_LIKES);
  assertEquals(entry({ likes: -1, isComponent: true }), REFUSED_LIKES);
  assertEquals(entry({ likes: -2 }), REFUSED_LIKES);
  assertEquals(entry({ total: -1 }), REFUSED_TOTAL);
  assert(entry({ seq: 1.5 }) !== VALID);
});
