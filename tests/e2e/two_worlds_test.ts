// The same options in both worlds: the live run with real processes, the
// virtual run in simulated time.

import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { parseInvocation } from "../../lib/cli/invocation.ts";
import { DELIVERIES } from "../../lib/domain/delivery.ts";
import { simulate } from "../../lib/sim/run.ts";
import { type HistoryEvent, parseEvent } from "../../lib/verdict/history.ts";
import { isWithin, predict } from "../../lib/verdict/theory.ts";
import { judge, type Verdict } from "../../lib/verdict/verdict.ts";
import { CAN_RUN, LogFolder, Program } from "./program.ts";

const RUN = [
  ...["--servers", "4", "--lifetime", "2s", "--spawn-interval", "50ms"],
  ...["--interval", "50ms..300ms", "--seed", "11"],
];

/** The verdict of `sim` on the words that `start` is given. */
function virtualVerdict(
  words: readonly string[],
  onEvent?: (event: HistoryEvent) => void,
): Verdict {
  const invocation = parseInvocation(["sim", ...words], {
    program: "likes",
    drawSeed: () => 0,
  });
  assert(invocation.command === "sim");
  return simulate(invocation.options.run, { check: true, onEvent });
}

/**
 * The output of `start --json`, read back as a verdict with its findings, and
 * its history.
 */
async function liveRun(
  words: readonly string[],
): Promise<{ verdict: Verdict; events: HistoryEvent[] }> {
  using folder = new LogFolder();
  await using program = new Program([
    ...["start", "--json", "--port", "0", "--log-dir", folder.path],
    ...["--history", `${folder.path}/history.jsonl`, ...words],
  ]);
  const { stdout, stderr } = await program.ended;
  assert(stdout !== "", stderr);
  const { servers, ...facts } = JSON.parse(stdout);
  const history = await Deno.readTextFile(`${folder.path}/history.jsonl`);
  const events = history.trimEnd().split("\n").map(parseEvent);
  const draws = drawsOf(events);
  const verdict = judge(
    facts,
    servers.map((server: { undelivered: number }, id: number) => ({
      ...server,
      draws: draws[id]?.length ?? 0,
      pending: server.undelivered,
    })),
  );
  return { verdict, events };
}

/** The draws of each likes server, in order. */
function drawsOf(events: readonly HistoryEvent[]): HistoryEvent[][] {
  const draws: HistoryEvent[][] = [];
  for (const event of events) {
    if (event.kind === "draw") (draws[event.server ?? -1] ??= []).push(event);
  }
  return draws;
}

Deno.test({
  name:
    "start and sim draw the same likes at the same times: a live draw is never early, and lateness does not add up",
  ignore: !CAN_RUN,
  async fn() {
    const planned: HistoryEvent[] = [];
    virtualVerdict(RUN, (event) => planned.push(event));
    const { events } = await liveRun(RUN);
    const virtual = drawsOf(planned);
    const live = drawsOf(events);
    const contentOf = ({ seq, likes, total }: HistoryEvent) =>
      `#${seq} ${likes} =${total}`;
    assertEquals(
      live.map((draws) => draws.map(contentOf)),
      virtual.map((draws) => draws.map(contentOf)),
    );
    live.forEach((draws, server) => {
      const late = draws.map(({ t }, i) =>
        t - (virtual[server]?.[i]?.t ?? Infinity)
      );
      const TICK_SECONDS = 0.0001; // times are told in whole ticks
      assert(late.every((seconds) => seconds > -1.5 * TICK_SECONDS), `${late}`);
      // However slow the machine: each is planned by itself, so a late one does
      // not make the others late.
      assert(late.slice(-5).some((seconds) => seconds < 1), `${late}`);
    });
  },
});

Deno.test({
  name:
    "start and sim draw the same likes: without faults their totals are equal to the like",
  ignore: !CAN_RUN,
  async fn() {
    const calm = [...RUN, "--ack-timeout", "8s"];
    const { verdict: live } = await liveRun(calm);
    const virtual = virtualVerdict(calm);
    const likesOf = ({ servers = [] }: Verdict) =>
      servers.map(({ name, generated, counted }) => [name, generated, counted]);
    assertEquals(likesOf(live), likesOf(virtual));
    assertEquals([live.converged, virtual.converged], [true, true]);
    assert(live.generated > 0);
  },
});

for (const delivery of DELIVERIES) {
  Deno.test({
    name:
      `start and sim keep the guarantees of the mode under the same faults: ${delivery}`,
    ignore: !CAN_RUN,
    async fn() {
      const stormy = [
        ...RUN,
        ...["--delivery", delivery, "--ack-timeout", "300ms"],
        ...["--latency", "exp:5ms", "--loss", "1/5", "--duplicate", "1/10"],
        ...["--partition", "500ms..900ms:LikesServer0-1"],
      ];
      const virtual = virtualVerdict(stormy);
      const { verdict: live } = await liveRun(stormy);
      const prediction = predict(delivery);
      for (const verdict of [virtual, live]) {
        assert(
          isWithin(prediction, verdict),
          JSON.stringify(verdict.findings),
        );
      }
      // Loss, delay and time differ between the worlds, draws do not.
      assertEquals(live.generated, virtual.generated);
      if (delivery === "dedup" || delivery === "crdt") {
        assertEquals([live.converged, virtual.converged], [true, true]);
      }
    },
  });
}

// Where every likes server waits for an answer that was lost until the very
// end, what is sent and counted follows from the seed alone, however late a
// noisy machine is; what is measured over time may be off by as much as a
// machine may be late, for which a round trip is taken.
const LATENCY_SECONDS = 0.7;
const ROUND_TRIP_SECONDS = 2 * LATENCY_SECONDS;
const STRANDED = [
  ...["--servers", "3", "--lifetime", "5s", "--spawn-interval", "200ms"],
  ...["--interval", "200ms..600ms", "--drain", "4s", "--ack-timeout", "1m"],
  ...["--latency", `${LATENCY_SECONDS}s`],
];

for (
  const [delivery, faults] of [
    ["dedup", ["--seed", "2", "--loss", "0.5"]],
    ["at-least-once", [
      ...["--seed", "5", "--loss", "0.3"],
      ...["--partition", "0s..5400ms:LikesServer1:->primary"],
    ]],
  ] as const
) {
  Deno.test({
    name:
      `start and sim agree in traffic, divergence and staleness of a run that does not converge: ${delivery}, ${
        faults.slice(2).join(" ")
      }`,
    ignore: !CAN_RUN,
    async fn() {
      const words = [...STRANDED, "--delivery", delivery, ...faults];
      const events: HistoryEvent[] = [];
      const virtual = virtualVerdict(words, (event) => events.push(event));
      const quietFrom = Math.max(
        ...events.filter(({ kind }) => kind === "send").map(({ t }) => t),
      );
      assert(quietFrom < 4, `A report is sent at ${quietFrom} s`);
      const { verdict: live } = await liveRun(words);
      for (
        const key of [
          ...["generated", "acknowledged", "counted", "undelivered", "lost"],
          ...["countedTwice", "reports", "messages", "retries", "duplicates"],
          ...["converged", "convergenceSeconds"],
        ] as const
      ) {
        assertEquals([key, live[key]], [key, virtual[key]]);
      }
      const { virtualSeconds = NaN } = virtual;
      const { wallSeconds = NaN } = live;
      const lateSeconds = wallSeconds - virtualSeconds;
      assert(Math.abs(lateSeconds) < ROUND_TRIP_SECONDS, `${lateSeconds} s`);
      // The oldest like gets older until the end, in both.
      const stale = [live, virtual].map(({ stalenessSeconds }) =>
        stalenessSeconds?.max ?? NaN
      );
      assertNear(stale, ROUND_TRIP_SECONDS);
      const staleOnAverage = [live, virtual].map(({ stalenessSeconds }) =>
        stalenessSeconds?.mean ?? NaN
      );
      assertNear(staleOnAverage, ROUND_TRIP_SECONDS);
      const share = ROUND_TRIP_SECONDS / virtualSeconds;
      const divergence = [live, virtual].map(({ divergence }) =>
        divergence?.mean ?? NaN
      );
      assertNear(divergence, share * (virtual.divergence?.max ?? NaN));
    },
  });
}

function assertNear([live, virtual]: number[], tolerance: number): void {
  const difference = Math.abs((live ?? NaN) - (virtual ?? NaN));
  assert(
    difference < tolerance,
    `live ${live}, virtual ${virtual}, allowed are ${tolerance} in between`,
  );
}

// Replicas that do not gossip and readers that ask any of them: which reads are
// fresh follows from the seed alone, but for reads beside an acknowledgement.
const READ_ANYWHERE = [
  ...["--servers", "4", "--lifetime", "4s", "--spawn-interval", "50ms"],
  ...["--interval", "100ms..300ms", "--seed", "11", "--latency", "2ms"],
  ...["--replicas", "3", "--gossip", "off", "--ack-timeout", "8s"],
  ...["--readers", "3", "--read-interval", "20ms..60ms"],
];

for (const readFrom of ["home", "any"]) {
  Deno.test({
    name:
      `start and sim agree in what replicas hold, and what readers are told of it: --read-from ${readFrom}`,
    ignore: !CAN_RUN,
    async fn() {
      const words = [...READ_ANYWHERE, "--read-from", readFrom];
      const virtual = virtualVerdict(words);
      const { verdict: live } = await liveRun(words);
      assertEquals(live.replicas, virtual.replicas);
      assertEquals(
        [live.agreementSeconds, virtual.agreementSeconds],
        [null, null],
      );
      const [one, other] = [live.reads, virtual.reads];
      assert(one !== undefined && other !== undefined);
      // A read that begins late, because the machine was busy, may miss the
      // end, and can be on the other side of an item's first acknowledgement.
      const missing = Math.abs(other.count - one.count);
      const reads = Math.min(one.count, other.count);
      assertGreater(reads, 200);
      const { fresh: liveFresh = NaN } = one;
      const { fresh: virtualFresh = NaN } = other;
      assertLess(
        Math.abs(liveFresh - virtualFresh),
        (missing + 0.1 * reads) / reads,
      );
      // Each replica has whole versions of a third of the items only.
      assertLess(virtualFresh, 0.6);
      if (readFrom === "home") {
        assertEquals(
          [one.monotonicViolations, other.monotonicViolations],
          [0, 0],
        );
      } else {
        assertGreater(one.monotonicViolations ?? 0, 0);
        assertLess(
          Math.abs(
            (one.monotonicViolations ?? 0) - (other.monotonicViolations ?? 0),
          ),
          missing + 0.1 * reads,
        );
      }
    },
  });
}

Deno.test({
  name: "start and sim agree that three replicas agree in the end",
  ignore: !CAN_RUN,
  async fn() {
    const words = [
      ...["--servers", "4", "--lifetime", "2s", "--spawn-interval", "50ms"],
      ...["--interval", "100ms..300ms", "--seed", "11", "--latency", "2ms"],
      ...["--replicas", "3", "--gossip", "200ms", "--ack-timeout", "300ms"],
      ...["--partition", "500ms..1500ms:primary2--primary0-1"],
    ];
    const virtual = virtualVerdict(words);
    const { verdict: live } = await liveRun(words);
    assertEquals([live.converged, virtual.converged], [true, true]);
    assertEquals(live.replicas, virtual.replicas);
    for (const { agreementSeconds, apartSeconds } of [live, virtual]) {
      assert(typeof agreementSeconds === "number");
      // Nobody tells primary2 of what the others counted.
      assertGreater(apartSeconds ?? 0, 0.9);
    }
  },
});

// Likes servers tell all replicas, but one hears nothing until the end: whether
// a read is fresh follows from whom it asks, and so from the seed.
const TOLD_TO_ALL = [
  ...["--servers", "4", "--lifetime", "3s", "--spawn-interval", "50ms"],
  ...["--interval", "100ms..300ms", "--seed", "11", "--latency", "2ms"],
  ...["--replicas", "3", "--write-to", "all", "--ack-timeout", "500ms"],
  ...["--partition", "0s..3s:LikesServer0-3->primary2"],
  ...[
    "--readers",
    "3",
    "--read-interval",
    "20ms..60ms",
  ],
];

for (
  const [words, [least, most]] of [
    [["--read-from", "any"], [0.5, 0.9]],
    [["--write-quorum", "2", "--read-from", "any", "--read-quorum", "2"], [
      1,
      1,
    ]],
    [["--read-from", "home"], [0.5, 0.9]],
    [["--write-quorum", "2", "--read-from", "all", "--read-quorum", "2"], [
      1,
      1,
    ]],
  ] as const
) {
  Deno.test({
    name: `start and sim agree in quorums: ${words.join(" ")}`,
    ignore: !CAN_RUN,
    async fn() {
      const all = [...TOLD_TO_ALL, ...words];
      const virtual = virtualVerdict(all);
      const { verdict: live } = await liveRun(all);
      assertEquals([live.converged, virtual.converged], [true, true]);
      assertEquals(live.acknowledged, virtual.acknowledged);
      assertEquals(live.replicas, virtual.replicas);
      const shares = [live, virtual].map(({ reads }) => {
        assertGreater(reads?.count ?? 0, 100);
        assertEquals(reads?.unanswered, 0);
        const { fresh = NaN } = reads ?? {};
        assert(fresh >= least && fresh <= most, `${fresh}`);
        return fresh;
      });
      assertNear(shares, 0.15);
    },
  });
}

/** By kind, and by who reads: the fields that any event of a read has. */
function readFieldsOf(events: readonly HistoryEvent[]): string[] {
  const fields = new Map<string, Set<string>>();
  for (const event of events) {
    const { kind, reader, own, replica } = event;
    if (reader === undefined && own === undefined) continue;
    // A live run does not know whether a repair was news.
    if (kind === "count") continue;
    const isUnanswered = kind === "lose" && replica === undefined;
    const who = own === undefined ? "reader" : "likes server";
    const key = `${isUnanswered ? "no answer" : kind} of a ${who}`;
    const known = fields.get(key) ?? new Set();
    fields.set(key, known);
    for (const field of Object.keys(event)) known.add(field);
  }
  return [...fields].map(([key, names]) => `${key}: ${[...names].sort()}`)
    .sort();
}

Deno.test({
  name:
    "start and sim tell the same kinds of events of reads, with the same fields",
  ignore: !CAN_RUN,
  async fn() {
    const words = [
      ...["--servers", "3", "--lifetime", "3s", "--spawn-interval", "20ms"],
      ...["--interval", "50ms..100ms", "--seed", "11", "--latency", "exp:5ms"],
      ...["--replicas", "3", "--write-to", "all", "--write-quorum", "3"],
      ...["--readers", "2", "--read-interval", "20ms..60ms"],
      ...["--read-after", "5ms", "--read-from", "any"],
      ...["--read-repair", "before", "--ack-timeout", "150ms"],
      ...["--loss", "1/6", "--duplicate", "1/6"],
    ];
    const planned: HistoryEvent[] = [];
    virtualVerdict(words, (event) => planned.push(event));
    const { events } = await liveRun(words);
    const virtual = readFieldsOf(planned);
    assertEquals(readFieldsOf(events), virtual);
    const kinds = [
      ...["copy", "lose", "no answer", "read", "receive", "repair", "value"],
    ];
    assertEquals(
      virtual.map((line) => line.replace(/:.*/, "")),
      kinds.flatMap((kind) => [
        `${kind} of a likes server`,
        `${kind} of a reader`,
      ]),
    );
  },
});
