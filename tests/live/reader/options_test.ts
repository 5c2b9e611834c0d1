import { assertEquals, assertThrows } from "@std/assert";
import {
  parseReaderArguments,
  readerArguments,
  type ReaderOptions,
} from "../../../lib/live/reader/options.ts";

const OPTIONS: ReaderOptions = {
  reader: 2,
  servers: 10,
  ports: [4000, 4001, 4002],
  seed: 2 ** 53 - 1,
  endTicks: 100_000,
  readIntervalMinTicks: 10,
  readIntervalMaxTicks: 20,
  ackTimeoutTicks: 5_000,
  readFrom: "any",
};

Deno.test("parseReaderArguments() reads what readerArguments() wrote", () => {
  for (const readFrom of ["any", "home"] as const) {
    const options = { ...OPTIONS, readFrom };
    assertEquals(parseReaderArguments(readerArguments(options)), options);
  }
});

Deno.test("parseReaderArguments() names the argument that is missing or wrong", () => {
  const args = readerArguments(OPTIONS);
  for (const arg of args.filter((arg) => !arg.startsWith("readFrom="))) {
    const name = arg.slice(0, arg.indexOf("="));
    const rest = args.filter((other) => other !== arg);
    assertThrows(() => parseReaderArguments(rest), SyntaxError, `"${name}=`);
    assertThrows(
      () => parseReaderArguments([...rest, `${name}=x`]),
      SyntaxError,
      `"${name}=x"`,
    );
  }
});
