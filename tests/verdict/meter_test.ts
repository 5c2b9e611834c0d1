import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Meter } from "../../lib/verdict/meter.ts";
import { meanOf, measureNaively, quantileOf, type Step } from "./oracle.ts";

const SERVERS = 4;
const SECOND = 10_000;

function feed(meter: Meter, steps: readonly Step[], endTick: number): void {
  for (const step of steps) {
    switch (step.kind) {
      case "drawn":
        meter.drawn(step.tick, step.server, step.seq, step.likes);
        break;
      case "counted":
        meter.counted(step.tick, step.server, step.seq, step.newly);
        break;
      case "givenUp":
        meter.givenUp(step.tick, step.server, step.seq);
        break;
      case "observed":
        meter.observed(step.tick, step.likes);
        break;
      case "forgotten":
        meter.forgotten(
          step.tick,
          step.likes,
          (server) => step.settled[server] ?? 0,
        );
    }
  }
  meter.end(endTick);
}

/**
 * Any stream of events that a run can give, told by how long after the one
 * before and what it is.
 */
function streams(
  kinds: readonly Step["kind"][],
  pauseMax: number,
  likesMax: number,
): fc.Arbitrary<{ steps: Step[]; endTick: number }> {
  const raw = fc.record({
    pause: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: pauseMax })),
    // Half of all are draws, so that there is something to count.
    kind: fc.oneof(fc.constant("drawn" as const), fc.constantFrom(...kinds)),
    server: fc.nat(SERVERS - 1),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    likes: fc.oneof(
      fc.constant(0),
      fc.integer({ min: 0, max: likesMax }),
    ),
    again: fc.boolean(),
  });
  return fc.tuple(
    fc.array(raw, { maxLength: 60, size: "max" }),
    fc.nat(pauseMax),
  ).map(
    ([raws, rest]) => {
      const steps: Step[] = [];
      const seqs = Array<number>(SERVERS).fill(0);
      const settled = Array<number>(SERVERS).fill(0);
      let tick = 0;
      let counted = 0;
      for (const { pause, kind, server, share, likes, again } of raws) {
        tick += pause;
        const seq = Math.round(share * (seqs[server] ?? 0));
        switch (kind) {
          case "drawn":
            seqs[server] = (seqs[server] ?? 0) + 1;
            steps.push({ kind, tick, server, seq: seqs[server], likes });
            break;
          case "counted": {
            const newly = again ? likes : 0;
            counted += newly;
            settled[server] = Math.max(seq, settled[server] ?? 0);
            steps.push({ kind, tick, server, seq, newly });
            break;
          }
          case "givenUp":
            settled[server] = Math.max(seq, settled[server] ?? 0);
            steps.push({ kind, tick, server, seq });
            break;
          case "observed":
            counted = likes;
            steps.push({ kind, tick, likes });
            break;
          case "forgotten": {
            counted = again ? 0 : Math.floor(share * counted);
            settled.forEach((seq, of) => {
              settled[of] = again ? 0 : Math.floor(seq * share);
            });
            steps.push({ kind, tick, likes: counted, settled: [...settled] });
          }
        }
      }
      return { steps, endTick: tick + rest };
    },
  );
}

/** Compares every number that a meter tells with the oracle's. */
function assertMeasures(
  { steps, endTick }: { steps: Step[]; endTick: number },
  mayForget: boolean,
  servers: number,
  precision: number,
): void {
  const meter = new Meter({ mayForget, servers });
  feed(meter, steps, endTick);
  const naive = measureNaively(steps, endTick);
  for (const liftedTick of [0, Math.floor(endTick / 2), endTick + 5]) {
    const { divergence, stalenessSeconds, convergenceSeconds } = meter.measures(
      liftedTick,
    );
    for (
      const [told, values, unit] of [
        [divergence, naive.divergences, 1],
        [stalenessSeconds, naive.ages, SECOND],
      ] as const
    ) {
      near(told.mean * unit, meanOf(values), 1e-9, "mean");
      near(told.max * unit, Math.max(...values, ...none(values)), 0, "max");
      near(told.p50 * unit, quantileOf(values, 0.5), precision, "p50");
      near(told.p95 * unit, quantileOf(values, 0.95), precision, "p95");
      near(told.p99 * unit, quantileOf(values, 0.99), precision, "p99");
    }
    const from = Math.max(naive.lastDrawTick, liftedTick);
    assertEquals(
      convergenceSeconds,
      naive.agreeingSince === null
        ? null
        : Math.max(0, naive.agreeingSince - from) / SECOND,
    );
  }
}

function none(values: readonly number[]): number[] {
  return values.length === 0 ? [0] : [];
}

function near(told: number, wanted: number, precision: number, name: string) {
  const allowed = Math.abs(wanted) * precision + 1e-9;
  assert(
    Math.abs(told - wanted) <= allowed,
    `${name} is ${told} and should be ${wanted}`,
  );
}

Deno.test("Meter tells exactly what the naive definition tells", () => {
  fc.assert(
    fc.property(
      streams(["counted", "counted", "givenUp", "observed"], 30, 42),
      (stream) => assertMeasures(stream, false, SERVERS, 0),
    ),
    { numRuns: 300 },
  );
});

Deno.test("Meter tells exactly what the naive definition tells of a primary that forgets", () => {
  fc.assert(
    fc.property(
      streams(["counted", "counted", "givenUp", "forgotten"], 30, 42),
      (stream) => assertMeasures(stream, true, 0, 0),
    ),
    { numRuns: 300 },
  );
});

Deno.test("Meter tells large values within 0.1 %, mean and maximum exactly", () => {
  fc.assert(
    fc.property(
      streams(["counted", "givenUp"], 3000, 2 ** 33),
      (stream) => assertMeasures(stream, false, 1, 1 / 1024),
    ),
    { numRuns: 15 },
  );
});

Deno.test("Meter waits for the likes of a server that crashed for good until the end", () => {
  const meter = new Meter();
  meter.drawn(0, 3, 1, 5); // and then LikesServer3 is gone
  for (let k = 1; k <= 10; k++) {
    meter.drawn(k * 100, 0, k, 1);
    meter.counted(k * 100 + 40, 0, k, 1);
  }
  meter.end(2000);
  const { stalenessSeconds, divergence, convergenceSeconds } = meter.measures();
  assertEquals(stalenessSeconds.max, 0.1999);
  assertEquals(divergence.max, 6);
  assertEquals(convergenceSeconds, null);
});

Deno.test("Meter does not wait for likes that were given up, and tells that they are missing", () => {
  const meter = new Meter();
  meter.drawn(0, 0, 1, 5);
  meter.givenUp(100, 0, 1);
  meter.end(1000);
  const { stalenessSeconds, divergence } = meter.measures();
  assertEquals(stalenessSeconds.max, 0.0099);
  assertEquals(divergence.p99, 5);
});

Deno.test("Meter goes below zero when likes are counted twice", () => {
  const meter = new Meter();
  meter.drawn(0, 0, 1, 14);
  meter.counted(0, 0, 1, 14);
  meter.counted(50, 0, 1, 14);
  meter.end(100);
  assertEquals(meter.measures().divergence, {
    mean: -7,
    p50: -14,
    p95: 0,
    p99: 0,
    max: 0,
  });
});

Deno.test("Meter.convergenceSeconds() counts from the lifting of the faults where that is later", () => {
  const meter = new Meter();
  meter.drawn(1 * SECOND, 0, 1, 14);
  meter.counted(5 * SECOND, 0, 1, 14);
  meter.end(9 * SECOND);
  assertEquals(meter.convergenceSeconds(), 4);
  assertEquals(meter.convergenceSeconds(3 * SECOND), 2);
  assertEquals(meter.convergenceSeconds(6 * SECOND), 0);
});

Deno.test("Meter.convergenceSeconds() starts again when the two part once more", () => {
  const meter = new Meter();
  meter.drawn(0, 0, 1, 14);
  meter.counted(1 * SECOND, 0, 1, 14);
  meter.observed(2 * SECOND, 0); // the primary came back empty,
  assertEquals(meter.convergenceSeconds(), null);
  meter.observed(3 * SECOND, 14); // and got the total again
  assertEquals(meter.convergenceSeconds(), 3);
});

Deno.test("Meter takes a tick earlier than the last for the last", () => {
  const meter = new Meter();
  meter.drawn(100, 0, 1, 1);
  meter.drawn(90, 1, 1, 1);
  meter.counted(80, 0, 1, 2);
  meter.counted(110, 1, 1, 0);
  assertEquals(meter.now, 110);
  assertEquals(meter.measures().stalenessSeconds.max, 0.0009);
});

Deno.test("Meter measures nothing of a run that ended at once", () => {
  const nothing = { mean: 0, p50: 0, p95: 0, p99: 0, max: 0 };
  assertEquals(new Meter().measures(), {
    generated: 0,
    counted: 0,
    divergence: nothing,
    stalenessSeconds: nothing,
    convergenceSeconds: 0,
  });
});

Deno.test("Meter does not wait again for a draw because an earlier one is counted once more", () => {
  const meter = new Meter();
  meter.drawn(0, 0, 1, 1);
  meter.drawn(0, 1, 1, 1);
  meter.drawn(0, 1, 2, 1);
  meter.counted(10, 1, 2, 2);
  meter.counted(20, 1, 1, 1); // a repeat
  meter.counted(30, 0, 1, 1);
  meter.end(1000);
  assertEquals(meter.measures().stalenessSeconds.max, 0.0029);
});

Deno.test("Meter reads watermarks that its caller keeps", () => {
  const COLUMN = 2;
  const ints = new Int32Array(2 * 4).fill(7);
  ints[COLUMN] = ints[4 + COLUMN] = 0;
  const meter = new Meter({
    watermarks: { ints, rowBits: 2, column: COLUMN },
  });
  meter.drawn(0, 0, 1, 1);
  meter.drawn(10, 1, 1, 1);
  ints[COLUMN] = 1;
  meter.counted(20, 0, 1, 1);
  meter.end(30);
  // The age rises to 19, falls to that of the second draw, 10, and rises to 19
  // again.
  assertEquals(
    meter.measures().stalenessSeconds.mean * SECOND,
    (190 + 145) / 30,
  );
});

Deno.test("Meter keeps what it knows of others when it makes place for a server", () => {
  const meter = new Meter({ servers: 2 });
  meter.drawn(0, 0, 1, 1);
  meter.drawn(10, 1, 1, 1);
  meter.counted(20, 1, 1, 1);
  meter.drawn(30, 50, 1, 1);
  meter.counted(40, 0, 1, 1);
  assertEquals(meter.oldestTick, 30);
});

Deno.test("Meter does not wait for a draw that was counted before it was told of", () => {
  const meter = new Meter({ servers: 1 });
  meter.counted(5, 9, 1, 1);
  meter.drawn(6, 9, 1, 1);
  assertEquals(meter.oldestTick, -1);
});

Deno.test("Meter.forgotten() needs a meter that keeps all draws", () => {
  assertThrows(
    () => new Meter().forgotten(0, 0),
    TypeError,
    "made without mayForget",
  );
});

Deno.test("Meter refuses a number of servers that is none", () => {
  assertThrows(() => new Meter({ servers: -1 }), RangeError, "-1 servers");
  assertThrows(() => new Meter({ servers: 1.5 }), RangeError);
});

Deno.test("Meter keeps its memory within twice the draws outstanding behind an old one", () => {
  const meter = new Meter({ servers: 101 });
  meter.drawn(0, 100, 1, 1); // never counted
  for (let k = 1; k <= 10_000; k++) {
    for (let server = 0; server < 100; server++) {
      meter.drawn(k * 100 + server, server, k, 1);
    }
    for (let server = 0; server < 100; server++) {
      if (k > 2) meter.counted(k * 100 + 100, server, k - 2, 1);
    }
  }
  assert(meter.drawsCapacity <= 64 * 1024, `${meter.drawsCapacity} draws`);
});
