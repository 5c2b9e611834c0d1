import { assertEquals, assertThrows } from "@std/assert";
import {
  parseReaderArguments,
  readerArguments,
  type ReaderOptions,
} from "../../../lib/live/reader/options.ts";

const OPTIONS: ReaderOptions = {
  reader: 2,
  readsBefore: 7,
  servers: 10,
  ports: [4000, 4001, 4002],
  seed: 2 ** 53 - 1,
  endTicks: 100_000,
  readIntervalMinTicks: 10,
  readIntervalMaxTicks: 20,
  ackTimeoutTicks: 5_000,
  readFrom: "any",
  readQuorum: 1,
  readRepair: "off",
  writeQuorum: 1,
};

Deno.test("parseReaderArguments() reads what readerArguments() wrote", () => {
  for (const readFrom of ["any", "home", "all"] as const) {
    const options = { ...OPTIONS, readFrom, readRepair: "before" } as const;
    assertEquals(parseReaderArguments(readerArguments(options)), options);
  }
});

Deno.test("parseReaderArguments() names the argument that is missing or wrong", () => {
  const args = readerArguments(OPTIONS);
  for (const arg of args) {
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
