import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { RunsMerger } from "../../../lib/cli/runs/merge_runs.ts";
import { sweepOf } from "../../../lib/cli/runs/runs_header.ts";
import { type Sweep, SweepRuns } from "../../../lib/cli/runs/sweep.ts";
import type { SweepResult } from "../../../lib/cli/runs/result.ts";
import { resultOf } from "../../../lib/cli/runs/sweep_result.ts";
import type { RunOptions } from "../../../lib/options/run_options.ts";
import { WHOLE } from "../../../lib/options/shard.ts";
import { StartError } from "../../../lib/platform/start_error.ts";
import { runOf } from "../../sim/runs_of_tests.ts";
import { figuresFor, linesOf, sweepFor } from "./sweeps.ts";

const FACTS = { command: "likes", wallSeconds: 0 };

/** What a result says, whole. */
function told(result: SweepResult): string[] {
  return [
    result.table(FACTS, true),
    JSON.stringify(result.json(FACTS)),
    `${result.exitCode}`,
  ];
}

/** What one process says of all runs. */
function alone(sweep: Sweep): string[] {
  const result = resultOf(sweep, "likes");
  const runs = new SweepRuns(sweep);
  for (let i = 0; i < runs.count; i++) {
    result.add(figuresFor(runs, i));
  }
  return told(result);
}

/** Settings of runs whose quorums are compared; gossip would have no theory. */
const QUORUMS: Partial<RunOptions> = {
  gossip: null,
  writeTo: "all",
  readFrom: "all",
  readAfterTicks: 0,
};

/** Merges files, given as their texts by their names. */
function merge(files: Record<string, string>, chunk = Infinity): string[] {
  let result: SweepResult | null = null;
  const merger = new RunsMerger({
    readSweep: (header) => sweepOf(header, () => Float64Array.of(0)),
    onSweep: (sweep) => {
      result = resultOf({ ...sweep, shard: WHOLE }, "likes");
    },
    onRun: (run) => result!.add(run),
  });
  for (const [name, text] of Object.entries(files)) {
    const reader = merger.open(name);
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length; at += chunk) {
      reader.push(bytes.subarray(at, at + chunk));
    }
    reader.end();
  }
  merger.end();
  return told(result!);
}

/** Files of all shards of a sweep. */
function filesOf(sweep: Sweep, count: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `${index}.jsonl`,
      linesOf(sweep, { index, count }).join(""),
    ]),
  );
}

function refuses(files: Record<string, string>, ...parts: string[]): void {
  const { message } = assertThrows(() => merge(files), StartError);
  for (const part of parts) assert(message.includes(part), message);
}

for (
  const [command, quorums] of [
    ["sim", false],
    ["compare", false],
    ["compare", true],
  ] as const
) {
  Deno.test(
    `RunsMerger comes to what one process says of ${command}${
      quorums ? " --quorums" : ""
    }, to the byte, for any split, order and chunks`,
    () => {
      const sweep = fc.record({
        runs: fc.integer({ min: 1, max: 40 }),
        count: fc.integer({ min: 1, max: 50 }),
        replicas: fc.constantFrom(quorums ? 2 : 1, 3),
        seed: fc.nat(1000),
        chunk: fc.integer({ min: 1, max: 5000 }),
        areJoined: fc.boolean(),
      });
      fc.assert(
        fc.property(sweep, fc.infiniteStream(fc.nat()), (given, chance) => {
          const { runs, count, replicas, seed, chunk, areJoined } = given;
          const whole = sweepFor({
            ...{ command, quorums, runs },
            run: runOf({
              ...{ seed, replicas },
              ...quorums && QUORUMS,
            }),
          });
          const shuffle = <T>(all: T[]): T[] =>
            all.map((one) => ({ one, key: chance.next().value ?? 0 }))
              .sort((a, b) => a.key - b.key).map(({ one }) => one);
          const texts = shuffle(Array.from({ length: count }, (_, index) => {
            const [first, ...lines] = linesOf(whole, { index, count });
            return [first, ...shuffle(lines)].join("");
          }));
          const files = areJoined
            ? { "-": texts.join("") }
            : Object.fromEntries(texts.entries());
          assertEquals(merge(files, chunk), alone(whole));
        }),
        { numRuns: 60 },
      );
    },
  );
}

Deno.test("RunsMerger names the seeds that are missing, and where they should be", () => {
  const files = filesOf(sweepFor(), 4);
  // Shards 0 to 3 have 3, 3, 2 and 2 seeds, from 100 on.
  const { "1.jsonl": one = "", ...others } = files;
  refuses(others, "3 of 10 seeds", "seeds 103 to 105 (no file of shard 1/4)");
  const lines = one.split("\n");
  const cut = [lines[0], lines[1], lines[2]?.slice(0, 60)].join("\n");
  refuses(
    { ...files, "1.jsonl": cut },
    "2 of 10 seeds",
    "seeds 104 to 105 (shard 1/4 in 1.jsonl is not finished)",
  );
  refuses({ "2.jsonl": files["2.jsonl"]! }, "seeds 100 to 105", "108 to 109");
  const compare = filesOf(sweepFor({ command: "compare" }), 1)["0.jsonl"]!;
  const rows = compare.split("\n");
  refuses(
    { a: [...rows.slice(0, 7), ...rows.slice(8)].join("\n") },
    "1 of 10 seeds is missing: seed 101 (",
  );
});

Deno.test("RunsMerger refuses a seed that is there twice, with the files", () => {
  const files = filesOf(sweepFor(), 4);
  const one = files["1.jsonl"]!;
  refuses(
    { ...files, "copy": one },
    "copy: line 2",
    "seed 103 is there twice, also in 1.jsonl",
  );
  const last = one.trimEnd().split("\n").at(-1);
  refuses(
    { ...files, "1.jsonl": `${one}${last}\n` },
    "1.jsonl: line 5",
    "seed 105 is there twice, also in 1.jsonl",
  );
  // Of another split of the same runs.
  refuses(
    {
      ...files,
      "half": linesOf(sweepFor(), { index: 0, count: 2 }).join(""),
    },
    "half: line 2",
    "seed 100 is there twice, also in 0.jsonl",
  );
});

Deno.test("RunsMerger refuses files of different runs, with what differs", () => {
  const files = filesOf(sweepFor(), 2);
  const one = files["0.jsonl"]!;
  for (
    const [changes, difference] of [
      [{ runs: 11 }, "--runs 10 and 11"],
      [{ check: true }, "no --check and --check"],
      [
        { run: runOf({ seed: 100, faults: { loss: "1/5" } }) },
        "--loss 1/10 and --loss 1/5",
      ],
      [{ run: runOf({ seed: 101, faults: { loss: "1/10" } }) }, "--seed 100"],
      [{ command: "compare" }, "command sim and compare"],
      [
        {
          run: runOf({
            ...{ seed: 100, delivery: "dedup" },
            faults: { loss: "1/10" },
          }),
        },
        "no --delivery and --delivery dedup",
      ],
    ] as const
  ) {
    const other = linesOf(sweepFor(changes), { index: 1, count: 2 }).join("");
    refuses({ one, other }, "one and other", difference);
    // A line of another run is none of this one.
    const [, foreign] = other.split("\n");
    refuses({ one: `${one}${foreign}\n` }, "one: line 7", "of other runs");
  }
});

Deno.test("RunsMerger refuses every change of a character, with the line", () => {
  const text = linesOf(sweepFor(), WHOLE).join("");
  const bytes = text.length;
  fc.assert(
    fc.property(fc.nat(bytes - 2), fc.integer({ min: 32, max: 126 }), (
      at,
      code,
    ) => {
      const character = String.fromCharCode(code);
      if (text[at] === character || text[at] === "\n") return;
      const changed = text.slice(0, at) + character + text.slice(at + 1);
      const line = text.slice(0, at).split("\n").length;
      const where = line === 1 ? "a: " : `a: line ${line} `;
      refuses({ a: changed }, where);
    }),
    { numRuns: 500 },
  );
});

Deno.test("RunsMerger refuses lines that are left out, moved to another shard or written by others", () => {
  const files = filesOf(sweepFor(), 2);
  const lines = files["0.jsonl"]!.split("\n");
  refuses(
    { ...files, "1.jsonl": files["1.jsonl"] + `${lines[1]}\n` },
    "seed 100 is not one of shard 1/2",
  );
  refuses({ a: "hello\n" }, "a: it is no runs file");
  refuses({ a: "" }, "a: it is empty");
  refuses({ a: lines[0]!.slice(0, 50) }, "a: its first line is cut off");
  refuses({ a: `${lines[1]}\n${lines[0]}\n` }, "a: it is no runs file");
  refuses({}, "no runs at all");
  const long = "x".repeat(3 << 20);
  refuses({ a: `${lines[0]}\n${long}` }, "a: line 2 is too long");
  refuses({ a: long }, "a: line 1 is too long");
});

Deno.test("RunsMerger reads a stream in which a killed job's line is followed by the next file", () => {
  const [a = "", b = ""] = Object.values(filesOf(sweepFor(), 2));
  const torn = b.slice(0, b.length - 100);
  refuses({ "-": torn + a }, "1 of 10 seeds is missing: seed 109");
  assertEquals(merge({ "-": b.trimEnd() + a }), alone(sweepFor()));
  assertEquals(merge({ a, b: b.trimEnd() }), alone(sweepFor()));
  const header = b.slice(0, 40);
  assertEquals(merge({ "-": `${a}${header}${b}` }), alone(sweepFor()));
});
