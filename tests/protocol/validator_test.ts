import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  isRefused,
  LINE_BYTES_MAX,
  reasonOf,
  REFUSED_BYTES,
  REFUSED_GROWTH_ABOVE,
  REFUSED_GROWTH_BELOW,
  REFUSED_HTTP,
  REFUSED_LENGTH,
  REFUSED_LIKES,
  REFUSED_LIKES_FORM,
  REFUSED_MARK,
  REFUSED_NAME,
  REFUSED_OVERFLOW,
  REFUSED_SEQ,
  REFUSED_SEQ_FORM,
  REFUSED_SERVER,
  REFUSED_SESSION,
  REFUSED_TOTAL,
  REFUSED_TOTAL_FORM,
  REFUSED_WORDS,
  ReportFields,
  TOTAL_MAX,
  VALID,
  validateAddition,
  validateFields,
  validateLine,
} from "../../lib/protocol/validator.ts";
import { formatSession } from "../../lib/protocol/report.ts";
import { bytesOf, lines } from "./generators.ts";
import { judgeNaively } from "./oracle.ts";

const S = "0123456789abcdef";

function judge(line: string, serverMax?: number): number {
  const bytes = bytesOf(line);
  return validateLine(bytes, 0, bytes.length, new ReportFields(), serverMax);
}

const CASES: [line: string, code: number][] = [
  ["LikesServer0 0", VALID],
  ["LikesServer9999 42", VALID],
  [`LikesServer3 14 ${S}#7`, VALID],
  [`LikesServer3 14 ${S}#7=98`, VALID],
  [`LikesServer3 14 ${S}#2147483647=90194313146`, VALID],
  ["", REFUSED_WORDS],
  [" ", REFUSED_WORDS],
  ["LikesServer0", REFUSED_WORDS],
  ["LikesServer0 ", REFUSED_WORDS],
  ["LikesServer0  14", REFUSED_WORDS],
  [" LikesServer0 14", REFUSED_WORDS],
  ["LikesServer0 14 ", REFUSED_WORDS],
  [`LikesServer0 14  ${S}#1`, REFUSED_WORDS],
  [`LikesServer0 14 ${S}#1 `, REFUSED_WORDS],
  [`LikesServer0 14 ${S}#1 x`, REFUSED_WORDS],
  ["LikesServer0\t14", REFUSED_BYTES],
  ["LikesServer0 14\r", REFUSED_BYTES],
  ["LikesServer0 14\0", REFUSED_BYTES],
  ["LikesServer0 14\x7f", REFUSED_BYTES],
  ["LikesServer0 14\n", REFUSED_BYTES],
  ["LikesServer0 1４", REFUSED_BYTES],
  ["\u00e9", REFUSED_BYTES],
  ["LikesServer 14", REFUSED_NAME],
  ["LikesServer00 14", REFUSED_NAME],
  ["LikesServer03 14", REFUSED_NAME],
  ["LikesServer-1 14", REFUSED_NAME],
  ["LikesServer+1 14", REFUSED_NAME],
  ["LikesServer1x 14", REFUSED_NAME],
  ["likesserver1 14", REFUSED_NAME],
  ["LikesServe1 14", REFUSED_NAME],
  ["x 14", REFUSED_NAME],
  ["LikesServer10000 14", REFUSED_SERVER],
  ["LikesServer4294967296 14", REFUSED_SERVER],
  ["LikesServer18446744073709551616 14", REFUSED_SERVER],
  ["LikesServer0 43", REFUSED_LIKES],
  ["LikesServer0 100", REFUSED_LIKES],
  ["LikesServer0 4294967310", REFUSED_LIKES],
  ["LikesServer0 007", REFUSED_LIKES_FORM],
  ["LikesServer0 00", REFUSED_LIKES_FORM],
  ["LikesServer0 -1", REFUSED_LIKES_FORM],
  ["LikesServer0 +5", REFUSED_LIKES_FORM],
  ["LikesServer0 1e3", REFUSED_LIKES_FORM],
  ["LikesServer0 1.0", REFUSED_LIKES_FORM],
  ["LikesServer0 0x1", REFUSED_LIKES_FORM],
  ["LikesServer0 x", REFUSED_LIKES_FORM],
  ["LikesServer0 1/", REFUSED_LIKES_FORM],
  ["LikesServer0 1:", REFUSED_LIKES_FORM],
  ["LikesServer0 14 x", REFUSED_SESSION],
  ["LikesServer0 14 0123456789abcde#1", REFUSED_SESSION],
  ["LikesServer0 14 0123456789ABCDEF#1", REFUSED_SESSION],
  ["LikesServer0 14 0123456789abcdeg#1", REFUSED_SESSION],
  ["LikesServer0 14 000g000000000000#1", REFUSED_SESSION],
  [`LikesServer0 14 ${S}`, REFUSED_MARK],
  [`LikesServer0 14 ${S}0#1`, REFUSED_MARK],
  [`LikesServer0 14 ${S}=1`, REFUSED_MARK],
  [`LikesServer0 14 ${S}#`, REFUSED_SEQ_FORM],
  [`LikesServer0 14 ${S}#=14`, REFUSED_SEQ_FORM],
  [`LikesServer0 14 ${S}#01`, REFUSED_SEQ_FORM],
  [`LikesServer0 14 ${S}#-1`, REFUSED_SEQ_FORM],
  [`LikesServer0 14 ${S}#1x`, REFUSED_SEQ_FORM],
  [`LikesServer0 14 ${S}#1#14`, REFUSED_SEQ_FORM],
  [`LikesServer0 14 ${S}#0`, REFUSED_SEQ],
  [`LikesServer0 14 ${S}#0=0`, REFUSED_SEQ],
  [`LikesServer0 14 ${S}#2147483648`, REFUSED_SEQ],
  [`LikesServer0 14 ${S}#4294967297`, REFUSED_SEQ],
  [`LikesServer0 14 ${S}#1=`, REFUSED_TOTAL_FORM],
  [`LikesServer0 14 ${S}#1=014`, REFUSED_TOTAL_FORM],
  [`LikesServer0 14 ${S}#1=-14`, REFUSED_TOTAL_FORM],
  [`LikesServer0 14 ${S}#1=14x`, REFUSED_TOTAL_FORM],
  [`LikesServer0 14 ${S}#1=14=14`, REFUSED_TOTAL_FORM],
  [`LikesServer0 14 ${S}#1=9007199254740992`, REFUSED_TOTAL],
  [`LikesServer0 14 ${S}#1=9007199254740993`, REFUSED_TOTAL],
  [`LikesServer0 14 ${S}#1=${"9".repeat(100)}`, REFUSED_TOTAL],
  [`LikesServer0 14 ${S}#1=9007199254740991`, REFUSED_GROWTH_ABOVE],
  [`LikesServer0 14 ${S}#1=15`, REFUSED_GROWTH_ABOVE],
  [`LikesServer0 14 ${S}#2=57`, REFUSED_GROWTH_ABOVE],
  [`LikesServer0 14 ${S}#2147483647=90194313147`, REFUSED_GROWTH_ABOVE],
  [`LikesServer0 14 ${S}#1=13`, REFUSED_GROWTH_BELOW],
  [`LikesServer0 14 ${S}#9=13`, REFUSED_GROWTH_BELOW],
  ["GET / HTTP/1.1", REFUSED_HTTP],
  ["POST /likes?x=1 HTTP/1.0", REFUSED_HTTP],
  ["PRI * HTTP/2.0", REFUSED_HTTP],
  ["OPTIONS * HTTP/1.1", REFUSED_HTTP],
  ["CONNECT 127.0.0.1:54321 HTTP/1.1", REFUSED_HTTP],
  ["GET http://127.0.0.1:54321/ HTTP/1.1", REFUSED_HTTP],
  ["get / http/1.1", REFUSED_HTTP],
  ["M-SEARCH * HTTP/1.1", REFUSED_HTTP],
  ["x!#$%&'*+.^_`|~-9 / HTTP/3", REFUSED_HTTP],
  ["LikesServer0 14 HTTP/1.1", REFUSED_HTTP],
  ["GET /two words HTTP/1.1", REFUSED_HTTP],
  ["GET /\x80 HTTP/1.1", REFUSED_HTTP],
  ["GET /\r HTTP/1.1", REFUSED_HTTP],
  [`GET /${"a".repeat(242)} HTTP/1.1`, REFUSED_HTTP],
  [`GET /${"a".repeat(251)} HTTP/1.1`, REFUSED_HTTP],
  [`GET /${"a".repeat(5000)} HTTP/1.1`, REFUSED_HTTP],
  [`POST http://127.0.0.1/${"a".repeat(300)} HTTP/1.1`, REFUSED_HTTP],
  [`CONNECT ${"a".repeat(200)}:443 ${"x".repeat(99)}`, REFUSED_HTTP],
  ["GET / ", REFUSED_WORDS],
  ["GET /", REFUSED_NAME],
  ["HTTP/1.1 200 OK", REFUSED_NAME],
  ["(odd) / HTTP/1.1", REFUSED_NAME],
  ["LikesServer0 ".repeat(30), REFUSED_LENGTH],
  ["x".repeat(257), REFUSED_LENGTH],
];

for (const [line, code] of CASES) {
  const answer = code === VALID ? "accepts" : `refuses (${reasonOf(code)})`;
  const shown = JSON.stringify(line.slice(0, 80)).replaceAll("\x7f", "\\x7f");
  Deno.test(`validateLine() ${answer} ${shown}`, () => {
    assertEquals(judge(line), code);
  });
}

Deno.test("validateLine() reads every field of a report", () => {
  const bytes = bytesOf(`??LikesServer42 7 fedcba9876543210#12=99??`);
  const fields = new ReportFields();
  assertEquals(validateLine(bytes, 2, bytes.length - 2, fields), VALID);
  assertEquals({ ...fields }, {
    server: 42,
    likes: 7,
    sessionHigh: 0xfedcba98 | 0,
    sessionLow: 0x76543210,
    seq: 12,
    total: 99,
  });
});

Deno.test("validateLine() clears the mark that an earlier report left", () => {
  const fields = new ReportFields();
  const marked = bytesOf(`LikesServer42 7 ${S}#12=99`);
  validateLine(marked, 0, marked.length, fields);
  const unmarked = bytesOf("LikesServer1 2");
  assertEquals(validateLine(unmarked, 0, unmarked.length, fields), VALID);
  assertEquals(
    { ...fields },
    { ...new ReportFields(), server: 1, likes: 2 },
  );
});

Deno.test("validateLine() reads each session as if it were the first", () => {
  const fields = new ReportFields();
  for (let digit = 0; digit < 16; digit++) {
    for (const other of ["0", "f", "g", "\0"]) {
      const session = S.slice(0, digit) + other + S.slice(digit + 1);
      for (const text of [S, session, session]) {
        const line = bytesOf(`LikesServer1 2 ${text}#1=2`);
        const isHex = /^[0-9a-f]*$/.test(text);
        const code = validateLine(line, 0, line.length, fields);
        assertEquals(code === VALID, isHex);
        if (!isHex) continue;
        const { sessionHigh, sessionLow } = fields;
        assertEquals(formatSession(sessionHigh, sessionLow), text);
      }
    }
  }
});

Deno.test("validateLine() never looks beyond the end of the line", () => {
  const bytes = bytesOf(`LikesServer12 42 ${S}#12=98`);
  const fields = new ReportFields();
  for (let end = 0; end <= bytes.length; end++) {
    const alone = bytes.slice(0, end);
    assertEquals(
      validateLine(bytes, 0, end, fields),
      validateLine(alone, 0, end, new ReportFields()),
      `${end} bytes`,
    );
  }
});

Deno.test("validateLine() refuses a line by its length above 256 bytes", () => {
  assertEquals(judge("x".repeat(LINE_BYTES_MAX)), REFUSED_WORDS);
  assertEquals(judge("x".repeat(LINE_BYTES_MAX + 1)), REFUSED_LENGTH);
  assertEquals(judge("\0".repeat(LINE_BYTES_MAX + 1)), REFUSED_LENGTH);
});

Deno.test("validateLine() takes the id bound as an argument", () => {
  assertEquals(judge("LikesServer999999 1", 999_999), VALID);
  assertEquals(judge("LikesServer1000000 1", 999_999), REFUSED_SERVER);
  assertEquals(judge("LikesServer1 1", 0), REFUSED_SERVER);
  assertEquals(reasonOf(REFUSED_SERVER, 12), "server out of range 0..12");
});

Deno.test("validateLine() agrees with the naive rules on every line", () => {
  const seen = new Map<number, number>();
  fc.assert(
    fc.property(
      lines,
      fc.constantFrom(9999, 9999, 99),
      (bytes, serverMax) => {
        const fields = new ReportFields();
        const code = validateLine(bytes, 0, bytes.length, fields, serverMax);
        const { code: expected, report } = judgeNaively(bytes, serverMax);
        assertEquals(code, expected);
        seen.set(code, (seen.get(code) ?? 0) + 1);
        if (!report) return;
        assertEquals(BigInt(fields.server), report.server);
        assertEquals(BigInt(fields.likes), report.likes);
        assertEquals(BigInt(fields.seq), report.seq);
        assertEquals(BigInt(fields.total), report.total);
        if (report.seq === 0n) return;
        const session = formatSession(fields.sessionHigh, fields.sessionLow);
        assertEquals(session, report.session);
      },
    ),
    {
      numRuns: 20_000,
      examples: CASES.map(([line]): [Uint8Array, number] => [
        bytesOf(line),
        9999,
      ]),
    },
  );
  // Were the lines all refused for the same reason, the comparison would say
  // little.
  assert(seen.size >= 15, `only these codes were met: ${[...seen.keys()]}`);
});

Deno.test("validateFields() agrees with validateLine() on what it can send", () => {
  fc.assert(
    fc.property(
      fc.nat(10_100),
      fc.nat(45),
      fc.oneof(fc.nat(5), fc.integer({ min: 2147483640, max: 2147483655 })),
      fc.oneof(fc.integer({ min: -1, max: 260 }), fc.maxSafeNat()),
      (server, likes, seq, total) => {
        fc.pre(seq > 0 || total === -1);
        const fields = Object.assign(new ReportFields(), {
          server,
          likes,
          seq,
          total,
        });
        const mark = total < 0 ? `${S}#${seq}` : `${S}#${seq}=${total}`;
        const line = `LikesServer${server} ${likes}`;
        assertEquals(
          validateFields(fields),
          judge(seq === 0 ? line : `${line} ${mark}`),
        );
      },
    ),
    { numRuns: 5_000 },
  );
});

Deno.test("validateFields() refuses numbers that no line can carry", () => {
  function check(fields: Partial<ReportFields>): number {
    return validateFields(Object.assign(new ReportFields(), fields));
  }
  assertEquals(check({}), VALID);
  assertEquals(check({ server: -1 }), REFUSED_SERVER);
  assertEquals(check({ server: 1.5 }), REFUSED_SERVER);
  assertEquals(check({ server: NaN }), REFUSED_SERVER);
  assertEquals(check({ likes: -1 }), REFUSED_LIKES);
  assertEquals(check({ likes: 0.5 }), REFUSED_LIKES);
  assertEquals(check({ likes: 43 }), REFUSED_LIKES);
  assertEquals(check({ seq: -1 }), REFUSED_SEQ);
  assertEquals(check({ seq: 1.5 }), REFUSED_SEQ);
  assertEquals(check({ total: 0 }), REFUSED_MARK);
  assertEquals(check({ seq: 1, total: -2 }), REFUSED_TOTAL);
  assertEquals(check({ seq: 1, total: 2 ** 53 }), REFUSED_TOTAL);
  assertEquals(check({ seq: 1, total: 0.5 }), REFUSED_TOTAL);
  assertEquals(check({ seq: 1, total: Infinity }), REFUSED_TOTAL);
});

Deno.test("validateAddition() refuses a sum that would not be exact", () => {
  assertEquals(validateAddition(0, 0), VALID);
  assertEquals(validateAddition(TOTAL_MAX - 42, 42), VALID);
  assertEquals(validateAddition(TOTAL_MAX - 41, 42), REFUSED_OVERFLOW);
  assertEquals(validateAddition(TOTAL_MAX, 0), VALID);
  assertEquals(validateAddition(TOTAL_MAX, 1), REFUSED_OVERFLOW);
  assertEquals(validateAddition(TOTAL_MAX, TOTAL_MAX), REFUSED_OVERFLOW);
});

Deno.test("reasonOf() has a reason of its own for every refusal", () => {
  const reasons = new Set<string>();
  for (let code = REFUSED_LENGTH; code <= REFUSED_HTTP; code++) {
    assert(isRefused(code));
    const reason = reasonOf(code);
    // A client reads it as one short line after "NAK ".
    assert(/^[a-zA-Z0-9#=.^ -]{5,80}$/.test(reason), reason);
    reasons.add(reason);
  }
  assertEquals(reasons.size, REFUSED_HTTP - REFUSED_LENGTH + 1);
});

Deno.test("reasonOf() throws on a code that is no refusal", () => {
  for (const code of [VALID, 1, 2, 9, REFUSED_HTTP + 1, -1, NaN]) {
    assertThrows(() => reasonOf(code), RangeError, "Code must be");
  }
});
