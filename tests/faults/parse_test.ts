import { PRIMARY, READER_FIRST } from "../../lib/domain/nodes.ts";
import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { LATENCY_NONE } from "../../lib/faults/latency.ts";
import { RATIO_NONE } from "../../lib/faults/notation.ts";
import { parseFaultPlan } from "../../lib/faults/parse.ts";
import {
  type CutDirection,
  type FaultFlags,
  type FaultPlan,
  NO_FAULTS,
  RUN_TICKS_MAX,
  runEndTick,
  type Side,
} from "../../lib/faults/plan.ts";
import { NEVER } from "../../lib/domain/ticks.ts";
import { scheduleFaults } from "../../lib/faults/schedule.ts";
import { scheduleOf, tenServers, threeReplicas } from "./runs.ts";

function parse(flags: FaultFlags): FaultPlan {
  return parseFaultPlan(flags, tenServers());
}

function assertRefused(
  flags: FaultFlags,
  error: typeof RangeError | typeof SyntaxError,
  message: string,
): void {
  assertThrows(() => parse(flags), error, message);
}

Deno.test("parseFaultPlan() of no flags is the plan without faults", () => {
  assertEquals(parse({}), NO_FAULTS);
  assertEquals(NO_FAULTS.latency, LATENCY_NONE);
});

Deno.test("parseFaultPlan() counts --loss for replies too, unless --ack-loss says otherwise", () => {
  const third = { value: 1 / 3, text: "1/3" };
  const tenth = { value: 0.1, text: "0.1" };
  const plans: [FaultFlags, unknown, unknown][] = [
    [{ loss: "1/3" }, third, third],
    [{ ackLoss: "0.1" }, RATIO_NONE, tenth],
    [{ loss: "1/3", ackLoss: "0.1" }, third, tenth],
    [{ loss: "1/3", ackLoss: "0/9" }, third, RATIO_NONE],
    [{ loss: "0.0" }, RATIO_NONE, RATIO_NONE],
  ];
  for (const [flags, reportLoss, ackLoss] of plans) {
    const plan = parse(flags);
    assertEquals([plan.reportLoss, plan.ackLoss], [reportLoss, ackLoss]);
    assertEquals(plan.duplicate, RATIO_NONE);
  }
  assertEquals(parse({ duplicate: "0.1" }).duplicate, tenth);
  assertEquals(parse({ duplicate: "0.1" }).ackLoss, RATIO_NONE);
});

Deno.test("parseFaultPlan() names the flag of a bad ratio or latency", () => {
  assertRefused({ loss: "x" }, SyntaxError, 'Cannot read --loss "x"');
  assertRefused({ ackLoss: "2" }, RangeError, 'Cannot use --ack-loss "2"');
  assertRefused({ duplicate: "x" }, SyntaxError, 'Cannot read --duplicate "x"');
  assertRefused({ latency: "x" }, SyntaxError, 'Cannot read --latency "x"');
});

Deno.test("parseFaultPlan() reads partitions: window, names, direction", () => {
  const window = { fromTick: 200_000, untilTick: 400_000 };
  const zeroToFour = [{ first: 0, last: 4 }];
  const primary = [{ first: PRIMARY, last: PRIMARY }];
  const cases: [string, Side, CutDirection, Side][] = [
    ["20s..40s", "others", "--", "others"],
    ["20..40", "others", "--", "others"],
    ["20s..40s:->primary", "others", "->", primary],
    ["20s..40s:<-primary", "others", "<-", primary],
    ["20s..40s:LikesServer0-4", zeroToFour, "--", "others"],
    ["20s..40s:LikesServer3", [{ first: 3, last: 3 }], "--", "others"],
    [
      "20s..40s:LikesServer9,LikesServer0-4",
      [{ first: 9, last: 9 }, ...zeroToFour],
      "--",
      "others",
    ],
    ["20s..40s:LikesServer0-4->primary", zeroToFour, "->", primary],
    ["20s..40s:LikesServer0-4:->primary", zeroToFour, "->", primary],
    ["20s..40s:LikesServer0-4:<-primary", zeroToFour, "<-", primary],
    ["20s..40s:primary", primary, "--", "others"],
    ["20s..40s:primary0", primary, "--", "others"],
  ];
  for (const [text, left, direction, right] of cases) {
    assertEquals(
      parse({ partition: [text] }).partitions,
      [{ ...window, left, direction, right }],
      text,
    );
  }
});

Deno.test("parseFaultPlan() reads partitions between groups of replicas, likes servers and readers", () => {
  const primary0 = { first: -1, last: -1 };
  const lastTwo = { first: -3, last: -2 };
  const all = { first: -3, last: -1 };
  const readers = { first: READER_FIRST + 1, last: READER_FIRST + 2 };
  const zeroToFour = { first: 0, last: 4 };
  const cases: [string, Side, CutDirection, Side][] = [
    ["primary1", [{ first: -2, last: -2 }], "--", "others"],
    ["primary", [all], "--", "others"],
    ["primary1-2", [lastTwo], "--", "others"],
    ["primary0--primary1-2", [primary0], "--", [lastTwo]],
    [
      "primary0,LikesServer0-4--primary1-2",
      [primary0, zeroToFour],
      "--",
      [lastTwo],
    ],
    ["primary0->primary1-2", [primary0], "->", [lastTwo]],
    ["primary0<-primary1-2", [primary0], "<-", [lastTwo]],
    ["primary0:<-primary1-2", [primary0], "<-", [lastTwo]],
    ["->primary1-2", "others", "->", [lastTwo]],
    ["<-primary", "others", "<-", [all]],
    ["Reader1-2", [readers], "--", "others"],
    ["Reader1-2,primary0->primary", [readers, primary0], "->", [all]],
    ["primary--primary", [all], "--", [all]],
  ];
  for (const [scope, left, direction, right] of cases) {
    assertEquals(
      parseFaultPlan({ partition: [`20s..40s:${scope}`] }, threeReplicas())
        .partitions,
      [{ fromTick: 200_000, untilTick: 400_000, left, direction, right }],
      scope,
    );
  }
});

Deno.test("parseFaultPlan() refuses partitions of nobody and of nothing", () => {
  const cases: [string, string][] = [
    ["primary3", "the replicas are primary0 to primary2"],
    ["primary2-3", "the replicas are primary0 to primary2"],
    ["primary0--primary3", "the replicas are primary0 to primary2"],
    ["primary2-1", "a range of names must not end before it begins"],
    ["Reader3", "the readers are Reader0 to Reader2"],
    ["LikesServer0--LikesServer1", "it cuts nothing"],
    ["Reader0->LikesServer0-9", "it cuts nothing"],
    ["primary1--primary1", "it cuts nothing"],
    ["primary,LikesServer0-9,Reader0-2", "it cuts nothing"],
  ];
  for (const [scope, message] of cases) {
    const partition = [`1s..2s:${scope}`];
    for (const text of [message, `--partition "1s..2s:${scope}"`]) {
      assertThrows(
        () => parseFaultPlan({ partition }, threeReplicas()),
        RangeError,
        text,
      );
    }
  }
  for (const scope of ["primary--", "--primary", "--", "primary0-", "A--B"]) {
    assertThrows(
      () => parseFaultPlan({ partition: [`1s..2s:${scope}`] }, threeReplicas()),
      SyntaxError,
      "a partition is written FROM..TO",
    );
  }
  assertRefused(
    { partition: ["1s..2s:primary1"] },
    RangeError,
    "the only replica is primary, as --replicas is 1",
  );
  assertRefused(
    { partition: ["1s..2s:Reader0"] },
    RangeError,
    "there are no readers, as --readers is 0",
  );
});

Deno.test("parseFaultPlan() takes partitions that overlap or end after the run", () => {
  const partition = ["0s..1s", "0.5s..70s", "0.5s..70s", "68.9999s..59h"];
  assertEquals(
    parse({ partition }).partitions.map((p) => [p.fromTick, p.untilTick]),
    [[0, 10_000], [5000, 700_000], [5000, 700_000], [689_999, RUN_TICKS_MAX]],
  );
});

Deno.test("parseFaultPlan() refuses what is no partition, saying what is one", () => {
  const scopes = [
    ...["", "foo", "Primary", "LikesServer", "LikesServer-1", "LikesServer01"],
    ...["LikesServer0-04", "LikesServer0-4-5", "likesserver0", "LikesServer0 "],
    ...["LikesServer0,", ",LikesServer0", "LikesServer0,,LikesServer1", "->"],
    ...["->foo", "->primary<-primary", "<->primary", ":->primary"],
    ...["LikesServer0:", "LikesServer0::->primary", "LikesServer0,->primary"],
  ];
  for (const scope of scopes) {
    assertRefused(
      { partition: [`1s..2s:${scope}`] },
      SyntaxError,
      `Cannot read --partition "1s..2s:${scope}": a partition is written FROM..TO`,
    );
  }
  for (
    const text of [
      "",
      "60s",
      "1s-2s",
      "1s..x",
      "..2s",
      "1s..2s..3s",
      ":primary",
    ]
  ) {
    assertRefused(
      { partition: [text] },
      SyntaxError,
      "Cannot read --partition",
    );
  }
});

Deno.test("parseFaultPlan() explains an arrow that the shell took", () => {
  assertRefused({ partition: ["1s..2s:-"] }, SyntaxError, "quote arrows");
});

Deno.test("parseFaultPlan() refuses partitions out of bounds", () => {
  const cases: [string, string][] = [
    ["2s..2s", "it must end after it begins"],
    ["2s..1s", "a range must not end before it begins"],
    ["69s..70s", "it must begin before the run ends, at 69s"],
    [
      "1s..2s:LikesServer10",
      "the likes servers are LikesServer0 to LikesServer9",
    ],
    ["1s..2s:LikesServer3-10", "are LikesServer0 to LikesServer9"],
    ["1s..2s:LikesServer99999999999999999999", "are LikesServer0 to"],
    ["1s..2s:LikesServer4-3", "a range of names must not end before it begins"],
  ];
  for (const [text, message] of cases) {
    assertRefused({ partition: [text] }, RangeError, message);
    assertRefused({ partition: [text] }, RangeError, `--partition "${text}"`);
  }
});

Deno.test("parseFaultPlan() names the only likes server where there is one", () => {
  assertThrows(
    () =>
      parseFaultPlan({ crash: ["LikesServer1@1s"] }, {
        ...tenServers(),
        servers: 1,
      }),
    RangeError,
    "the only likes server is LikesServer0",
  );
});

Deno.test("parseFaultPlan() reads crashes and pauses of one replica and of all", () => {
  const plan = parseFaultPlan({
    crash: ["primary1@10s+1s", "primary@20s"],
    pause: ["primary@12s+1s", "primary2@1s+1s"],
  }, threeReplicas());
  const processesOf = (faults: readonly { process: number }[]) =>
    faults.map(({ process }) => process);
  assertEquals(processesOf(plan.crashes), [-2, -1, -2, -3]);
  assertEquals(processesOf(plan.pauses), [-3, -1, -2, -3]);
  const refused: [FaultFlags, string][] = [
    [{ crash: ["primary3@1s"] }, "the replicas are primary0 to primary2"],
    [
      { crash: ["primary@10s+10s"], pause: ["primary2@15s+1s"] },
      'it overlaps --pause "primary2@15s+1s"',
    ],
  ];
  for (const [flags, message] of refused) {
    assertThrows(() => parseFaultPlan(flags, threeReplicas()), Error, message);
  }
  for (const crash of ["primary0-1@1s", "Reader0@1s"]) {
    assertThrows(
      () => parseFaultPlan({ crash: [crash] }, threeReplicas()),
      SyntaxError,
      "a crash is written",
    );
  }
});

Deno.test("parseFaultPlan() reads crashes and pauses, in order of time and process", () => {
  const { crashes, pauses } = parse({
    crash: ["LikesServer3@50s+5s", "primary@10s+1s", "LikesServer2@50s"],
    pause: ["LikesServer2@30s+20s", "primary@11s+90s"],
  });
  assertEquals(crashes, [
    { process: PRIMARY, atTick: 100_000, downTicks: 10_000 },
    { process: 2, atTick: 500_000, downTicks: NEVER },
    { process: 3, atTick: 500_000, downTicks: 50_000 },
  ]);
  assertEquals(pauses, [
    { process: PRIMARY, atTick: 110_000, pausedTicks: 900_000 },
    { process: 2, atTick: 300_000, pausedTicks: 200_000 },
  ]);
});

Deno.test("parseFaultPlan() takes a crash at the tick of the start, and up to the last tick of the run", () => {
  const crash = [
    "primary@0s+1s",
    "LikesServer9@9s+1s",
    "LikesServer0@68.9999s",
  ];
  assertEquals(
    parse({ crash }).crashes.map(({ atTick }) => atTick),
    [0, 90_000, 689_999],
  );
});

Deno.test("parseFaultPlan() refuses what is no crash or pause, saying what is one", () => {
  const texts = [
    ...["", "primary", "primary@", "@1s", "primary@1s+", "primary@1s+1s+1s"],
    ...["Primary@1s", "PrimaryLikesServer@1s", "LikesServer0-4@1s", "random"],
    ...["LikesServer03@1s", "server3@1s", "LikesServer3@@1s", "LikesServer@1s"],
  ];
  for (const text of texts) {
    assertRefused(
      { crash: [text] },
      SyntaxError,
      `Cannot read --crash "${text}": a crash is written primary@100s+10s`,
    );
    assertRefused(
      { pause: [text] },
      SyntaxError,
      `Cannot read --pause "${text}": a pause is written LikesServer2@30s+20s`,
    );
  }
  for (const text of ["primary@x", "primary@1s+x", "primary@-1s"]) {
    assertRefused({ crash: [text] }, SyntaxError, "a duration is written");
  }
  assertRefused(
    { pause: ["LikesServer2@30s"] },
    SyntaxError,
    "a pause is written LikesServer2@30s+20s",
  );
  assertRefused({ pause: ["random:5"] }, SyntaxError, "a pause is written");
});

Deno.test("parseFaultPlan() refuses crashes and pauses out of bounds", () => {
  const cases: [string, string][] = [
    [
      "LikesServer10@20s+1s",
      "the likes servers are LikesServer0 to LikesServer9",
    ],
    ["LikesServer9@8.9999s+1s", "LikesServer9 starts at 9s"],
    ["primary@69s+1s", "it must begin before the run ends, at 69s"],
    ["LikesServer0@100s+1s", "it must begin before the run ends, at 69s"],
    ["primary@1s+0s", "the time after + must be at least 0.1ms"],
  ];
  for (const [text, message] of cases) {
    assertRefused(
      { crash: [text] },
      RangeError,
      `--crash "${text}": ${message}`,
    );
    assertRefused(
      { pause: [text] },
      RangeError,
      `--pause "${text}": ${message}`,
    );
  }
});

Deno.test("parseFaultPlan() refuses overlapping faults of one process, naming both", () => {
  const overlapping: [FaultFlags, string, string][] = [
    [
      { crash: ["LikesServer3@50s+5s", "LikesServer3@54.9999s+1s"] },
      '--crash "LikesServer3@54.9999s+1s"',
      '--crash "LikesServer3@50s+5s"',
    ],
    [
      { crash: ["LikesServer3@54s+1s", "LikesServer3@50s+5s"] },
      '--crash "LikesServer3@50s+5s"',
      '--crash "LikesServer3@54s+1s"',
    ],
    [
      { crash: ["LikesServer3@20s", "LikesServer3@60s+1s"] },
      '--crash "LikesServer3@60s+1s"',
      '--crash "LikesServer3@20s"',
    ],
    [
      { crash: ["primary@30s+1s"], pause: ["primary@20s+30s"] },
      '--crash "primary@30s+1s"',
      '--pause "primary@20s+30s"',
    ],
    [
      { pause: ["primary@20s+30s", "primary@20s+30s"] },
      '--pause "primary@20s+30s"',
      '--pause "primary@20s+30s"',
    ],
  ];
  for (const [flags, given, other] of overlapping) {
    assertRefused(
      flags,
      RangeError,
      `Cannot use ${given}: it overlaps ${other}`,
    );
  }
});

Deno.test("parseFaultPlan() lets a fault begin where another of the process ends, or in another process", () => {
  parse({
    crash: [
      "LikesServer3@50s+5s",
      "LikesServer3@55s+5s",
      "LikesServer4@50s+5s",
    ],
    pause: ["LikesServer3@60s+5s", "primary@50s+5s"],
  });
});

Deno.test("parseFaultPlan() counts the crashes to be drawn, whatever the order of flags", () => {
  const plan = parse({ crash: ["random:5", "primary@10s+1s"] });
  assertEquals([plan.randomCrashes, plan.crashes.length], [5, 1]);
  assertEquals(parse({ crash: ["primary@10s+1s", "random:5"] }), plan);
  const sum = parse({ crash: ["random:2", "primary@10s+1s", "random:3"] });
  assertEquals(sum, plan);
});

Deno.test("scheduleFaults() draws crashes from the seed, around those given and in order of time", () => {
  const { crashes } = scheduleOf({ crash: ["random:5", "primary@10s+1s"] });
  assertEquals(crashes.length, 6);
  assertEquals(crashes, crashes.toSorted((a, b) => a.atTick - b.atTick));
  assertEquals(scheduleOf({ crash: ["random:5"] }, 7).crashes.length, 5);
  assertNotEquals(
    scheduleOf({ crash: ["random:5"] }, 8).crashes,
    scheduleOf({ crash: ["random:5"] }, 7).crashes,
  );
});

Deno.test("scheduleFaults() refuses a plan that was read for another run", () => {
  const plans: FaultFlags[] = [
    { partition: ["1s..2s:LikesServer3"] },
    { partition: ["5s..9s"] },
    { crash: ["LikesServer3@3s"] },
    { crash: ["LikesServer1@1s"] },
    { pause: ["primary@5s+1s"] },
  ];
  const other = {
    servers: 3,
    spawnIntervalTicks: 15_000,
    lifetimeTicks: 20_000,
    seed: 7,
  };
  for (const flags of plans) {
    assertThrows(
      () => scheduleFaults({ ...other, faults: parse(flags) }),
      RangeError,
      "Cannot use faults that were read for another run: --",
    );
  }
});

Deno.test("scheduleFaults() refuses drawn crashes that do not fit, as for a run shorter than the plan was read for", () => {
  const faults = parse({ crash: ["random:20"] });
  assertThrows(
    () => scheduleFaults({ ...tenServers(), faults, lifetimeTicks: 1 }),
    RangeError,
    "Cannot use --crash random:20: so many crashes",
  );
});

Deno.test("parseFaultPlan() refuses a number of random crashes that is none, or does not fit", () => {
  for (const count of ["", "x", "-1", "1.5"]) {
    assertRefused(
      { crash: [`random:${count}`] },
      SyntaxError,
      `Cannot read --crash "random:${count}", in it "${count}": a whole number from 1 to 10000 is needed`,
    );
  }
  for (const count of ["0", "10001"]) {
    assertRefused(
      { crash: [`random:${count}`] },
      RangeError,
      `in it "${count}": it must be from 1 to 10000`,
    );
  }
  assertRefused(
    { crash: ["random:5000", "random:5001"] },
    RangeError,
    "Cannot use --crash random:10001: so many crashes",
  );
  assertRefused(
    { crash: ["random:2000"] },
    RangeError,
    "do not fit between 10 and 80 % of the run without overlapping",
  );
});

Deno.test("runEndTick() is the end of the last likes server's lifetime", () => {
  const run = { servers: 10, spawnIntervalTicks: 10, lifetimeTicks: 1000 };
  assertEquals(runEndTick(run), 1090);
  assertEquals(runEndTick({ ...run, servers: 1 }), 1000);
});

Deno.test("runEndTick() refuses runs that are none, and runs too long for 32 bits of ticks", () => {
  const run = { servers: 10, spawnIntervalTicks: 10, lifetimeTicks: 1000 };
  const wrong: Partial<typeof run>[] = [
    { servers: 0 },
    { servers: 1.5 },
    { servers: NaN },
    { spawnIntervalTicks: -1 },
    { lifetimeTicks: 0.5 },
    { lifetimeTicks: NaN },
    { lifetimeTicks: RUN_TICKS_MAX },
    { servers: 2 ** 40 },
  ];
  for (const change of wrong) {
    assertThrows(() => runEndTick({ ...run, ...change }), RangeError, "Cannot");
  }
  assertThrows(
    () =>
      runEndTick({ ...run, servers: 1_000_000, spawnIntervalTicks: 10_000 }),
    RangeError,
    "(--servers - 1) * --spawn-interval + --lifetime must be at most 59h",
  );
});

Deno.test("parseFaultPlan() drops the latency of reads where nobody reads, or nothing is said of readers", () => {
  const { readers: _readers, ...unsaid } = threeReplicas();
  const latency = (run: Parameters<typeof parseFaultPlan>[1]) =>
    parseFaultPlan({ readLatency: "4ms" }, run).readLatency;
  assertEquals(latency(unsaid), null);
  assertEquals(latency({ ...unsaid, readers: 0 }), null);
  const given = { kind: "constant", delayMs: 4 } as const;
  assertEquals(latency({ ...unsaid, readers: 1 }), given);
  assertEquals(latency({ ...unsaid, readAfterTicks: 0 }), given);
});
