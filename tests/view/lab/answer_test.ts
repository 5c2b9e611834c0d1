import { assert, assertEquals } from "@std/assert";
import { DELIVERIES } from "../../../lib/domain/delivery.ts";
import { simulate } from "../../../lib/sim/run.ts";
import { answer } from "../../../lib/view/lab/answer.ts";
import type { LabAnswer } from "../../../lib/view/lab/requests.ts";
import { settingFromHash } from "../../../lib/view/lab/setting.ts";

const OPTIONS = settingFromHash("servers=3&lifetime=30s&loss=0.1");

function answered(kind: "run" | "compare", options = OPTIONS) {
  const told: LabAnswer[] = [];
  const last = answer(
    { kind, options, program: "likes" },
    (one) => told.push(one),
    () => 0,
  );
  return { last, told };
}

Deno.test("answer() to run is the run that the command line does", () => {
  const { last } = answered("run");
  assert(last.kind === "run");
  assertEquals(last.run.verdict.digest, simulate(OPTIONS).digest);
  // What a worker posts must be plain data.
  assertEquals(structuredClone(last), last);
});

Deno.test("answer() to compare is one run for each mode, in order", () => {
  const { last, told } = answered(
    "compare",
    settingFromHash("servers=100&spawn-interval=0s"),
  );
  assert(last.kind === "compared");
  assertEquals(last.compared.modes.map(({ delivery }) => delivery), [
    ...DELIVERIES,
  ]);
  for (const { delivery, verdict, picture } of last.compared.modes) {
    assertEquals(verdict.delivery, delivery);
    assertEquals(picture.verdict?.digest, verdict.digest);
  }
  const shares = told.map((one) => one.kind === "progress" ? one.share : NaN);
  assert(shares.length > 0 && shares.every((share) => share > 0 && share <= 1));
  assertEquals(shares, shares.toSorted((one, other) => one - other));
});

Deno.test("answer() says why a run cannot be done", () => {
  const { last } = answered("run", { ...OPTIONS, drainTicks: 0.5 });
  assert(last.kind === "failed");
  assert(last.message.includes("drain for 0.5 ticks"), last.message);
});
