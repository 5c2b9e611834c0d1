/**
 * Reads of three real replicas beside theory: the share of fresh reads of a
 * live run, by likes servers that read their own likes as soon as they are
 * acknowledged, and the share that `predict` says.
 *
 * @module
 */

import type { BenchContext } from "./context.ts";
import { output, ROOT } from "./process.ts";
import { type Row, sampleOf } from "./results.ts";

/** Delays of the messages, one row for each. */
export const FRESH_LATENCIES = ["exp:30ms", "uniform:5ms..80ms"];

const REPLICAS = ["--replicas", "3", "--write-quorum", "1"];
const READS = ["--read-from", "all", "--read-quorum", "1"];

/**
 * Likes servers, each with a draw, and a read, every 300 ms: when the next draw
 * comes, the read of the last one is over.
 */
const SERVERS = 40;
const INTERVAL_SECONDS = 0.3;

interface LiveReads {
  readonly reads: { readonly ownReads: number; readonly ownMissed: number };
}

interface Prediction {
  readonly quorums: readonly [{ readonly freshAtOnce: number }];
}

/**
 * Compares a live run with theory: 20,000 reads, 100,000 with `--long`.
 *
 * @param context How.
 * @param latency Delays of the messages.
 * @returns The row: how far off the share of fresh reads is.
 */
export async function measureFresh(
  context: BenchContext,
  latency: string,
): Promise<Omit<Row, "name">> {
  const reads = context.isQuick ? 1_000 : context.isLong ? 100_000 : 20_000;
  const seconds = Math.ceil(reads * INTERVAL_SECONDS / SERVERS);
  const delays = ["--latency", latency];
  const words = [
    ...["start", "--json", "--port", "0", "--servers", `${SERVERS}`],
    ...["--lifetime", `${seconds}s`, "--spawn-interval", "50ms"],
    ...["--interval", "250ms..350ms", "--write-to", "all", ...REPLICAS],
    ...[...READS, "--read-after", "0ms", ...delays],
  ];
  const logDir = `${context.folder}/fresh`;
  Deno.mkdirSync(logDir);
  try {
    const live: LiveReads = JSON.parse(
      await task([...words, "--log-dir", logDir]),
    );
    const { quorums: [{ freshAtOnce }] }: Prediction = JSON.parse(
      await task([
        ...["predict", "--json", "--replicas", "3", ...delays],
        ...["--write-quorum", "1", "--read-quorum", "1"],
      ]),
    );
    const { ownReads, ownMissed } = live.reads;
    const fresh = 1 - ownMissed / ownReads;
    context.note(
      `${ownReads} reads, ${fresh} fresh; predict says ${freshAtOnce}`,
    );
    return {
      unit: "points",
      load: `deno task ${words.join(" ")}`,
      ours: sampleOf([100 * Math.abs(fresh - freshAtOnce)]),
      aim: { atMost: 1 },
    };
  } finally {
    Deno.removeSync(logDir, { recursive: true });
  }
}

function task(words: readonly string[]): Promise<string> {
  return output(Deno.execPath(), [
    ...["task", "--quiet", "--cwd", ROOT, ...words],
  ]);
}
