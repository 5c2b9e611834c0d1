// What `sim` measures converges to what `predict` says, by command: latencies
// are a hundred times as long, so that ticks of 0.1 ms do not matter.

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type {
  Prediction,
  QuorumPrediction,
} from "../../../lib/verdict/prediction.ts";
import type { Verdict } from "../../../lib/verdict/verdict.ts";
import { type Ended, endOf, startMain } from "../main_process.ts";
import { granted } from "../../permissions.ts";

const ignore = !granted({ run: [Deno.execPath()] });

/** Times of runs are so many times those of predictions. */
const SCALE = 100;
const TRIALS = 1_000_000;

/**
 * Bound of a difference of shares, in standard errors of the difference: four
 * are passed by chance in one of 16,000 cases.
 */
const Z = 4;

function run(...words: string[]): Promise<Ended> {
  return endOf(startMain(words, ["--allow-read=/tmp"]));
}

async function json<T>(...words: string[]): Promise<T> {
  const { stdout, stderr } = await run(...words, "--json");
  assert(stdout.length > 0, stderr);
  return JSON.parse(stdout);
}

/** The latencies, a hundred times as long, that `sim` names in its refusal. */
async function scaledFlags(setting: string): Promise<string[]> {
  const { code, stderr } = await run("sim", "--latency", setting);
  assertEquals(code, 2);
  const [, flags = ""] = /it is (--latency mix:.*)\n/.exec(
    stderr,
  ) ?? [];
  return flags.split(" ");
}

/**
 * A run in which one write is on its way at a time: draws are a minute apart,
 * and nothing is sent again.
 */
const ONE_BY_ONE = [
  ...["--servers", "25", "--spawn-interval", "1s", "--lifetime", "50h"],
  ...["--interval", "60s..120s", "--ack-timeout", "10m", "--drain", "1h"],
  ...["--write-to", "all", "--read-from", "all", "--seed", "3"],
];

/** A pair of quorums, and the time from acknowledgement to read. */
interface Case {
  readonly read: number;
  readonly write: number;
  /** As `predict` counts it. */
  readonly afterMs: (quorum: QuorumPrediction) => number;
}

function atOnce(): number {
  return 0;
}

/** Share fresh that is predicted at a time. */
function freshAt(quorum: QuorumPrediction, ms: number): number {
  const at = quorum.freshAfter.find(({ seconds }) => seconds === ms / 1000);
  assert(at !== undefined, `${ms} ms`);
  return at.fresh;
}

async function assertConverges(
  replicas: number,
  latencies: readonly string[],
  scaled: readonly string[],
  cases: readonly Case[],
): Promise<void> {
  const store = ["--replicas", `${replicas}`];
  const times = ["--trials", `${TRIALS}`, "--seed", "1"];
  const { quorums } = await json<Prediction>(
    ...["predict", ...store, ...latencies, ...times],
  );
  for (const { read, write, afterMs } of cases) {
    const quorum = quorums.find((it) => it.read === read && it.write === write);
    assert(quorum !== undefined);
    const ms = afterMs(quorum);
    const isTail = ms === 1000 * quorum.freshSeconds.p99;
    const where = `R=${read}, W=${write}, ${ms} ms after`;
    const { reads, acknowledgementSeconds, retries } = await json<Verdict>(
      ...["sim", ...store, ...scaled, ...ONE_BY_ONE],
      ...["--read-quorum", `${read}`, "--write-quorum", `${write}`],
      ...["--read-after", `${(SCALE * ms).toFixed(1)}ms`],
    );
    const { ownReads = 0, ownMissed = 0, unanswered, seconds } = reads ?? {};
    assert(seconds !== undefined && acknowledgementSeconds !== undefined);
    assertEquals([retries, unanswered], [0, 0], where);
    assert(ownReads > 40_000, `${ownReads}`);
    const fresh = isTail ? 0.99 : freshAt(quorum, ms);
    const error = Math.sqrt(fresh * (1 - fresh) * (1 / ownReads + 1 / TRIALS));
    assertAlmostEquals(1 - ownMissed / ownReads, fresh, Z * error, where);
    for (
      const [measured, predicted] of [
        [seconds, quorum.readSeconds],
        [acknowledgementSeconds, quorum.writeSeconds],
      ] as const
    ) {
      const longer = SCALE * predicted.p50;
      assertAlmostEquals(measured.p50 / longer, 1, 0.02, where);
      const longest = SCALE * predicted.p99;
      assertAlmostEquals(measured.p99 / longest, 1, 0.04, where);
    }
  }
}

Deno.test({
  name:
    "sim converges to predict: LinkedIn's disks, a hundred times as long as sim says it",
  ignore,
  async fn() {
    await assertConverges(
      3,
      ["--latency", "lnkd-disk"],
      await scaledFlags("lnkd-disk"),
      [
        { read: 1, write: 1, afterMs: atOnce },
        {
          ...{ read: 1, write: 1 },
          afterMs: ({ freshSeconds }) => 1000 * freshSeconds.p99,
        },
        { read: 1, write: 2, afterMs: () => 5 },
        { read: 2, write: 1, afterMs: atOnce },
      ],
    );
  },
});

Deno.test({
  name:
    "sim converges to predict: five replicas, each leg another distribution",
  ignore,
  async fn() {
    await assertConverges(
      5,
      [
        ...["--latency", "lognormal:3ms,0.8", "--ack-latency", "exp:1ms"],
        ...["--read-latency", "uniform:0.5ms..4ms"],
      ],
      [
        ...["--latency", "lognormal:300ms,0.8", "--ack-latency", "exp:100ms"],
        ...["--read-latency", "uniform:50ms..400ms"],
      ],
      [
        { read: 1, write: 2, afterMs: atOnce },
        { read: 2, write: 2, afterMs: () => 1 },
      ],
    );
  },
});
