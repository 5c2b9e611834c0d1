import { MessageKind } from "../../../../lib/domain/messages.ts";
import { PRIMARY } from "../../../../lib/domain/nodes.ts";
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Faults } from "../../../../lib/faults/force.ts";
import type { FaultPlan } from "../../../../lib/faults/plan.ts";
import type { RunOptions } from "../../../../lib/options/run_options.ts";
import { Simulation } from "../../../../lib/sim/simulation.ts";
import type { HistoryEvent } from "../../../../lib/verdict/history.ts";
import { FlightScreen } from "../../../../lib/view/lab/film/flight_screen.ts";
import type {
  Flight,
  FlightKind,
} from "../../../../lib/view/lab/film/flight.ts";
import { runLab } from "../../../../lib/view/lab/lab_run.ts";
import { settingFromHash } from "../../../../lib/view/lab/setting.ts";
import { settings } from "../settings.ts";

function flightsOf(hash: string): readonly Flight[] {
  return runLab(settingFromHash(hash)).reel.flights;
}

function isHeldUpOrCopied({ pauses, crashes, duplicate }: FaultPlan): boolean {
  return pauses.length > 0 || crashes.length > 0 || duplicate.value > 0;
}

/** Runs a setting and counts its messages as the run itself does. */
function played(options: RunOptions) {
  const { reel } = runLab(options);
  const simulation = new Simulation(options);
  while (!simulation.advance(10_000));
  const { gossip, readers } = simulation.replicas ?? {};
  return {
    ...reel,
    messages: {
      reports: simulation.messages,
      exchanges: gossip?.messages ?? 0,
      reads: readers?.messages ?? 0,
    },
  };
}

Deno.test("FlightRecorder.add() sees every message of the run, for any setting", () => {
  fc.assert(
    fc.property(settings(), (drawn) => {
      const options = {
        ...drawn,
        servers: Math.min(drawn.servers, 10),
        // A likes server's own reads have the numbers of its reports: where
        // either is copied or held up, histories do not tell them apart.
        ...isHeldUpOrCopied(drawn.faults) && { readAfterTicks: null },
        // Likewise the answer to a read and that to its repair.
        ...drawn.faults.duplicate.value > 0 && { readRepair: "off" as const },
      };
      const { pauses, duplicate } = options.faults;
      // Of copies that are held up together, which is which is not told.
      if (pauses.length > 0 && duplicate.value > 0) return;
      let run;
      try {
        run = played(options);
      } catch {
        return; // the faults name likes servers beyond the tenth
      }
      const { events, flights } = run;
      const of = (kind: FlightKind, isWanted: (flight: Flight) => boolean) =>
        flights.filter((one) => one.kind === kind && isWanted(one)).length;
      const happened = (
        kind: string,
        isWanted: (event: HistoryEvent) => boolean = () => true,
      ) =>
        events.filter((event) =>
          event.kind === kind && event.attempt !== undefined && isWanted(event)
        ).length;
      const isToAll = options.writeTo === "all" && options.replicas > 1;
      // Requests of each kind are events.
      for (
        const [kind, event] of [
          ["report", "send"],
          ["read", "read"],
          ["repair", "repair"],
          ["exchange", "gossip"],
        ] as const
      ) {
        assertEquals(
          of(
            kind,
            (one) => !one.isCopy && (kind === "exchange" || !one.isReply),
          ),
          happened(event),
        );
      }
      for (const reply of [undefined, true]) {
        const isReply = reply === true;
        assertEquals(
          flights.filter((one) => one.isCopy && one.isReply === isReply).length,
          happened("copy", (event) => event.reply === reply),
        );
      }
      assertEquals(
        of("report", (one) => !one.isReply && one.fate === "arrived"),
        happened("receive", ({ reply }) => reply === undefined),
      );
      assertEquals(
        of("exchange", (one) => one.fate === "arrived"),
        happened("merge"),
      );
      if (!isToAll) {
        assertEquals(
          of("report", (one) => one.isReply && one.fate === "arrived"),
          happened("ack"),
        );
      }
      assertEquals(
        flights.filter((one) => one.fate === "refused").length,
        happened("nak"),
      );
      // Replies to copies are sent to nobody; the run counts them.
      const toCopies = (kind: FlightKind) =>
        of(kind, (one) => one.isCopy && !one.isReply);
      const { messages } = run;
      const seen = (kinds: readonly FlightKind[]) =>
        kinds.reduce((sum, kind) => sum + of(kind, () => true), 0);
      const isNear = (
        counted: number,
        kinds: readonly FlightKind[],
      ) => {
        const most = kinds.reduce((sum, kind) => sum + toCopies(kind), 0);
        const unseen = counted - seen(kinds);
        // Answers that are on their way at the end are told of by nothing.
        const open = kinds.includes("read") ? options.readers * 9 + 40 : 0;
        assert(unseen >= 0 && unseen <= most + open, `${kinds}: ${unseen}`);
      };
      isNear(messages.reports, ["report"]);
      isNear(messages.exchanges, ["exchange"]);
      isNear(messages.reads, ["read", "repair"]);
      let sentTick = 0;
      for (const flight of flights) {
        const { arrivalTick, cause, isReply, from, to } = flight;
        assert(flight.sentTick >= sentTick);
        sentTick = flight.sentTick;
        assert(arrivalTick >= sentTick);
        assertEquals(cause >= 0, isReply);
        const request = flights[cause];
        if (!isReply) continue;
        assertEquals(request?.isReply, false);
        assertEquals([request?.from, request?.to], [to, from]);
        assert(sentTick >= (request?.arrivalTick ?? Infinity));
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("FlightRecorder.add() gives exchanges and reads the luck and the delay that they had", () => {
  for (
    const more of [
      "&read-from=any&read-quorum=2",
      "&read-from=home&read-after=100ms",
      "&write-to=all&read-from=all&read-quorum=2&read-repair=after&gossip=1s",
    ]
  ) {
    const options = settingFromHash(
      "servers=3&lifetime=60s&replicas=3&readers=2&loss=0.1&duplicate=0.1" +
        `&latency=exp:50ms&partition=20s..30s:primary2--primary0-1${more}`,
    );
    const faults = new Faults(options);
    const seen = new Set<string>();
    for (const flight of runLab(options).reel.flights) {
      const { from, to, arrivalTick, kind, isReply, fate } = flight;
      const isCut = faults.cut(from, to, arrivalTick);
      if (fate === "cut" && arrivalTick < faults.endTick) assert(isCut);
      if (fate === "arrived" && (kind === "exchange" || isReply)) {
        assert(!isCut, `${kind} from ${from} to ${to} at ${arrivalTick}`);
      }
      seen.add(`${kind} ${isReply ? "reply" : "request"} ${fate}`);
    }
    for (const kind of ["exchange", "read"]) {
      for (const part of ["request", "reply"]) {
        for (const fate of ["arrived", "lost"]) {
          assert(
            seen.has(`${kind} ${part} ${fate}`),
            `${kind} ${part} ${fate}`,
          );
        }
      }
    }
    assert(seen.has("exchange request cut"));
  }
});

Deno.test("FlightRecorder.add() tells the answer to a read from that to its repair", () => {
  for (const quorum of [1, 2]) {
    const flights = flightsOf(
      "delivery=crdt&servers=3&lifetime=60s&interval=0.5s..1s&replicas=3" +
        "&readers=3&read-interval=0.1s..0.3s&write-to=all&write-quorum=2" +
        `&read-from=all&read-quorum=${quorum}&read-repair=before&latency=exp:50ms`,
    );
    assert(flights.some(({ kind }) => kind === "repair"));
    // No answer leaves before its question is there.
    const early = flights.filter(({ isReply, cause, sentTick }) =>
      isReply && sentTick < flights[cause]!.arrivalTick
    );
    assertEquals(early, []);
  }
});

Deno.test("FlightRecorder.markStale() marks the answer of each stale read", () => {
  const { flights, reads } = runLab(settingFromHash(
    "servers=3&lifetime=60s&replicas=3&readers=3&read-from=any&latency=exp:50ms",
  )).reel;
  const stale = reads.filter(({ outcome }) => outcome === "stale");
  assert(stale.length > 10);
  assertEquals(
    flights.filter((flight) => flight.stale !== undefined)
      .map(({ to, arrivalTick, stale }) => [to, arrivalTick, stale])
      .sort((one, other) => Number(one[1]) - Number(other[1])),
    stale.map(({ client, endTick, stale }) => [client, endTick, stale]),
  );
});

Deno.test("FlightRecorder.add() tells what is lost on the way from what is cut off", () => {
  const lost = flightsOf("servers=2&lifetime=30s&loss=0.3&latency=20ms");
  assert(lost.some(({ fate }) => fate === "lost"));
  assertEquals(lost.filter(({ fate }) => fate === "cut"), []);
  const cut = flightsOf(
    "servers=2&lifetime=30s&partition=10s..20s&latency=20ms",
  );
  assert(cut.some(({ fate }) => fate === "cut"));
  assertEquals(cut.filter(({ fate }) => fate === "lost"), []);
  // Without latency a message is cut off at the tick at which it was sent.
  const atOnce = flightsOf("servers=2&lifetime=30s&partition=10s..20s");
  assert(atOnce.some(({ fate }) => fate === "cut"));
  assertEquals(atOnce.filter(({ fate }) => fate === "lost"), []);
  for (const { fate, arrivalTick } of cut) {
    const isWithin = arrivalTick >= 100_000 && arrivalTick < 200_000;
    assertEquals(fate === "cut", isWithin);
  }
});

Deno.test("FlightRecorder.add() gives each message the luck and the delay that it had", () => {
  for (const latency of ["exp:50ms", "0ms"]) {
    const options = settingFromHash(
      "servers=3&lifetime=60s&delivery=at-least-once&loss=0.2&duplicate=0.2" +
        "&partition=10s..20s&partition=30s..40s:LikesServer0-2:<-primary" +
        `&latency=${latency}`,
    );
    const faults = new Faults(options);
    const fates = new Set<string>();
    for (const flight of runLab(options).reel.flights) {
      const { server, attempt, sentTick, isReply, isCopy, fate } = flight;
      assertEquals(flight.kind, "report");
      const direction = isReply ? MessageKind.REPLY : MessageKind.REPORT;
      const luck = faults.luck(direction, server, attempt);
      const isLost = !isCopy && faults.lost(direction, luck, sentTick);
      const arrival = sentTick +
        faults.latencyTicks(direction, luck, isCopy, sentTick);
      const isCut = isReply
        ? faults.cut(PRIMARY, server, arrival)
        : faults.cut(server, PRIMARY, arrival);
      assertEquals(flight.arrivalTick, arrival);
      assertEquals(fate === "lost", isLost);
      if (isCut && !isLost) assertEquals(fate, "cut");
      // What is not waited for, or on its way at the end, is told otherwise.
      if (fate === "arrived") assert(!isLost && !isCut);
      fates.add(`${isReply ? "reply" : "report"} ${fate}`);
    }
    for (const fate of ["arrived", "lost", "cut"]) {
      assert(fates.has(`report ${fate}`) && fates.has(`reply ${fate}`), fate);
    }
  }
});

Deno.test("FlightRecorder.add() marks what is sent again and what the network copied", () => {
  const flights = flightsOf(
    "servers=1&lifetime=60s&delivery=at-least-once&loss=0.3&duplicate=0.3&latency=exp:50ms",
  );
  const reports = flights.filter((one) => !one.isReply && !one.isCopy);
  const seen = new Set<number>();
  for (const { seq, isRepeat } of reports) {
    assertEquals(isRepeat, seen.has(seq));
    seen.add(seq);
  }
  assert(reports.some(({ isRepeat }) => isRepeat));
  for (const copy of flights.filter(({ isCopy }) => isCopy)) {
    const original = flights.find((one) =>
      !one.isCopy && one.isReply === copy.isReply &&
      one.attempt === copy.attempt
    );
    assertEquals(original?.sentTick, copy.sentTick);
  }
});

const REPORT: Flight = {
  kind: "report",
  from: 0,
  to: PRIMARY,
  entries: 0,
  send: 1,
  server: 0,
  isReply: false,
  attempt: 1,
  likes: 14,
  seq: 1,
  isCopy: false,
  isRepeat: false,
  cause: -1,
  sentTick: 1000,
  arrivalTick: 1200,
  fate: "arrived",
};
const REPLY: Flight = {
  ...REPORT,
  isReply: true,
  cause: 0,
  sentTick: 1200,
  arrivalTick: 1400,
};

Deno.test("FlightScreen.at() shows each message exactly where it is, if it is shown no slower", () => {
  const screen = new FlightScreen([REPORT, REPLY]);
  assertEquals(screen.at(999, 0), []);
  assertEquals(screen.at(1100, 0), [{
    flight: REPORT,
    progress: 0.5,
    fall: 0,
  }]);
  assertEquals(screen.at(1350, 0), [{
    flight: REPLY,
    progress: 0.75,
    fall: 0,
  }]);
  assertEquals(screen.at(1401, 0), []);
});

Deno.test("FlightScreen.at() shows a message that takes no time, at its moment", () => {
  const flight = { ...REPORT, arrivalTick: REPORT.sentTick };
  const screen = new FlightScreen([flight]);
  assertEquals(screen.at(1000, 0), [{ flight, progress: 1, fall: 0 }]);
  assertEquals(screen.at(1001, 0), []);
});

Deno.test("FlightScreen.at() lets a reply leave when its report is seen to arrive", () => {
  const screen = new FlightScreen([REPORT, REPLY]);
  const [report, ...none] = screen.at(1900, 1000);
  assertEquals([report?.progress, none], [0.9, []]);
  const reply = screen.at(2500, 1000).find(({ flight }) => flight.isReply);
  assertEquals(reply?.progress, 0.5);
});

Deno.test("FlightScreen.at() lets lost messages fall off and then be gone", () => {
  const lost: Flight = { ...REPORT, fate: "lost" };
  const screen = new FlightScreen([lost]);
  const stop = screen.at(1190, 0)[0];
  assert(stop !== undefined && stop.fall > 0 && stop.progress < 1);
  const later = screen.at(2500, 0)[0];
  assert((later?.fall ?? 0) > stop.fall);
  assertEquals(later?.progress, stop.progress);
  assertEquals(screen.at(5000, 0), []);
});

Deno.test("FlightScreen.at() finds what is on its way as looking at all does", () => {
  const flights = flightsOf(
    "servers=5&lifetime=60s&loss=0.1&duplicate=0.1&latency=pareto:20ms,1.1",
  );
  const screen = new FlightScreen(flights);
  fc.assert(fc.property(fc.integer({ min: 0, max: 700_000 }), (tick) => {
    const onTheWay = flights.filter(({ sentTick, arrivalTick, fate }) =>
      fate !== "lost" && fate !== "cut" && sentTick <= tick &&
      tick <= arrivalTick
    );
    const shown = screen.at(tick, 0)
      .map(({ flight }) => flight)
      .filter(({ fate }) => fate !== "lost" && fate !== "cut");
    assertEquals(shown, onTheWay);
  }));
});
