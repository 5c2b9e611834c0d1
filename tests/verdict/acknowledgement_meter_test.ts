import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { TICKS_PER_SECOND } from "../../lib/domain/ticks.ts";
import { AcknowledgementMeter } from "../../lib/verdict/acknowledgement_meter.ts";

const PATIENCE_TICKS = 20_000;

Deno.test("AcknowledgementMeter measures each draw until it is acknowledged, with those before it", () => {
  const meter = new AcknowledgementMeter(PATIENCE_TICKS);
  meter.drawn(100, 3);
  meter.drawn(300, 3);
  meter.drawn(300, 4);
  meter.acknowledged(500, 3, 2);
  // Told twice, and of draws that are acknowledged already.
  meter.acknowledged(900, 3, 2);
  meter.acknowledged(900, 3, 1);
  meter.acknowledged(1300, 4, 1);
  const { acknowledgementSeconds, writesUnserved } = meter.measures();
  assertEquals(writesUnserved, 0);
  assertEquals(acknowledgementSeconds?.p50, 0.04);
  assertEquals(acknowledgementSeconds?.max, 0.1);
});

Deno.test("AcknowledgementMeter calls a draw unserved that waits longer than a report for its reply", () => {
  const meter = new AcknowledgementMeter(PATIENCE_TICKS);
  for (const server of [0, 1, 2, 3]) meter.drawn(0, server);
  meter.acknowledged(PATIENCE_TICKS, 0, 1);
  meter.acknowledged(PATIENCE_TICKS + 1, 1, 1);
  meter.acknowledged(1, 2, 1);
  const { acknowledgementSeconds, writesUnserved } = meter.measures();
  // One came late, one not at all.
  assertEquals(writesUnserved, 0.5);
  assertEquals(acknowledgementSeconds?.max, 2.0001);
});

Deno.test("AcknowledgementMeter tells no wait where nothing was acknowledged", () => {
  const meter = new AcknowledgementMeter(PATIENCE_TICKS);
  assertEquals(meter.measures(), { writesUnserved: 0 });
  meter.drawn(0, 0);
  assertEquals(meter.measures(), { writesUnserved: 1 });
});

Deno.test("AcknowledgementMeter measures each draw once, however many wait and are acknowledged at a time", () => {
  fc.assert(fc.property(
    fc.array(fc.tuple(fc.boolean(), fc.nat(12), fc.nat(1)), { maxLength: 60 }),
    (steps) => {
      const meter = new AcknowledgementMeter(3);
      const waits: number[] = [];
      const waiting: number[][] = [[], []];
      const settled = [0, 0];
      steps.forEach(([isDraw, count, server], tick) => {
        const ticks = waiting[server]!;
        if (isDraw) {
          for (let i = 0; i < count; i++) {
            ticks.push(tick);
            meter.drawn(tick, server);
          }
        } else {
          const seq = settled[server]! - 2 + count;
          meter.acknowledged(tick, server, seq);
          const newly = Math.max(0, seq - settled[server]!);
          const met = ticks.splice(0, newly);
          settled[server]! += met.length;
          waits.push(...met.map((drawn) => tick - drawn));
        }
      });
      const draws = waits.length + waiting.flat().length;
      const inTime = waits.filter((wait) => wait <= 3).length;
      const { acknowledgementSeconds, writesUnserved } = meter.measures();
      assertAlmostEquals(writesUnserved, draws && 1 - inTime / draws);
      const sum = waits.reduce((sum, wait) => sum + wait, 0);
      assertAlmostEquals(
        (acknowledgementSeconds?.mean ?? 0) * TICKS_PER_SECOND,
        sum / (waits.length || 1),
      );
    },
  ));
});

Deno.test("AcknowledgementMeter touches each draw of a long backlog a few times, not once for each acknowledgement", () => {
  const { copyWithin, shift } = Array.prototype;
  let moved = 0;
  Object.assign(Array.prototype, {
    copyWithin(this: number[], target: number, start: number) {
      moved += this.length - start;
      return copyWithin.call(this, target, start);
    },
    shift(this: number[]) {
      moved += this.length;
      return shift.call(this);
    },
  });
  const draws = 10_000;
  try {
    const meter = new AcknowledgementMeter(PATIENCE_TICKS);
    for (let i = 0; i < draws; i++) meter.drawn(i, 0);
    for (let seq = 1; seq <= draws; seq++) meter.acknowledged(draws, 0, seq);
  } finally {
    Object.assign(Array.prototype, { copyWithin, shift });
  }
  assert(moved <= draws, `${moved} were moved`);
});
