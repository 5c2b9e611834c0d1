import { assertEquals, assertThrows } from "@std/assert";
import { formatLatency, LATENCY_NONE } from "../../lib/faults/latency.ts";
import {
  latencySettingOf,
  parseLatencies,
} from "../../lib/faults/latency_settings.ts";
import { parseFaultPlan } from "../../lib/faults/parse.ts";
import { faultFlagsOf } from "../../lib/faults/format.ts";

const RUN = {
  ...{ servers: 3, replicas: 3, readers: 1 },
  ...{ spawnIntervalTicks: 0, lifetimeTicks: 100_000 },
};

Deno.test("latencySettingOf() has the parameters of the paper", () => {
  const written = ["lnkd-ssd", "lnkd-disk", "ymmr"].map((name) => {
    const setting = latencySettingOf(name);
    return setting && [setting.latency, setting.others].map(formatLatency);
  });
  const solid = "mix:0.9122*pareto:0.235ms,10+0.0878*exp:0.60241ms";
  assertEquals(written, [
    [solid, solid],
    ["mix:0.38*pareto:1.05ms,1.51+0.62*exp:5.464481ms", solid],
    [
      "mix:0.939*pareto:3ms,3.35+0.061*exp:357.142857ms",
      "mix:0.982*pareto:1.5ms,3.8+0.018*exp:46.082949ms",
    ],
  ]);
  assertEquals(latencySettingOf("toString"), undefined);
});

Deno.test("parseLatencies() has a setting say it of all messages but those that have a flag", () => {
  const given = parseLatencies({ latency: "ymmr", ackLatency: "5ms" });
  const setting = latencySettingOf("ymmr");
  assertEquals(given.setting, setting);
  assertEquals(given.latency, setting?.latency);
  assertEquals(given.ackLatency, { kind: "constant", delayMs: 5 });
  assertEquals(given.readLatency, setting?.others);
  assertEquals(parseLatencies({}).latency, LATENCY_NONE);
  assertThrows(
    () => parseLatencies({ ackLatency: "ymmr" }),
    SyntaxError,
    "Cannot read --ack-latency",
  );
});

Deno.test("parseFaultPlan() takes a setting that ticks can tell, and writes it as latencies", () => {
  const plan = parseFaultPlan({ latency: "ymmr" }, RUN);
  assertEquals(parseFaultPlan(faultFlagsOf(plan, 3), RUN), plan);
  // Without readers nothing is said of reads, which would be refused.
  const { readLatency } = parseFaultPlan({ latency: "ymmr" }, {
    ...RUN,
    readers: 0,
  });
  assertEquals(readLatency, null);
});

Deno.test("parseFaultPlan() refuses a setting too fine for ticks, with what scales it", () => {
  for (const latency of ["lnkd-ssd", "lnkd-disk"]) {
    const { message } = assertThrows(
      () => parseFaultPlan({ latency }, RUN),
      RangeError,
      `Cannot use --latency "${latency}": it is too fine for ticks of 0.1 ms`,
    );
    // What it says is taken, and is a hundred times as long.
    const words = message.slice(message.indexOf("it is --latency") + 6);
    const flags = Object.fromEntries(
      [...words.matchAll(/--(\w+)(?:-(l)atency)? (\S+)/g)]
        .map(([, name = "", more, text]) => [
          more === undefined ? name : `${name}Latency`,
          text,
        ]),
    );
    assertEquals(Object.keys(flags), ["latency", "ackLatency", "readLatency"]);
    const plan = parseFaultPlan(flags, RUN);
    const setting = latencySettingOf(latency);
    const part = plan.latency.kind === "mix"
      ? plan.latency.parts[0]?.latency
      : null;
    const fine = setting?.latency.kind === "mix"
      ? setting.latency.parts[0]?.latency
      : null;
    assertEquals(
      part?.kind === "pareto" && part.scaleMs,
      fine?.kind === "pareto" && Number((100 * fine.scaleMs).toFixed(6)),
    );
  }
});
