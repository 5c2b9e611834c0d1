import { MessageKind } from "../../../lib/domain/messages.ts";
import { PRIMARY } from "../../../lib/domain/nodes.ts";
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Faults } from "../../../lib/faults/force.ts";

import { FlightScreen } from "../../../lib/view/lab/flight_screen.ts";
import type { Flight } from "../../../lib/view/lab/flights.ts";
import { runLab } from "../../../lib/view/lab/lab_run.ts";
import { settingFromHash } from "../../../lib/view/lab/setting.ts";
import { settings } from "./settings.ts";

function flightsOf(hash: string): readonly Flight[] {
  return runLab(settingFromHash(hash)).reel.flights;
}

Deno.test("FlightRecorder.add() sees every message of the run, for any setting", () => {
  fc.assert(
    fc.property(settings(), (drawn) => {
      const options = { ...drawn, servers: Math.min(drawn.servers, 10) };
      let run;
      try {
        run = runLab(options);
      } catch {
        return; // the faults name likes servers beyond the tenth
      }
      const { events, flights } = run.reel;
      const of = (isWanted: (flight: Flight) => boolean) =>
        flights.filter(isWanted).length;
      const happened = (kind: string, reply?: boolean) =>
        events.filter((event) =>
          event.kind === kind && event.attempt !== undefined &&
          (event.reply ?? false) === (reply ?? false)
        ).length;
      assertEquals(of((one) => !one.isReply && !one.isCopy), happened("send"));
      assertEquals(
        of((one) => !one.isReply && one.isCopy),
        happened("copy"),
      );
      assertEquals(
        of((one) => one.isReply && one.isCopy),
        happened("copy", true),
      );
      assertEquals(
        of((one) => !one.isReply && one.fate === "arrived"),
        happened("receive"),
      );
      assertEquals(
        of((one) => one.isReply && one.fate === "arrived"),
        happened("ack"),
      );
      assertEquals(of((one) => one.fate === "refused"), happened("nak"));
      for (const { sentTick, arrivalTick, cause, isReply } of flights) {
        assert(arrivalTick >= sentTick);
        assertEquals(cause >= 0, isReply);
        if (cause >= 0) assertEquals(flights[cause]?.isReply, false);
      }
    }),
    { numRuns: 60 },
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
