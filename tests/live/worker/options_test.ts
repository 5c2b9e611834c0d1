import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  parseWorkerArguments,
  workerArguments,
  type WorkerOptions,
  workerPermissions,
} from "../../../lib/live/worker/options.ts";
import { DELIVERIES } from "../../../lib/domain/delivery.ts";
import { READ_REPAIRS, REPLICA_CHOICES } from "../../../lib/domain/replicas.ts";
import { workerOptions } from "./worker_options_of.ts";

const count = fc.maxSafeNat();
const half = fc.integer();

const anyOptions: fc.Arbitrary<WorkerOptions> = fc.record({
  id: fc.integer({ min: 0, max: 9999 }),
  session: fc.tuple(half, half),
  startTicks: count,
  endTicks: count,
  drainFromTicks: count,
  drainTicks: count,
  intervalMinTicks: count,
  intervalMaxTicks: count,
  likesMin: count,
  likesMax: count,
  seed: count,
  delivery: fc.constantFrom(...DELIVERIES),
  ackTimeoutTicks: count,
  keepAlive: fc.boolean(),
  ports: fc.array(fc.integer({ min: 1, max: 65535 }), { minLength: 1 }),
  writeTo: fc.constantFrom(...REPLICA_CHOICES),
  writeQuorum: count,
  failover: fc.boolean(),
  readAfterTicks: fc.option(count),
  readFrom: fc.constantFrom(...REPLICA_CHOICES),
  readQuorum: count,
  readRepair: fc.constantFrom(...READ_REPAIRS),
  log: fc.string(),
  tally: fc.boolean(),
  resume: fc.record({
    seq: count,
    total: count,
    acknowledgedSeq: count,
    acknowledged: count,
    attempt: count,
    read: count,
  }),
}, {
  requiredKeys: Object.keys(workerOptions()) as (keyof WorkerOptions)[],
}) as fc.Arbitrary<WorkerOptions>;

Deno.test("parseWorkerArguments() reads what workerArguments() wrote", () => {
  fc.assert(fc.property(anyOptions, (options) => {
    assertEquals(parseWorkerArguments(workerArguments(options)), options);
  }));
});

Deno.test("parseWorkerArguments() names the argument that is missing or wrong", () => {
  const args = workerArguments(workerOptions());
  for (const arg of args.filter((arg) => !/^(keepAlive|tally)=/.test(arg))) {
    const name = arg.slice(0, arg.indexOf("="));
    const rest = args.filter((other) => other !== arg);
    assertThrows(() => parseWorkerArguments(rest), SyntaxError, `"${name}=…"`);
    if (name === "log") continue;
    assertThrows(
      () => parseWorkerArguments([...rest, `${name}=x`]),
      SyntaxError,
      "x",
    );
  }
});

Deno.test("workerPermissions() reads nothing unless there is a log to go on from", () => {
  const options = workerOptions({
    ports: [4000],
    log: "/tmp/a b/LikesServer3",
  });
  const seen = {
    seq: 0,
    total: 0,
    acknowledgedSeq: 0,
    acknowledged: 0,
    attempt: 0,
    read: 0,
  };
  const fresh = [
    "--allow-net=127.0.0.1:4000",
    "--allow-write=/tmp/a b/LikesServer3",
  ];
  const read = "--allow-read=/tmp/a b/LikesServer3";
  assertEquals(workerPermissions(options), fresh);
  assertEquals(workerPermissions({ ...options, resume: seen }), [
    ...fresh,
    read,
  ]);
  assertEquals(workerPermissions({ ...options, tally: true }), [read]);
});
