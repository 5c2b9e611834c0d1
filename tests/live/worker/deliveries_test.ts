import { assert, assertEquals } from "@std/assert";
import { Streams } from "../../../lib/domain/random.ts";
import { NEVER } from "../../../lib/domain/ticks.ts";
import { Deliveries } from "../../../lib/live/worker/deliveries.ts";
import type { WorkerLine } from "../../../lib/live/worker/lines.ts";
import type { DrawnLikes } from "../../../lib/live/worker/own_log.ts";
import { granted } from "../../permissions.ts";
import { Peer, say } from "../peer.ts";
import { workerOptions } from "./worker_options_of.ts";

const ignore = !granted({ net: ["127.0.0.1"] });

const LIKES = 14;

/** A likes server that reports to three replicas, and how far it is. */
class Reporter implements AsyncDisposable {
  readonly deliveries: Deliveries;
  readonly lines: WorkerLine[] = [];
  /** By replica: reports that it was sent. */
  readonly received: number[] = [0, 0, 0];
  readonly #peers: readonly Peer[];
  /** By replica: what it does with its next report; waits for it. */
  readonly #answers: readonly PromiseWithResolvers<"ACK" | "end">[][];
  readonly #zeroMs = performance.now();
  #changed = Promise.withResolvers<void>();

  constructor(writeQuorum: number) {
    this.#answers = [0, 1, 2].map(() => []);
    this.#peers = [0, 1, 2].map((replica) => {
      const peer: Peer = new Peer(async (connection) => {
        const n = this.received[replica]!++;
        this.#change();
        if (await this.#answerOf(replica, n).promise === "ACK") {
          await say(connection, "ACK\n");
        } else peer.hangUp(connection);
      });
      return peer;
    });
    let draws = 0;
    this.deliveries = new Deliveries({
      options: workerOptions({
        ports: this.#peers.map(({ port }) => port),
        writeTo: "all",
        writeQuorum,
        // Silence takes longer than the test.
        ackTimeoutTicks: 10_000_000,
      }),
      drawn: {
        likes: () => LIKES,
        get count() {
          return draws;
        },
        get total() {
          return LIKES * draws;
        },
      } as unknown as DrawnLikes,
      streams: new Streams(7),
      now: () => this.#now(),
      print: (line) => this.lines.push(line),
      onAcknowledged: () => this.#change(),
      onChange: () => this.#change(),
    });
    this.deliveries.start(0);
    this.deliveries.draw(LIKES, NEVER, () => draws++);
    this.deliveries.endLifetime();
  }

  #now(): number {
    return Math.floor((performance.now() - this.#zeroMs) * 10);
  }

  #answerOf(replica: number, n: number) {
    return this.#answers[replica]![n] ??= Promise.withResolvers();
  }

  #change(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  /** Lets a replica do something with its n-th report. */
  let(replica: number, n: number, what: "ACK" | "end"): void {
    this.#answerOf(replica, n).resolve(what);
  }

  /** Waits until something is so, and does meanwhile what is due. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      this.deliveries.due();
      const waitMs = Math.max(1, (this.deliveries.actAt - this.#now()) / 10);
      const due = Promise.withResolvers<void>();
      const timer = setTimeout(due.resolve, Math.min(waitMs, 1_000_000));
      if (!isSo()) await Promise.race([this.#changed.promise, due.promise]);
      clearTimeout(timer);
    }
  }

  get hasEnded(): boolean {
    return this.deliveries.hasEnded(this.#now(), 0);
  }

  /** Replicas that have acknowledged, as it printed. */
  get acks(): number {
    return this.lines.filter(({ kind }) => kind === "ack").length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.deliveries.abandon();
    for (const [replica, answers] of this.#answers.entries()) {
      for (const n of answers.keys()) this.let(replica, n, "end");
    }
    for (const peer of this.#peers) await peer[Symbol.asyncDispose]();
  }
}

for (const quorum of [1, 2, 3]) {
  Deno.test({
    name:
      `Deliveries to all take a draw for acknowledged when ${quorum} of 3 replicas have it, not before`,
    ignore,
    async fn() {
      await using reporter = new Reporter(quorum);
      const { deliveries } = reporter;
      for (const [i, replica] of [2, 0, 1].entries()) {
        reporter.let(replica, 0, "ACK");
        await reporter.until(() => reporter.acks === i + 1);
        const isReached = i + 1 >= quorum;
        assertEquals(
          [
            deliveries.acknowledgedSeq,
            deliveries.acknowledged,
            deliveries.pending,
            reporter.hasEnded,
          ],
          [
            isReached ? 1 : 0,
            isReached ? LIKES : 0,
            isReached ? 0 : LIKES,
            i === 2,
          ],
          `${i + 1} acknowledgements`,
        );
      }
    },
  });
}

Deno.test({
  name:
    "Deliveries to all go on with the other replicas after W have acknowledged, and end when all have",
  ignore,
  async fn() {
    await using reporter = new Reporter(2);
    const { received } = reporter;
    reporter.let(0, 0, "ACK");
    reporter.let(1, 0, "ACK");
    await reporter.until(() => reporter.acks === 2);
    assertEquals(reporter.deliveries.acknowledgedSeq, 1);
    for (let n = 0; n < 2; n++) {
      reporter.let(2, n, "end");
      await reporter.until(() => received[2] === n + 2);
      assert(!reporter.hasEnded);
    }
    reporter.let(2, 2, "ACK");
    await reporter.until(() => reporter.acks === 3);
    assertEquals([reporter.hasEnded, received], [true, [1, 1, 3]]);
  },
});
