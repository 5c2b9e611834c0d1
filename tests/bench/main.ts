/**
 * The benchmarks: `deno task bench`, or some of them by name: `deno task bench live`.
 *
 * @module
 */

import { liveBench } from "./live_bench.ts";

const BENCHES: Readonly<
  Record<string, (print: (line: string) => void) => Promise<void>>
> = {
  live: liveBench,
};

const names = Deno.args.length > 0 ? Deno.args : Object.keys(BENCHES);
for (const name of names) {
  const bench = BENCHES[name];
  if (bench === undefined) {
    console.error(
      `error: Unknown benchmark "${name}": allowed are ${
        Object.keys(BENCHES).join(", ")
      }`,
    );
    Deno.exit(2);
  }
  console.log(`# ${name}`);
  await bench((line) => console.log(line));
}
