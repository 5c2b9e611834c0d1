/**
 * Generators for property tests of the protocol: reports, and lines that are
 * nearly reports.
 *
 * @module
 */

import fc from "fast-check";
import type { Report } from "../../lib/protocol/report.ts";

const encoder = new TextEncoder();

/** Text as bytes; characters above 0x7e become several bytes. */
export function bytesOf(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Sessions: 16 lower-case hexadecimal digits. */
export const sessions: fc.Arbitrary<string> = fc.string({
  unit: fc.constantFrom(..."0123456789abcdef"),
  minLength: 16,
  maxLength: 16,
});

const seqs = fc.oneof(
  fc.integer({ min: 1, max: 50 }),
  fc.integer({ min: 1, max: 2147483647 }),
  fc.constantFrom(1, 2147483647),
);

/** Reports that are valid, of all three kinds. */
export const reports: fc.Arbitrary<Report> = fc.record({
  server: fc.oneof(fc.nat(9999), fc.constantFrom(0, 9999)),
  likes: fc.nat(42),
}).chain((base) =>
  fc.oneof(
    fc.constant(base),
    fc.record({ session: sessions, seq: seqs }).map((mark) => ({
      ...base,
      mark,
    })),
    fc.tuple(sessions, seqs, fc.double({ min: 0, max: 1, noNaN: true })).map(
      ([session, seq, share]) => {
        const total = base.likes + Math.floor(42 * (seq - 1) * share);
        return { ...base, mark: { session, seq, total } };
      },
    ),
  )
);

const numberWords = fc.oneof(
  fc.nat(50).map(String),
  fc.bigInt({ min: 0n, max: 2n ** 54n }).map(String),
  fc.constantFrom(
    ...["0", "1", "00", "007", "-1", "+5", "1e3", "1.0", "0x1", "", "٣"],
    ...["42", "43", "9999", "10000", "4294967296", "4294967338"],
    ...["2147483647", "2147483648", "9007199254740991", "9007199254740992"],
    ...["9007199254740993", "18446744073709551616", "9".repeat(40)],
  ),
);

const sessionWords = fc.oneof(
  { weight: 4, arbitrary: sessions },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "0123456789ABCDEF",
      "0123456789abcde",
      "0123456789abcdef0",
      "0123456789abcdeg",
      "",
    ),
  },
);

/** Lines that have the form of a report with fields of every kind. */
const malformed: fc.Arbitrary<string> = fc.tuple(
  fc.constantFrom("LikesServer", "LikesServer", "likesserver", "LikesServe"),
  numberWords,
  fc.constantFrom(" ", " ", " ", "  ", "\t", ""),
  numberWords,
  fc.constantFrom("", " ", " ", " ", "  ", " x "),
  sessionWords,
  fc.constantFrom("#", "#", "#", "", "##"),
  numberWords,
  fc.constantFrom("", "=", "=", "=", "=="),
  numberWords,
  fc.constantFrom("", "", "", "", "x", " ", "\r", "\0", "é", " x"),
).map((pieces) => pieces.join(""));

/** A valid line of which a few bytes were changed, added or taken out. */
const damaged: fc.Arbitrary<Uint8Array> = fc.tuple(
  reports,
  fc.array(
    fc.record({
      at: fc.nat(70),
      remove: fc.nat(2),
      insert: fc.uint8Array({ maxLength: 2 }),
    }),
    { maxLength: 3 },
  ),
).map(([report, changes]) => {
  const bytes = [...bytesOf(lineOf(report))];
  for (const { at, remove, insert } of changes) {
    bytes.splice(at % (bytes.length + 1), remove, ...insert);
  }
  return Uint8Array.from(bytes);
});

/** The beginnings of HTTP requests, and what nearly is one. */
const requests: fc.Arbitrary<string> = fc.tuple(
  fc.constantFrom("GET", "post", "PRI", "M-SEARCH", "LikesServer0", "(", ""),
  fc.constantFrom(" ", " ", "  ", "\t", ""),
  fc.constantFrom("/", "*", "http://a/", "a:443", "14", "", "é", "/ /"),
  fc.constantFrom(0, 0, 1, 230, 240, 250, 260, 400),
  fc.constantFrom(" ", " ", "  ", "\r", ""),
  fc.constantFrom("HTTP/1.1", "HTTP/2.0", "http/1.0", "HTTP", ""),
).map(([method, space, target, length, gap, version]) =>
  method + space + target + "a".repeat(length) + gap + version
);

/** Lines of every kind, without LF more often than not. */
export const lines: fc.Arbitrary<Uint8Array> = fc.oneof(
  reports.map((report) => bytesOf(lineOf(report))),
  malformed.map(bytesOf),
  damaged,
  requests.map(bytesOf),
  fc.uint8Array({ maxLength: 300 }),
  fc.string({ maxLength: 80 }).map(bytesOf),
);

/** A report as a line, written without the code under test. */
export function lineOf({ server, likes, mark }: Report): string {
  const words = ["LikesServer" + server, likes];
  if (mark) {
    const total = mark.total === undefined ? "" : "=" + mark.total;
    words.push(mark.session + "#" + mark.seq + total);
  }
  return words.join(" ");
}
