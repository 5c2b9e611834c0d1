import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import {
  formatLatency,
  type Latency,
  parseLatency,
} from "../../lib/faults/latency.ts";
import { LatencySampler } from "../../lib/faults/latency_sampler.ts";
import { Family, Streams } from "../../lib/domain/random.ts";

const SAMPLES = 200_000;

function parse(text: string): Latency {
  return parseLatency(text, "--latency");
}

/** Delays in ticks, drawn with a fixed seed. */
function samplesOf(text: string): Float64Array {
  const streams = new Streams(3);
  const sampler = new LatencySampler(parse(text));
  return Float64Array.from(
    { length: SAMPLES },
    (_, n) => sampler.ticks(streams.bits(Family.REPORT, 5, n + 1)),
  );
}

function meanOf(samples: Float64Array): number {
  return samples.reduce((sum, x) => sum + x, 0) / samples.length;
}

function varianceOf(samples: Float64Array): number {
  const mean = meanOf(samples);
  return samples.reduce((sum, x) => sum + (x - mean) ** 2, 0) / samples.length;
}

function shareAbove(samples: Float64Array, ticks: number): number {
  return samples.filter((x) => x > ticks).length / samples.length;
}

Deno.test("parseLatency() reads each distribution", () => {
  const cases: [string, Latency][] = [
    ["0ms", { kind: "constant", delayMs: 0 }],
    ["20ms", { kind: "constant", delayMs: 20 }],
    ["1.5", { kind: "constant", delayMs: 1500 }],
    ["exp:20ms", { kind: "exponential", meanMs: 20 }],
    ["uniform:5ms..40ms", { kind: "uniform", minMs: 5, maxMs: 40 }],
    ["pareto:1ms,1.5", { kind: "pareto", scaleMs: 1, shape: 1.5 }],
    ["lognormal:20ms,0.5", { kind: "lognormal", medianMs: 20, sigma: 0.5 }],
  ];
  for (const [text, latency] of cases) {
    assertEquals(parse(text), latency);
    assertEquals(parse(formatLatency(latency)), latency);
  }
  assertEquals(formatLatency(parse("uniform:0.005s..1m")), "uniform:5ms..60s");
});

Deno.test("parseLatency() refuses what is no latency, saying what is one", () => {
  const texts = [
    ...["gauss:1ms", ":1ms", "exp20ms", "EXP:20ms", "pareto:1ms", "pareto:,2"],
    ...["pareto:1ms,", "pareto:1ms,1,2", "lognormal:20ms,-1", "pareto:1ms,1e1"],
    ...["", "exp:", "uniform:5ms..", "fast", "exp:exp:1ms"],
  ];
  for (const text of texts) {
    assertThrows(() => parse(text), SyntaxError, "Cannot read --latency");
  }
  for (const text of ["gauss:1ms", "fast", "exp20ms", ""]) {
    assertThrows(
      () => parse(text),
      SyntaxError,
      `Cannot read --latency "${text}": a latency is written 20ms, exp:20ms, uniform:5ms..40ms, pareto:1ms,1.5, lognormal:20ms,0.5 or mix:0.9*exp:2ms+0.1*pareto:1ms,1.5`,
    );
  }
  const nothing = () => Float64Array.of();
  assertThrows(
    () => parseLatency("fast", "--latency", nothing, ["ymmr"]),
    SyntaxError,
    "0.1*pareto:1ms,1.5, samples:FILE or ymmr",
  );
});

Deno.test("parseLatency() reads mixtures, and formatLatency() writes them back", () => {
  const mix = parse("mix:0.9*exp:2ms+1/10*pareto:1ms,1.5");
  assertEquals(mix, {
    kind: "mix",
    parts: [
      {
        share: { value: 0.9, text: "0.9" },
        latency: { kind: "exponential", meanMs: 2 },
      },
      {
        share: { value: 0.1, text: "1/10" },
        latency: { kind: "pareto", scaleMs: 1, shape: 1.5 },
      },
    ],
  });
  assertEquals(formatLatency(mix), "mix:0.9*exp:2ms+1/10*pareto:1ms,1.5");
  assertEquals(parse(formatLatency(mix)), mix);
  const thirds = parse("mix:1/3*1ms+1/3*2ms+1/3*uniform:1ms..2ms");
  assert(thirds.kind === "mix" && thirds.parts.length === 3);
});

Deno.test("parseLatency() refuses what is no mixture", () => {
  const forms = [
    ...["mix:", "mix:0.5*", "mix:exp:1ms", "mix:0.5*1ms+", "mix:+1*1ms"],
    ...["mix:x*1ms", "mix:1*mix:1*1ms", "mix:-1*1ms", "mix:1*gauss:1ms"],
  ];
  for (const text of forms) {
    assertThrows(() => parse(text), SyntaxError, "Cannot read --latency", text);
  }
  assertThrows(
    () => parse("mix:0.5*1ms+0.4*2ms"),
    RangeError,
    "the shares of a mix must add up to 1, not 0.9",
  );
  assertThrows(() => parse("mix:2*1ms"), RangeError, "a ratio must be from");
});

Deno.test("parseLatency() has the file of samples read at once, alone or in a mixture", () => {
  const asked: string[] = [];
  const read = (path: string, flag: string) => {
    asked.push(`${flag} ${path}`);
    return Float64Array.of(1, 2);
  };
  const samples = parseLatency("samples:/tmp/a+0.5.txt", "--latency", read);
  assertEquals(samples, {
    kind: "samples",
    path: "/tmp/a+0.5.txt",
    delaysMs: Float64Array.of(1, 2),
  });
  assertEquals(formatLatency(samples), "samples:/tmp/a+0.5.txt");
  const text = "mix:0.5*samples:a:b.txt+0.5*3ms";
  const mix = parseLatency(text, "--ack-latency", read);
  assertEquals(formatLatency(mix), text);
  assertEquals(asked, ["--latency /tmp/a+0.5.txt", "--ack-latency a:b.txt"]);
  assertThrows(
    () => parse("samples:mine.txt"),
    SyntaxError,
    'Cannot read --latency "samples:mine.txt": no file can be read here',
  );
  assertThrows(() => parse("samples:"), SyntaxError, "a latency is written");
});

Deno.test("parseLatency() refuses parameters out of bounds", () => {
  for (
    const text of ["pareto:1ms,0", "pareto:1ms,0.009", "lognormal:1ms,101"]
  ) {
    assertThrows(
      () => parse(text),
      RangeError,
      `Cannot use --latency "${text}": the number after the comma must be from 0.01 to 100`,
    );
  }
  assertThrows(
    () => parse("uniform:2ms..1ms"),
    RangeError,
    "must not end before it begins",
  );
  assertThrows(() => parse("60h"), RangeError, "at most 59h");
});

Deno.test("LatencySampler.ticks() of a constant is that constant", () => {
  assertEquals(new Set(samplesOf("20ms")), new Set([200]));
  assertEquals(new Set(samplesOf("0ms")), new Set([0]));
  assertEquals(new Set(samplesOf("0.1ms")), new Set([1]));
});

Deno.test("LatencySampler.ticks() of exp:20ms has mean and standard deviation 20 ms", () => {
  const samples = samplesOf("exp:20ms");
  assertAlmostEquals(meanOf(samples), 200, 1.5);
  assertAlmostEquals(Math.sqrt(varianceOf(samples)), 200, 2.5);
  assertAlmostEquals(shareAbove(samples, 600), Math.exp(-3), 0.0015);
});

Deno.test("LatencySampler.ticks() keeps a mean of a few ticks: rounding, not cutting", () => {
  assertAlmostEquals(meanOf(samplesOf("exp:0.5ms")), 5, 0.05);
});

Deno.test("LatencySampler.ticks() of uniform:5ms..40ms takes every tick from 5 to 40 ms alike", () => {
  const counts = new Map<number, number>();
  for (const ticks of samplesOf("uniform:5ms..40ms")) {
    counts.set(ticks, (counts.get(ticks) ?? 0) + 1);
  }
  assertEquals(counts.size, 351);
  assertEquals(Math.min(...counts.keys()), 50);
  assertEquals(Math.max(...counts.keys()), 400);
  const expected = SAMPLES / 351;
  let chiSquare = 0;
  for (const count of counts.values()) {
    chiSquare += (count - expected) ** 2 / expected;
  }
  // Exceeded once in a thousand times with 350 degrees of freedom.
  assert(chiSquare < 436, `${chiSquare}`);
});

Deno.test("LatencySampler.ticks() of pareto:1ms,1.5 has the tail (s / x)^k", () => {
  const samples = samplesOf("pareto:1ms,1.5");
  assert(samples.every((ticks) => ticks >= 10));
  for (const ticks of [20, 50, 200, 1000]) {
    // Rounding to the nearest tick moves the border by half a tick.
    const share = (10 / (ticks + 0.5)) ** 1.5;
    assertAlmostEquals(shareAbove(samples, ticks), share, 0.003);
  }
});

Deno.test("LatencySampler.ticks() of lognormal:20ms,0.5 has that median and spread", () => {
  const samples = samplesOf("lognormal:20ms,0.5");
  assertAlmostEquals(shareAbove(samples, 200), 0.5, 0.004);
  assertAlmostEquals(meanOf(samples), 200 * Math.exp(0.125), 1.5);
  assertAlmostEquals(shareAbove(samples, 200 * Math.exp(0.5)), 0.1587, 0.003);
});

Deno.test("LatencySampler.ticks() is a whole number from 0 to its limit for any bits", () => {
  const texts = ["0ms", "59h", "exp:59h", "uniform:0s..59h", "pareto:59h,0.01"];
  texts.push("lognormal:59h,100", "lognormal:0.1ms,100", "exp:0.01ms");
  for (const text of texts) {
    const sampler = new LatencySampler(parse(text));
    for (
      const bits of [0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, -1, -(2 ** 31)]
    ) {
      for (const limit of [0, 1, 1000, 2 ** 31 - 1]) {
        const ticks = sampler.ticks(bits, limit);
        assert(Number.isInteger(ticks), `${text} ${bits}`);
        assert(ticks >= 0 && ticks <= limit, `${text} ${bits} ${ticks}`);
      }
    }
  }
});

Deno.test("LatencySampler.ticks() is 0 for a network without delay, and not for others", () => {
  for (
    const text of ["0ms", "0", "uniform:0ms..0ms", "exp:0ms", "pareto:0,2"]
  ) {
    const sampler = new LatencySampler(parse(text));
    for (const bits of [0, 1, -1, 12345]) assertEquals(sampler.ticks(bits), 0);
  }
  for (
    const text of ["0.1ms", "uniform:0ms..1ms", "exp:1ms", "lognormal:1ms,1"]
  ) {
    const sampler = new LatencySampler(parse(text));
    assert(sampler.ticks(1) + sampler.ticks(-1) > 0, text);
  }
});

/** Samples in milliseconds, not rounded. */
function filledFrom(latency: Latency): Float64Array {
  const streams = new Streams(20260103);
  const bits = Int32Array.from(
    { length: SAMPLES },
    (_, n) => streams.bits(Family.REPORT, 0, n + 1),
  );
  const ms = new Float64Array(SAMPLES);
  new LatencySampler(latency).fill(ms, bits, SAMPLES);
  return ms;
}

/** A shared stream of bits, its ends among them. */
function bitsOfAll(count: number): Int32Array {
  const streams = new Streams(11);
  const ends = [0, -1, 2 ** 31 - 1, -(2 ** 31), 1];
  return Int32Array.from(
    { length: count },
    (_, n) => ends[n] ?? streams.bits(Family.REPLY, 0, n),
  );
}

Deno.test("LatencySampler.ticks() of a mixture takes each part by its share", () => {
  const samples = samplesOf("mix:0.2*1ms+0.5*2ms+0.3*uniform:10ms..20ms");
  const shares = [10, 20].map((ticks) =>
    samples.filter((one) => one === ticks).length / SAMPLES
  );
  assertAlmostEquals(shares[0] ?? 0, 0.2, 0.004);
  assertAlmostEquals(shares[1] ?? 0, 0.5, 0.004);
  assertAlmostEquals(shareAbove(samples, 99), 0.3, 0.004);
  // The part's own bits are as even as any: half of it is above its middle.
  assertAlmostEquals(shareAbove(samples, 150), 0.15, 0.003);
});

Deno.test("LatencySampler.ticks() of a mixture has the tails of all its parts", () => {
  const samples = samplesOf("mix:0.9*exp:2ms+0.1*pareto:10ms,1.5");
  for (const ticks of [20, 100, 500, 2000]) {
    const exp = Math.exp(-(ticks + 0.5) / 20);
    const pareto = Math.min(1, (100 / (ticks + 0.5)) ** 1.5);
    const share = 0.9 * exp + 0.1 * pareto;
    assertAlmostEquals(shareAbove(samples, ticks), share, 0.003);
  }
});

Deno.test("LatencySampler.ticks() of a part without a share never comes", () => {
  for (const text of ["mix:0*1s+1*1ms", "mix:1*1ms+0*1s"]) {
    const sampler = new LatencySampler(parse(text));
    for (const bits of bitsOfAll(1000)) assertEquals(sampler.ticks(bits), 10);
  }
});

Deno.test("LatencySampler.ticks() of samples draws each line alike, to the nearest tick", () => {
  const delaysMs = Float64Array.of(1.24, 1.26, 0, 400);
  const latency: Latency = { kind: "samples", path: "x", delaysMs };
  const sampler = new LatencySampler(latency);
  const counts = new Map<number, number>();
  const streams = new Streams(5);
  for (let n = 1; n <= SAMPLES; n++) {
    const ticks = sampler.ticks(streams.bits(Family.REPORT, 0, n));
    counts.set(ticks, (counts.get(ticks) ?? 0) + 1);
  }
  assertEquals([...counts.keys()].sort((a, b) => a - b), [0, 12, 13, 4000]);
  for (const count of counts.values()) {
    assertAlmostEquals(count / SAMPLES, 0.25, 0.004);
  }
  assertEquals(sampler.ticks(-1, 100), 100);
});

Deno.test("LatencySampler.fill() gives what ticks() rounds", () => {
  const bits = bitsOfAll(5000);
  const ms = new Float64Array(bits.length);
  const texts = ["20ms", "0ms", "0.04ms", "exp:20ms", "pareto:1ms,1.5"];
  texts.push("lognormal:20ms,0.5", "mix:0.9*exp:2ms+0.1*pareto:1ms,1.5");
  texts.push("mix:0.5*1ms+0.2*lognormal:5ms,0.3+0.3*exp:1ms");
  for (const text of texts) {
    const sampler = new LatencySampler(parse(text));
    sampler.fill(ms, bits, bits.length);
    bits.forEach((one, i) => {
      assertAlmostEquals(sampler.ticks(one), (ms[i] ?? 0) * 10, 0.5001, text);
    });
  }
});

Deno.test("LatencySampler.fill() of a uniform latency is even between its ends, not in ticks", () => {
  const ms = filledFrom({ kind: "uniform", minMs: 0.01, maxMs: 0.05 });
  assert(ms.every((one) => one >= 0.01 && one <= 0.05));
  assertAlmostEquals(meanOf(ms), 0.03, 0.0001);
  assertAlmostEquals(varianceOf(ms), 0.04 ** 2 / 12, 1e-6);
});

Deno.test("LatencySampler.fill() fills as many as it is told", () => {
  for (const text of ["1ms", "exp:1ms", "mix:0.5*1ms+0.5*2ms"]) {
    const ms = new Float64Array(4);
    new LatencySampler(parse(text)).fill(ms, bitsOfAll(4), 2);
    assert(ms[1]! > 0);
    assertEquals([...ms.subarray(2)], [0, 0]);
  }
});
