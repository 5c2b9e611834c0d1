import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import {
  type Latency,
  LATENCY_NONE,
  parseLatency,
} from "../../../lib/faults/latency.ts";
import { latencySettingOf } from "../../../lib/faults/latency_settings.ts";
import { type PredictOptions, Wars } from "../../../lib/sim/predict/wars.ts";
import type { QuorumPrediction } from "../../../lib/verdict/prediction.ts";
import { mulberry, naiveTrials } from "./naive_wars.ts";

const TRIALS = 500_000;
const NAIVE_TRIALS = 300_000;

function ms(text: string): Latency {
  return parseLatency(text, "--latency");
}

const STORE: PredictOptions = {
  replicas: 3,
  readQuorum: null,
  writeQuorum: null,
  latency: LATENCY_NONE,
  ackLatency: LATENCY_NONE,
  readLatency: LATENCY_NONE,
  remoteLatency: null,
  trials: TRIALS,
  seed: 7,
  atMs: [],
};

/** The store of a named setting. */
function settingStore(name: string): PredictOptions {
  const setting = latencySettingOf(name);
  assert(setting !== undefined);
  const { latency, others } = setting;
  return { ...STORE, latency, ackLatency: others, readLatency: others };
}

function predict(options: PredictOptions): QuorumPrediction[] {
  const wars = new Wars(options);
  assert(wars.advance());
  return wars.predictions();
}

/** The prediction for one pair of quorums. */
function pairOf(
  quorums: readonly QuorumPrediction[],
  read: number,
  write: number,
): QuorumPrediction {
  const found = quorums.find((it) => it.read === read && it.write === write);
  assert(found !== undefined, `R=${read} W=${write}`);
  return found;
}

/** The share of some times that are above one, all in milliseconds. */
function shareAbove(times: Float64Array, ms: number): number {
  return times.reduce((count, it) => it > ms ? count + 1 : count, 0) /
    times.length;
}

/**
 * Compares with a Monte Carlo that shares nothing but the model.
 *
 * @param options The store.
 * @param quorums R and W of the pairs that are compared.
 */
function assertAsNaive(
  options: PredictOptions,
  quorums: readonly (readonly [read: number, write: number])[],
): void {
  const predicted = predict(options);
  for (
    const { read, write, neededMs, readMs, writeMs } of naiveTrials(
      options,
      quorums,
      NAIVE_TRIALS,
    )
  ) {
    const where = `R=${read} W=${write}`;
    const pair = pairOf(predicted, read, write);
    for (const { seconds, fresh } of pair.freshAfter) {
      const stale = shareAbove(neededMs, 1000 * seconds);
      assertAlmostEquals(fresh, 1 - stale, 0.003, `${where} after ${seconds}`);
    }
    const { p99, "p99.9": p999 } = pair.freshSeconds;
    const staleAt = (seconds: number) => shareAbove(neededMs, 1000 * seconds);
    if (p99 > 0) assertAlmostEquals(staleAt(p99), 0.01, 0.0008, where);
    if (p999 > 0) assertAlmostEquals(staleAt(p999), 0.001, 0.0002, where);
    assertQuantiles(pair.readSeconds, readMs, where);
    assertQuantiles(pair.writeSeconds, writeMs, where);
  }
}

/** Quantiles are within 0.2 % of the value; trials have their own luck. */
function assertQuantiles(
  { p50, p99, "p99.9": p999 }: QuorumPrediction["readSeconds"],
  times: Float64Array,
  where: string,
): void {
  for (
    const [seconds, share, luck] of [
      [p50, 0.5, 0.004],
      [p99, 0.01, 0.0008],
      [p999, 0.001, 0.0003],
    ] as const
  ) {
    const least = shareAbove(times, 1000 * seconds * 1.001);
    const most = shareAbove(times, 1000 * seconds * 0.997);
    assert(least <= share + luck, `${where} ${share}: ${least}`);
    assert(most >= share - luck, `${where} ${share}: ${most}`);
  }
}

Deno.test("Wars gives what the paper prints for LinkedIn's disks, within a seventh in the tails", () => {
  // Bailis et al., PVLDB 5(8), 2012, section 5.6 and table 4: N = 3, R = W = 1.
  const cases: [name: string, atOnce: number, ms: number][] = [
    ["lnkd-ssd", 0.974, 1.85],
    ["lnkd-disk", 0.439, 45.5],
  ];
  for (const [name, atOnce, time] of cases) {
    const [pair] = predict({
      ...settingStore(name),
      ...{ readQuorum: 1, writeQuorum: 1, trials: 2_000_000 },
    });
    assert(pair !== undefined);
    assertAlmostEquals(pair.freshAtOnce, atOnce, 0.003, name);
    const ratio = time / (1000 * pair.freshSeconds["p99.9"]);
    assertAlmostEquals(ratio, 1, 1 / 7, name);
  }
});

for (const name of ["lnkd-ssd", "lnkd-disk", "ymmr"]) {
  Deno.test(`Wars agrees with an independent Monte Carlo of ${name}`, () => {
    assertAsNaive(settingStore(name), [[1, 1], [1, 2], [2, 1], [2, 2]]);
  });
}

Deno.test("Wars agrees with an independent Monte Carlo of replicas at three sites", () => {
  assertAsNaive({
    ...settingStore("lnkd-disk"),
    remoteLatency: ms("75ms"),
  }, [[1, 1], [1, 2], [2, 1], [3, 3]]);
});

Deno.test("Wars agrees with an independent Monte Carlo of five replicas, each leg another distribution", () => {
  assertAsNaive({
    ...STORE,
    replicas: 5,
    latency: ms("lognormal:20ms,0.8"),
    ackLatency: ms("uniform:1ms..9ms"),
    readLatency: ms("mix:0.7*exp:3ms+0.3*2ms"),
    remoteLatency: ms("exp:5ms"),
  }, [[1, 1], [2, 1], [1, 3], [3, 2], [5, 1]]);
});

Deno.test("Wars agrees with an independent Monte Carlo of 100,000 measured delays with three modes", () => {
  const random = mulberry(3);
  const delaysMs = Float64Array.from({ length: 100_000 }, () => {
    const u = random();
    const mode = u < 0.7 ? 2 : u < 0.95 ? 11 : 120;
    return Number((mode * (1 + 0.2 * (random() - 0.5))).toFixed(3));
  });
  const samples: Latency = { kind: "samples", path: "x", delaysMs };
  assertAsNaive(
    {
      ...STORE,
      latency: samples,
      ackLatency: samples,
      readLatency: samples,
    },
    [[1, 1], [1, 2], [2, 1], [2, 2], [3, 1]],
  );
});

Deno.test("Wars of a single measured delay: all fresh at once, all latencies twice that", () => {
  const one: Latency = {
    kind: "samples",
    path: "x",
    delaysMs: Float64Array.of(12.5),
  };
  const store = { latency: one, ackLatency: one, readLatency: one };
  for (const pair of predict({ ...STORE, ...store, trials: 1000 })) {
    assertEquals(pair.freshAtOnce, 1);
    assertEquals(pair.freshSeconds, { p99: 0, "p99.9": 0 });
    const twice = { p50: 0.025, p99: 0.025, "p99.9": 0.025 };
    assertEquals(pair.readSeconds, twice);
    assertEquals(pair.writeSeconds, twice);
  }
});

Deno.test("Wars of measured delays of zero: all fresh, no latency", () => {
  const none: Latency = {
    kind: "samples",
    path: "x",
    delaysMs: new Float64Array(3),
  };
  const store = { latency: none, ackLatency: none, readLatency: none };
  for (const pair of predict({ ...STORE, ...store, trials: 1000 })) {
    assertEquals(pair.freshAtOnce, 1);
    assertEquals(pair.readSeconds, { p50: 0, p99: 0, "p99.9": 0 });
    assertEquals(pair.writeSeconds, { p50: 0, p99: 0, "p99.9": 0 });
  }
});

Deno.test("Wars of two delays tells the time at which the slow ones are there exactly", () => {
  // A report takes 1 or 10 ms, all else nothing: a read of one replica, which
  // is the first, is stale for 9 ms if that has the slow report and another
  // not.
  const [pair] = predict({
    ...STORE,
    readQuorum: 1,
    writeQuorum: 1,
    latency: ms("mix:0.5*1ms+0.5*10ms"),
    atMs: [8.999, 9],
  });
  assert(pair !== undefined);
  // 1/2 fast itself, or all three slow.
  assertAlmostEquals(pair.freshAtOnce, 1 / 2 + 1 / 8, 0.003);
  assertEquals(pair.freshSeconds, { p99: 0.009, "p99.9": 0.009 });
  const after = new Map(
    pair.freshAfter.map(({ seconds, fresh }) => [seconds, fresh]),
  );
  assertEquals(after.get(0.008999), pair.freshAtOnce);
  assertEquals(after.get(0.009), 1);
});

Deno.test("Wars: what comes at one moment as delays are written does so in floating point, too", () => {
  // Whole delays add up exactly; 0.1 + 0.2 is not 0.3, which makes a read that
  // comes with the write too early.
  const scaled = (tenths: number): PredictOptions => {
    const delaysMs = Float64Array.from(
      { length: 10 },
      (_, i) => (i + 1) * tenths / 10,
    );
    const samples: Latency = { kind: "samples", path: "x", delaysMs };
    return {
      ...STORE,
      ...{ latency: samples, ackLatency: samples, readLatency: samples },
      ...{ trials: 100_000, atMs: [0.1 * tenths, 0.3 * tenths] },
    };
  };
  const sites: PredictOptions = {
    ...STORE,
    ...{ latency: ms("0.1ms"), ackLatency: ms("0.1ms") },
    ...{ readLatency: ms("0.1ms"), remoteLatency: ms("0.2ms") },
    trials: 1000,
  };
  const whole = predict(scaled(10));
  predict(scaled(1)).forEach((tenth, i) => {
    const ten = whole[i];
    assert(ten !== undefined);
    const where = `R=${tenth.read} W=${tenth.write}`;
    assertEquals(tenth.freshAtOnce, ten.freshAtOnce, where);
    for (const tick of [1, 3]) {
      const share = (pair: QuorumPrediction, seconds: number) =>
        pair.freshAfter.find((it) => it.seconds === seconds)?.fresh;
      assertEquals(
        share(tenth, tick / 10_000),
        share(ten, tick / 1000),
        `${where} after ${tick}`,
      );
    }
    assertAlmostEquals(
      tenth.freshSeconds.p99,
      ten.freshSeconds.p99 / 10,
      1e-12,
    );
    assertAlmostEquals(
      tenth.readSeconds.p50,
      ten.readSeconds.p50 / 10,
      1e-12,
    );
  });
  // A write comes to the other sites in 0.3 ms, and is acknowledged in 0.2; a
  // read takes 0.1 to the replica beside it.
  for (const { freshAtOnce } of predict(sites)) assertEquals(freshAtOnce, 1);
});

Deno.test("Wars: R + W > N is always fresh, whatever messages take", () => {
  const texts = ["pareto:1ms,0.3", "exp:5ms", "uniform:0ms..9ms", "3ms"];
  for (let replicas = 1; replicas <= 5; replicas++) {
    for (const text of texts) {
      const latency = ms(text);
      const quorums = predict({
        ...STORE,
        ...{ replicas, latency, ackLatency: latency, readLatency: latency },
        ...{ remoteLatency: ms("exp:20ms"), trials: 5000 },
      });
      assertEquals(quorums.length, replicas ** 2);
      for (const { read, write, freshAtOnce, freshSeconds } of quorums) {
        if (read + write <= replicas) continue;
        assertEquals(freshAtOnce, 1, `${text} R=${read} W=${write}`);
        assertEquals(freshSeconds, { p99: 0, "p99.9": 0 });
      }
    }
  }
});

Deno.test("Wars of exponential reports alone: the share fresh at t is known", () => {
  // Nothing but reports takes time, with mean 10 ms: a read asks one of three
  // replicas, which has the write if it is the first of them, or has got it in
  // the t since, which is memoryless.
  const [pair] = predict({
    ...STORE,
    ...{ readQuorum: 1, writeQuorum: 1, latency: ms("exp:10ms") },
    atMs: [3, 7],
  });
  for (const { seconds, fresh } of pair?.freshAfter ?? []) {
    const exact = 1 - (2 / 3) * Math.exp(-seconds / 0.01);
    assertAlmostEquals(fresh, exact, 0.003, `${seconds}`);
  }
  const exactSeconds = (stale: number) => 0.01 * Math.log(2 / 3 / stale);
  const { p99 = 0, "p99.9": p999 = 0 } = pair?.freshSeconds ?? {};
  assertAlmostEquals(p99, exactSeconds(0.01), 0.0006);
  assertAlmostEquals(p999, exactSeconds(0.001), 0.002);
  // The least of three exponentials, and two steps of the maximum.
  assertAlmostEquals(
    pair?.writeSeconds.p50 ?? 0,
    0.01 / 3 * Math.LN2,
    0.00003,
  );
});

Deno.test("Wars of k-staleness: a write to W of N that no other has yet, read from R", () => {
  // Reports that arrive at once or never: C(N - W, R) / C(N, R) miss it (Bailis
  // et al., section 3.1), if exactly W of them arrive. Of 5 replicas, 2.
  const quorums = predict({
    ...STORE,
    replicas: 5,
    latency: ms("exp:1h"),
    readLatency: ms("exp:1ms"),
  });
  const cases: [read: number, write: number, miss: number][] = [
    [1, 1, 4 / 5],
    [2, 1, 6 / 10],
    [2, 2, 3 / 10],
    [1, 3, 2 / 5],
    [3, 2, 1 / 10],
  ];
  for (const [read, write, miss] of cases) {
    const { freshAtOnce } = pairOf(quorums, read, write);
    assertAlmostEquals(freshAtOnce, 1 - miss, 0.003, `R=${read} W=${write}`);
  }
});

Deno.test("Wars: more of either quorum is never staler and never faster", () => {
  const quorums = predict({ ...settingStore("ymmr"), trials: 100_000 });
  for (const { read, write } of quorums) {
    const here = pairOf(quorums, read, write);
    if (read < 3) {
      const more = pairOf(quorums, read + 1, write);
      assert(more.freshAtOnce >= here.freshAtOnce);
      assert(more.readSeconds.p50 >= here.readSeconds.p50);
      assertEquals(more.writeSeconds, here.writeSeconds);
    }
    if (write < 3) {
      const more = pairOf(quorums, read, write + 1);
      assert(more.freshAtOnce >= here.freshAtOnce);
      assert(more.writeSeconds.p99 >= here.writeSeconds.p99);
      assertEquals(more.readSeconds, here.readSeconds);
    }
  }
});

Deno.test("Wars says the same of a pair alone as among all, in slices as at once, by its seed", () => {
  const all = { ...settingStore("ymmr"), trials: 10_000 };
  const quorums = predict(all);
  const alone = predict({ ...all, readQuorum: 2, writeQuorum: 1 });
  assertEquals(alone, [pairOf(quorums, 2, 1)]);
  const wars = new Wars(all);
  while (!wars.advance(700));
  assertEquals(wars.predictions(), quorums);
  assertEquals(predict(all), quorums);
  assert(
    predict({ ...all, seed: 8 })[0]?.freshAtOnce !== quorums[0]?.freshAtOnce,
  );
});

Deno.test("Wars tells of the trials done while it goes on", () => {
  const wars = new Wars({ ...settingStore("ymmr"), trials: 100_000 });
  assertEquals(wars.predictions(), []);
  assertEquals(wars.advance(1000), false);
  assert(wars.done >= 1000 && wars.done < 100_000);
  assertAlmostEquals(wars.predictions()[0]?.freshAtOnce ?? 0, 0.887, 0.05);
});

Deno.test("Wars tells of its pairs one by one, as together", () => {
  const wars = new Wars({ ...settingStore("ymmr"), trials: 1000 });
  assertEquals([...wars.eachPrediction()], []);
  wars.advance();
  const pairs = wars.eachPrediction();
  const [first, second] = wars.predictions();
  assertEquals(pairs.next().value, first);
  assertEquals(pairs.next().value, second);
});

Deno.test("Wars refuses what is out of range, naming it", () => {
  const cases: [Partial<PredictOptions>, string][] = [
    [{ replicas: 0 }, "0 replicas: from 1 to 32"],
    [{ replicas: 33 }, "33 replicas"],
    [{ readQuorum: 4 }, "a read quorum of 4: from 1 to 3"],
    [{ writeQuorum: 0 }, "a write quorum of 0"],
    [{ trials: 0 }, "0 trials"],
    [{ trials: 1e9 }, "1000000000 trials"],
    [{ replicas: 32, trials: 1e7 }, "10000000 trials of each pair"],
    [{ atMs: [-1] }, "a time before"],
  ];
  for (const [part, message] of cases) {
    assertThrows(() => new Wars({ ...STORE, ...part }), RangeError, message);
  }
});
