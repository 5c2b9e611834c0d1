import { assertEquals, assertThrows } from "@std/assert";
import { parseSamples } from "../../lib/faults/samples.ts";

const GIVEN = '--latency "samples:mine.txt"';

function parse(text: string): number[] {
  return [...parseSamples(text, GIVEN)];
}

Deno.test("parseSamples() reads a number of milliseconds a line", () => {
  assertEquals(parse("1\n2.5\n0\n.5\n3600000\n1e-3\n"), [
    ...[1, 2.5, 0, 0.5, 3_600_000, 0.001],
  ]);
  assertEquals(parse("7"), [7]);
  assertEquals(parse("  7 \r\n8\r\n"), [7, 8]);
  assertEquals(Object.is(parse("-0")[0], 0), true);
});

Deno.test("parseSamples() refuses what is no number, naming the line", () => {
  const cases: [string, number][] = [
    ...[["1\n2\nfast\n", 3], ["1\n\n2", 2], ["NaN", 1]] as [string, number][],
    ...[["1\nInfinity", 2], ["0x10", 1], ["1 2", 1]] as [string, number][],
    ...[["1\n5ms", 2], ["1,5", 1]] as [string, number][],
  ];
  for (const [text, line] of cases) {
    assertThrows(
      () => parse(text),
      SyntaxError,
      `Cannot read ${GIVEN}: line ${line} is`,
      text,
    );
  }
});

Deno.test("parseSamples() refuses what is below 0 or above an hour, naming the line", () => {
  for (const [text, line] of [["1\n-0.1", 2], ["3600000.1", 1]] as const) {
    assertThrows(
      () => parse(text),
      RangeError,
      `Cannot use ${GIVEN}: line ${line} is`,
    );
  }
});

Deno.test("parseSamples() refuses an empty file", () => {
  for (const text of ["", "\n", "  \n"]) {
    assertThrows(() => parse(text), SyntaxError, "line 1 is missing");
  }
});
