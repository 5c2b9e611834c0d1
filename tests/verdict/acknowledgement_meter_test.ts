import { assertEquals } from "@std/assert";
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
