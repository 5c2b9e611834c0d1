// How fresh live reads are, beside theory and beside the virtual run.

import { assert, assertGreater } from "@std/assert";
import { parseInvocation } from "../../lib/cli/invocation.ts";
import { simulate } from "../../lib/sim/run.ts";
import type { Verdict } from "../../lib/verdict/verdict.ts";
import { CAN_RUN, LogFolder, Program } from "./program.ts";

const LATENCY = ["--latency", "exp:60ms"];
const RUN = [
  ...["--servers", "8", "--spawn-interval", "20ms"],
  ...["--interval", "600ms..800ms", "--seed", "11", ...LATENCY],
  ...["--replicas", "3", "--write-to", "all", "--read-from", "all"],
  ...["--readers", "3", "--read-interval", "20ms..60ms", "--read-after", "0ms"],
];

/** Shares of fresh reads, and times by which a machine shows that it is slow. */
interface Freshness {
  readonly own: number;
  readonly ownReads: number;
  readonly all: number;
  readonly reads: number;
  /** Median seconds of an acknowledgement and of a read. */
  readonly seconds: number;
}

function freshnessOf(verdict: Verdict): Freshness {
  const { reads, acknowledgementSeconds } = verdict;
  const { ownReads = 0, ownMissed = 0, fresh = NaN } = reads ?? {};
  return {
    own: 1 - ownMissed / ownReads,
    ownReads,
    all: fresh,
    reads: reads?.count ?? 0,
    seconds: (acknowledgementSeconds?.p50 ?? NaN) + (reads?.seconds.p50 ?? NaN),
  };
}

/** Standard errors beyond which chance is no explanation. */
const SIGMAS = 4.5;

function assertShare(
  what: string,
  [live, count]: readonly [number, number],
  expected: number,
  slack: number,
): void {
  const sigma = Math.sqrt(expected * (1 - expected) / count);
  const most = SIGMAS * sigma + slack;
  assert(
    Math.abs(live - expected) <= most,
    `${what}: ${live} of ${count} reads were fresh, expected are ${expected}, at most ${most} off`,
  );
}

Deno.test({
  name:
    "runStart() of three replicas serves reads as fresh as theory says, as far as the machine is in time",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    await using program = new Program([
      ...["start", "--json", "--port", "0", "--log-dir", folder.path],
      ...[...RUN, "--lifetime", "8s"],
    ]);
    const { stdout, stderr } = await program.ended;
    assert(stdout !== "", stderr);
    const live = freshnessOf(JSON.parse(stdout));
    const words = ["sim", ...RUN, "--lifetime", "2000s"];
    const invocation = parseInvocation(words, {
      ...{ program: "likes", drawSeed: () => 0 },
    });
    assert(invocation.command === "sim");
    const virtual = freshnessOf(simulate(invocation.options.run));
    // A virtual run converges to what WARS says: tests/sim/replicas.
    assertGreater(virtual.ownReads, 10_000);
    // Messages that a busy machine hands over late make reads fresher: by their
    // lateness in units of the mean delay, less than one for one.
    const lateSeconds = Math.max(0, live.seconds - virtual.seconds);
    const slack = lateSeconds / 0.06;
    assertGreater(live.ownReads, 0);
    assertShare("Own", [live.own, live.ownReads], virtual.own, slack);
    // A draw and its reads are not independent of each other: about ten reads
    // come while it spreads.
    assertShare("All", [live.all, live.reads / 10], virtual.all, slack);
  },
});
