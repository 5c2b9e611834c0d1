// How fresh live reads are, beside theory and beside the virtual run.

import { assert, assertEquals, assertGreater } from "@std/assert";
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

/**
 * Shares of fresh reads, and times by which a machine shows that it is slow.
 */
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
    seconds: (acknowledgementSeconds?.p50 ?? NaN) +
      (reads?.seconds?.p50 ?? NaN),
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

/** The reads of its own item that a likes server printed. */
interface PrintedReads {
  /** Acknowledgements of a newer draw, before its lifetime ended. */
  acknowledgements: number;
  begun: number;
  answered: number;
  /** Answers without a draw that it had been acknowledged before. */
  missed: number;
}

/** The own reads of all likes servers, as each printed them in its order. */
function printedReads(stderr: string): PrintedReads[] {
  return Array.from({ length: 8 }, (_, id) => {
    const name = `LikesServer${id} `;
    const printed = { acknowledgements: 0, begun: 0, answered: 0, missed: 0 };
    const known = new Map<string, number>();
    let seq = 0;
    let isLive = true;
    for (const line of stderr.split("\n")) {
      if (!line.startsWith(name)) continue;
      const acknowledged = /^\S+ \S+ ACK .* seq=(\d+) /.exec(line);
      const read = /^\S+ \S+ (read|value) read=(\d+)(?:.*#(\d+)=)?/.exec(line);
      if (/^\S+ \S+ (drain|ended) /.test(line)) isLive = false;
      if (acknowledged !== null && Number(acknowledged[1]) > seq) {
        seq = Number(acknowledged[1]);
        if (isLive) printed.acknowledgements++;
      }
      if (read === null) continue;
      const [, kind, number = "", held = 0] = read;
      if (kind === "read") {
        printed.begun++;
        known.set(number, seq);
      } else {
        printed.answered++;
        if (Number(held) < (known.get(number) ?? NaN)) printed.missed++;
      }
    }
    return printed;
  });
}

/** What likes servers printed is what the verdict says of them. */
function assertAsPrinted(stderr: string, { reads }: Verdict): void {
  const printed = printedReads(stderr);
  const sum = (key: keyof PrintedReads) =>
    printed.reduce((all, one) => all + one[key], 0);
  for (const { acknowledgements, begun } of printed) {
    assertGreater(begun, 0);
    // One may come as the lifetime ends.
    assert(begun >= acknowledgements - 1, `${begun} of ${acknowledgements}`);
  }
  assertEquals(reads?.ownReads, sum("answered"));
  assertGreater(sum("missed"), 0);
  // The network can know of an acknowledgement that is not printed yet.
  assert((reads?.ownMissed ?? 0) >= sum("missed"), `${reads?.ownMissed}`);
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
    const verdict: Verdict = JSON.parse(stdout);
    assertAsPrinted(stderr, verdict);
    const live = freshnessOf(verdict);
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
    assertShare("Own", [live.own, live.ownReads], virtual.own, slack);
    // A draw and its reads are not independent of each other: about ten reads
    // come while it spreads.
    assertShare("All", [live.all, live.reads / 10], virtual.all, slack);
  },
});
