import { assertEquals } from "@std/assert";
import { FaultProxy } from "../../../lib/live/network/fault_proxy.ts";
import { SentReports } from "../../../lib/live/network/sent_reports.ts";
import { ReadJudge } from "../../../lib/live/reader/read_judge.ts";
import { LiveHistory } from "../../../lib/live/run/live_history.ts";
import { LiveNetwork } from "../../../lib/live/run/live_network.ts";
import { ServerRecord } from "../../../lib/live/run/server_record.ts";
import {
  DEFAULT_RUN,
  type RunOptions,
} from "../../../lib/options/run_options.ts";
import { granted } from "../../permissions.ts";
import { LineClient } from "../primary/line_client.ts";

const ignore = !granted({ net: ["127.0.0.1"] });

/** A replica that acknowledges each line. */
class Acknowledger implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #serving: Promise<void>[] = [];
  readonly #accepting = this.#accept();

  get port(): number {
    return this.#listener.addr.port;
  }

  async #accept(): Promise<void> {
    for await (const connection of this.#listener) {
      this.#serving.push(this.#serve(connection));
    }
  }

  async #serve(connection: Deno.TcpConn): Promise<void> {
    const bytes = new Uint8Array(256);
    while (await connection.read(bytes) !== null) {
      await connection.write(new TextEncoder().encode("ACK\n"));
    }
    connection.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#accepting;
    await Promise.all(this.#serving);
  }
}

/** Until it is disposed of, causes of own reads are noted, by likes server. */
function causes(): Disposable & { readonly of: number[] } {
  const { acknowledged } = FaultProxy.prototype;
  const of: number[] = [];
  FaultProxy.prototype.acknowledged = (server) => void of.push(server);
  return {
    of,
    [Symbol.dispose]() {
      FaultProxy.prototype.acknowledged = acknowledged;
    },
  };
}

/** The network of one likes server and its replicas. */
class SmallNetwork implements AsyncDisposable {
  readonly network: LiveNetwork;
  readonly #sent = new SentReports(() => 0);
  #attempt = 0;

  constructor(run: RunOptions, ports: readonly number[]) {
    const history = new LiveHistory({
      delivery: run.delivery,
      onSending: () => {},
      onReading: () => {},
      onEvent: () => {},
    });
    const record = new ServerRecord(0, [0, 7], run.delivery, history);
    this.network = new LiveNetwork({
      run,
      primaryPort: (replica) => ports[replica] as number,
      now: () => 0,
      sent: this.#sent,
      history,
      records: [record],
      look: () => Promise.resolve("not asked"),
      reads: new ReadJudge({ ...run, sessions: [record.sessionText] }),
    });
  }

  /** A draw of one like is reported to a replica, and acknowledged. */
  async report(replica: number, seq: number): Promise<void> {
    const line = `LikesServer0 1 0000000000000007#${seq}=${seq}`;
    const attempt = ++this.#attempt;
    this.#sent.announce(0, replica, line, { attempt, seq });
    using client = await LineClient.connect(
      this.network.ports[replica] as number,
    );
    assertEquals(await client.ask(line), "ACK");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.network.close();
  }
}

const TO_ALL: RunOptions = {
  ...DEFAULT_RUN,
  ...{ servers: 1, replicas: 3, writeTo: "all", writeQuorum: 2 },
  ...{ readFrom: "all", readAfterTicks: 0, gossip: null },
};

/** A test of the network of a run, and of the causes that it tells. */
async function inNetwork(
  run: RunOptions,
  test: (small: SmallNetwork, noted: readonly number[]) => Promise<void>,
): Promise<void> {
  const replicas = Array.from(
    { length: run.replicas },
    () => new Acknowledger(),
  );
  try {
    using noted = causes();
    await using small = new SmallNetwork(run, replicas.map(({ port }) => port));
    await test(small, noted.of);
  } finally {
    for (const replica of replicas) await replica[Symbol.asyncDispose]();
  }
}

Deno.test({
  name:
    "LiveNetwork takes the ACK that completes a write quorum for the cause of an own read, and no other",
  ignore,
  fn: () =>
    inNetwork(TO_ALL, async (small, noted) => {
      const counts: number[] = [];
      for (const replica of [1, 0, 2]) {
        await small.report(replica, 1);
        counts.push(noted.length);
      }
      assertEquals(counts, [0, 1, 1]);
    }),
});

Deno.test({
  name:
    "LiveNetwork counts no ACK towards a quorum that an earlier life of the likes server got",
  ignore,
  fn: () =>
    inNetwork(TO_ALL, async (small, noted) => {
      await small.report(0, 1);
      small.network.take({ t: 0, kind: "restart", server: 0 });
      await small.report(1, 1);
      assertEquals(noted, []);
      await small.report(0, 1);
      assertEquals(noted, [0]);
    }),
});

Deno.test({
  name:
    "LiveNetwork takes each ACK of one replica for the cause of an own read",
  ignore,
  fn() {
    const run: RunOptions = {
      ...TO_ALL,
      ...{ replicas: 1, writeTo: "home", writeQuorum: 1, readFrom: "home" },
    };
    return inNetwork(run, async (small, noted) => {
      for (const seq of [1, 2]) await small.report(0, seq);
      assertEquals(noted, [0, 0]);
    });
  },
});
