import { assertEquals } from "@std/assert";
import {
  agreementMsMax,
  ReplicaSampler,
} from "../../../lib/live/agreement/replica_sampler.ts";
import { ReplicaCounters } from "../../../lib/live/replica/replica_counters.ts";
import { DEFAULT_RUN } from "../../../lib/options/run_options.ts";
import { granted } from "../../permissions.ts";
import { Peer, say } from "../peer.ts";
import { statsWith } from "../run/stats_with.ts";

const ignore = !granted({ net: ["127.0.0.1"] });

const NEVER = new AbortController().signal;
const SESSION = "00000000000000aa";
const RUN = { ...DEFAULT_RUN, servers: 1, replicas: 2 };

/** A replica that says that it holds what a test says. */
class Replica implements AsyncDisposable {
  seq = 0;
  total = 0;
  /** Fingerprint of all that it holds, other runs' likes included. */
  digest = "00000000000000dd";
  readonly #peer: Peer;
  #isClosed = false;

  constructor() {
    this.#peer = new Peer(async (connection) => {
      // COUNTERS was read; the other question follows on the connection.
      await say(
        connection,
        `${
          JSON.stringify({
            ...statsWith({ total: this.total }),
            replica: {
              ...{ name: "primary0", epoch: 1, version: 0 },
              incarnation: SESSION,
              digest: this.digest,
              ...new ReplicaCounters(),
            },
            servers: undefined,
          })
        }\n`,
      );
      const count = await connection.read(new Uint8Array(256));
      if (count === null) return;
      const entry = this.seq === 0
        ? ""
        : ` ${SESSION}#${this.seq}=${this.total}`;
      await say(connection, `VALUE LikesServer0 ${this.total}${entry}\n`);
    });
  }

  get port(): number {
    return this.#peer.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#peer[Symbol.asyncDispose]();
  }
}

async function sample(
  use: (
    sampler: ReplicaSampler,
    replicas: readonly [Replica, Replica],
    tick: { now: number },
  ) => Promise<void>,
): Promise<void> {
  await using first = new Replica();
  await using second = new Replica();
  const tick = { now: 0 };
  const sampler = new ReplicaSampler({
    run: RUN,
    primaries: [first, second],
    before: [statsWith(), statsWith()],
    servers: [{ name: "LikesServer0", sessionText: SESSION }],
    now: () => tick.now,
  });
  sampler.begin();
  try {
    await use(sampler, [first, second], tick);
  } finally {
    await sampler.stop();
  }
}

Deno.test({
  name: "ReplicaSampler sees replicas apart until they hold the same",
  ignore,
  async fn() {
    await sample(async (sampler, [first, second], tick) => {
      assertEquals(await sampler.agreed(60_000, NEVER), true);
      tick.now = 1_000;
      [first.seq, first.total] = [3, 42];
      assertEquals(await sampler.agreed(300, NEVER), false);
      assertEquals(sampler.totals, [42, 0]);
      assertEquals(sampler.likesOf(0), [42, 0]);
      tick.now = 3_000;
      [second.seq, second.total] = [3, 42];
      assertEquals(await sampler.agreed(60_000, NEVER), true);
      sampler.meter.end(4_000);
      const { apartSeconds, agreementSeconds, spread } = sampler.meter
        .measures();
      assertEquals([apartSeconds, agreementSeconds], [0.2, 0.3]);
      assertEquals(spread.max, 42);
    });
  },
});

Deno.test({
  name:
    "ReplicaSampler hears replicas that are given no time to agree, so that it knows what they hold",
  ignore,
  async fn() {
    await sample(async (sampler, [first, second]) => {
      assertEquals(await sampler.agreed(60_000, NEVER), true);
      [first.seq, first.total] = [3, 42];
      assertEquals(await sampler.agreed(0, NEVER), false);
      assertEquals(sampler.totals, [42, 0]);
      [second.seq, second.total] = [3, 42];
      assertEquals(await sampler.agreed(0, NEVER), true);
    });
  },
});

Deno.test({
  name:
    "ReplicaSampler sees no agreement of replicas that hold different likes of others",
  ignore,
  async fn() {
    await sample(async (sampler, [first, second]) => {
      assertEquals(await sampler.agreed(60_000, NEVER), true);
      first.digest = "00000000000000ee";
      assertEquals(await sampler.agreed(0, NEVER), false);
      second.digest = first.digest;
      assertEquals(await sampler.agreed(0, NEVER), true);
    });
  },
});

Deno.test({
  name: "ReplicaSampler asks nobody to agree with a replica that is down",
  ignore,
  async fn() {
    await sample(async (sampler, [first, second], tick) => {
      [first.seq, first.total] = [3, 42];
      await second[Symbol.asyncDispose]();
      tick.now = 1_000;
      assertEquals(await sampler.agreed(60_000, NEVER), true);
      assertEquals(sampler.areUp, [true, false]);
    });
  },
});

Deno.test({
  name:
    "ReplicaSampler waits for agreement no longer than somebody has patience",
  ignore,
  async fn() {
    await sample(async (sampler, [first]) => {
      [first.seq, first.total] = [3, 42];
      const patience = new AbortController();
      const agreed = sampler.agreed(60_000, patience.signal);
      patience.abort();
      assertEquals(await agreed, false);
    });
  },
});

Deno.test("agreementMsMax() is the longer of the drain and 60 mean intervals", () => {
  const { drainTicks } = RUN;
  assertEquals(agreementMsMax(RUN), 60_000);
  assertEquals(
    agreementMsMax({ ...RUN, gossip: { kind: "exponential", ticks: 10 } }),
    drainTicks / 10,
  );
  const gossip = { kind: "uniform", ticks: 10_000, maxTicks: 30_000 } as const;
  assertEquals(agreementMsMax({ ...RUN, gossip }), 120_000);
  assertEquals(agreementMsMax({ ...RUN, gossip: null }), 0);
});
