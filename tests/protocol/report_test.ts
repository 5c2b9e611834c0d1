import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  decodeReport,
  encodeFields,
  encodeNumber,
  encodeReport,
  formatSession,
  parseSession,
  serverId,
  serverName,
} from "../../lib/protocol/report.ts";
import { ReportFields, VALID, validateLine } from "../../lib/protocol/mod.ts";
import { bytesOf, lineOf, reports, sessions } from "./generators.ts";

const S = "0123456789abcdef";

Deno.test("encodeReport() writes the line that the protocol describes", () => {
  fc.assert(fc.property(reports, (report) => {
    assertEquals(encodeReport(report), lineOf(report));
  }));
});

Deno.test("decodeReport() gives back what encodeReport() was given", () => {
  fc.assert(fc.property(reports, (report) => {
    assertEquals<unknown>(decodeReport(encodeReport(report)), report);
  }));
});

Deno.test("encodeFields() writes the same bytes as encodeReport()", () => {
  fc.assert(fc.property(reports, fc.nat(10), (report, offset) => {
    const line = encodeReport(report);
    const fields = new ReportFields();
    assertEquals(validateLine(bytesOf(line), 0, line.length, fields), VALID);
    const into = new Uint8Array(300).fill(0x2a);
    assertEquals(encodeFields(fields, into, offset), line.length);
    const stars = "*".repeat(300 - offset - line.length);
    assertEquals(
      new TextDecoder().decode(into),
      "*".repeat(offset) + line + stars,
    );
  }));
});

Deno.test("encodeNumber() writes every whole number up to 2^53 - 1", () => {
  const edges = [0, 9, 10, 99, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53 - 1];
  for (let digits = 1; digits <= 15; digits++) {
    edges.push(10 ** digits - 1, 10 ** digits, 10 ** digits + 1);
  }
  fc.assert(
    fc.property(fc.maxSafeNat(), (value) => {
      const into = new Uint8Array(20);
      const end = encodeNumber(value, into, 2);
      assertEquals(
        new TextDecoder().decode(into.subarray(2, end)),
        String(value),
      );
      assertEquals(into[end], 0);
    }),
    { examples: edges.map((value): [number] => [value]) },
  );
});

Deno.test("encodeReport() throws a RangeError on a field out of range", () => {
  const mark = { session: S, seq: 2, total: 20 };
  const cases: [Parameters<typeof encodeReport>[0], string][] = [
    [{ server: -1, likes: 0 }, "server out of range 0..9999"],
    [{ server: 10_000, likes: 0 }, "server out of range 0..9999"],
    [{ server: 0, likes: 43 }, "likes out of range 0..42"],
    [{ server: 0, likes: 1.5 }, "likes out of range 0..42"],
    [{ server: 0, likes: 1, mark: { ...mark, seq: 0 } }, "seq"],
    [{ server: 0, likes: 1, mark: { session: S, seq: 0 } }, "seq"],
    [{ server: 0, likes: 1, mark: { ...mark, seq: 2 ** 31 } }, "seq"],
    [{ server: 0, likes: 1, mark: { ...mark, total: -1 } }, "total"],
    [{ server: 0, likes: 1, mark: { ...mark, total: 44 } }, "grew by more"],
    [{ server: 0, likes: 21, mark }, "grew by less"],
  ];
  for (const [report, reason] of cases) {
    assertThrows(() => encodeReport(report), RangeError, reason);
  }
});

Deno.test("encodeReport() throws a SyntaxError on a session of another form", () => {
  for (const session of ["", "x", S.toUpperCase(), `${S}0`, `${S}\n`]) {
    assertThrows(
      () => encodeReport({ server: 0, likes: 1, mark: { session, seq: 1 } }),
      SyntaxError,
      "Session must be",
    );
  }
});

Deno.test("encodeReport() and decodeReport() take the id bound as an option", () => {
  const report = { server: 999_999, likes: 1 };
  const line = encodeReport(report, { serverMax: 999_999 });
  assertEquals(decodeReport(line, { serverMax: 999_999 }), report);
  assertThrows(() => encodeReport(report), RangeError, "0..9999");
  assertThrows(() => decodeReport(line), SyntaxError, "0..9999");
});

Deno.test("decodeReport() throws a SyntaxError with the reason and the line", () => {
  const error = assertThrows(
    () => decodeReport("LikesServer0 14\n"),
    SyntaxError,
    "byte not printable ascii",
  );
  assertEquals(error.message.includes('"LikesServer0 14\\n"'), true);
  assertThrows(
    () => decodeReport("é".repeat(200)),
    SyntaxError,
    "line longer than 256 bytes",
  );
});

Deno.test("serverId() gives back what serverName() was given", () => {
  for (const id of [0, 3, 9999, 999_999_999]) {
    assertEquals(serverId(serverName(id)), id);
  }
  assertEquals(serverName(3), "LikesServer3");
});

Deno.test("serverName() throws on what is no id", () => {
  for (const id of [-1, 1.5, NaN, 1e9]) {
    assertThrows(() => serverName(id), RangeError, "current value is");
  }
});

Deno.test("serverId() throws on what is no name", () => {
  const names = ["", "LikesServer", "LikesServer03", "LikesServer-1", "3"];
  for (const name of [...names, "LikesServer3 ", "LikesServer3\n", "x3"]) {
    assertThrows(() => serverId(name), SyntaxError, JSON.stringify(name));
  }
});

Deno.test("parseSession() gives back what formatSession() was given", () => {
  fc.assert(fc.property(sessions, (session) => {
    const [high, low] = parseSession(session);
    assertEquals(high, high | 0);
    assertEquals(low, low | 0);
    assertEquals(formatSession(high, low), session);
  }));
  assertEquals(formatSession(0xffffffff, 0), "ffffffff00000000");
});
