import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  DURATION_MS_MAX,
  formatDuration,
  parseDurationMs,
  parseInteger,
  parseRange,
  parseRatio,
  quote,
} from "../../lib/faults/notation.ts";

Deno.test("parseDurationMs() reads every unit, and a bare number as seconds", () => {
  const cases: [string, number][] = [
    ["300s", 300_000],
    ["1.5s", 1500],
    [".5s", 500],
    ["20ms", 20],
    ["0.1ms", 0.1],
    ["5m", 300_000],
    ["0.5m", 30_000],
    ["1h", 3_600_000],
    ["59h", DURATION_MS_MAX],
    ["300", 300_000],
    ["0", 0],
    ["0ms", 0],
    ["007s", 7000],
    // 0.0011 * 1000 would be 1.1000000000000001.
    ["0.0011s", 1.1],
    ["4.35s", 4350],
  ];
  for (const [text, ms] of cases) {
    assertEquals(parseDurationMs(text, "--lifetime"), ms, text);
  }
});

Deno.test("parseDurationMs() refuses what is no duration, naming flag, given and allowed", () => {
  const texts = [
    ...["", " ", "s", "-1s", "+1s", "1 s", "1s ", "1S", "1e3s", "0x10", "1,5s"],
    ...["NaN", "Infinity", "1.s", "1..5s", "1s5ms", "١s", "5 parsecs"],
  ];
  for (const text of texts) {
    const error = assertThrows(
      () => parseDurationMs(text, "--lifetime"),
      SyntaxError,
      `Cannot read --lifetime ${quote(text)}: a duration is written 300s`,
    );
    assert(!error.message.endsWith("."));
  }
});

Deno.test("parseDurationMs() refuses what does not fit into 32 bits of ticks", () => {
  for (const text of ["59.1h", "60h", "212400.1", "9".repeat(400) + "s"]) {
    assertThrows(
      () => parseDurationMs(text, "--lifetime"),
      RangeError,
      "a duration is at most 59h",
    );
  }
});

Deno.test("formatDuration() writes milliseconds below a second, else seconds", () => {
  const cases: [number, string][] = [
    [0, "0s"],
    [0.1, "0.1ms"],
    [20, "20ms"],
    [999.9, "999.9ms"],
    [1000, "1s"],
    [1000.1, "1.0001s"],
    [1500, "1.5s"],
    [300_000, "300s"],
    [999.99999999, "1s"],
    [1e-9, "0s"],
    [0.1 + 0.2, "0.3ms"],
  ];
  for (const [ms, text] of cases) assertEquals(formatDuration(ms), text);
});

Deno.test("formatDuration() refuses what is no duration", () => {
  for (const ms of [-1, NaN, Infinity, DURATION_MS_MAX + 1]) {
    assertThrows(() => formatDuration(ms), RangeError, `of ${ms} ms`);
  }
});

Deno.test("formatDuration() and parseDurationMs() agree on every tick", () => {
  const tick = fc.integer({ min: 0, max: DURATION_MS_MAX * 10 });
  fc.assert(fc.property(tick, (ticks) => {
    const ms = ticks / 10;
    assertEquals(parseDurationMs(formatDuration(ms), "--x"), ms);
  }));
});

Deno.test("parseRange() reads two ends, or one value as both", () => {
  assertEquals(parseRange("1s..5s", "--x", parseDurationMs), [1000, 5000]);
  assertEquals(parseRange("1..5", "--x", parseDurationMs), [1000, 5000]);
  assertEquals(parseRange("0.5..1.5", "--x", parseDurationMs), [500, 1500]);
  assertEquals(parseRange("3s", "--x", parseDurationMs), [3000, 3000]);
  assertEquals(parseRange("5s..5s", "--x", parseDurationMs), [5000, 5000]);
});

Deno.test("parseRange() refuses a missing end, a bad end and a range backwards", () => {
  for (const text of ["", "..", "1s..", "..5s"]) {
    assertThrows(
      () => parseRange(text, "--interval", parseDurationMs),
      SyntaxError,
      `Cannot read --interval ${quote(text)}: a range is written from..to`,
    );
  }
  for (const text of ["1s..x", "1s....5s", "1s..2s..3s", "x"]) {
    assertThrows(
      () => parseRange(text, "--interval", parseDurationMs),
      SyntaxError,
      "a duration is written",
    );
  }
  assertThrows(
    () => parseRange("5s..1s", "--interval", parseDurationMs),
    RangeError,
    'Cannot use --interval "5s..1s": a range must not end before it begins',
  );
});

Deno.test("parseRange() quotes the whole and the part that cannot be read", () => {
  assertThrows(
    () => parseRange("1s..x", "--interval", parseDurationMs),
    SyntaxError,
    'Cannot read --interval "1s..x", in it "x": a duration is written',
  );
});

Deno.test("parseInteger() reads whole numbers within bounds, and nothing else", () => {
  assertEquals(parseInteger("1", "--port", 1, 65535), 1);
  assertEquals(parseInteger("65535", "--port", 1, 65535), 65535);
  for (const text of ["0", "65536", "9".repeat(30)]) {
    assertThrows(
      () => parseInteger(text, "--port", 1, 65535),
      RangeError,
      `Cannot use --port "${text}": it must be from 1 to 65535`,
    );
  }
  for (const text of ["", "-1", "1.0", "1e3", " 1", "0x1"]) {
    assertThrows(
      () => parseInteger(text, "--port", 1, 65535),
      SyntaxError,
      "a whole number from 1 to 65535 is needed",
    );
  }
});

Deno.test("parseRatio() reads fractions and decimals, and keeps the text", () => {
  const cases: [string, number][] = [
    ["3/100", 0.03],
    ["0.03", 0.03],
    [".5", 0.5],
    ["0", 0],
    ["1", 1],
    ["0/7", 0],
    ["7/7", 1],
    ["1/3", 1 / 3],
  ];
  for (const [text, value] of cases) {
    assertEquals(parseRatio(text, "--loss"), { value, text });
  }
});

Deno.test("parseRatio() refuses what is no ratio from 0 to 1", () => {
  for (const text of ["", "3%", "-0.1", "3 / 100", "1/2/3", "1e-3", "/2"]) {
    assertThrows(
      () => parseRatio(text, "--loss"),
      SyntaxError,
      `Cannot read --loss ${
        quote(text)
      }: a ratio is written 3/100 or 0.03, from 0 to 1`,
    );
  }
  for (const text of ["1.0001", "2", "101/100", "0/0", "1/0"]) {
    assertThrows(
      () => parseRatio(text, "--loss"),
      RangeError,
      `Cannot use --loss "${text}": a ratio must be from 0 to 1`,
    );
  }
});

Deno.test("quote() gives one printable line of bounded length for any text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
      assert(/^"[\x20-\x7e]*…?"$/.test(quote(text)));
      assert(quote(text).length <= 2 + 6 * 81);
    }),
  );
  assertEquals(
    quote("\x1b[2J\x9b\u202e\x7f"),
    '"\\u001b[2J\\u009b\\u202e\\u007f"',
  );
});
