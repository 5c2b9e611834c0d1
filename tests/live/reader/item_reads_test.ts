import { assertEquals } from "@std/assert";
import { Streams } from "../../../lib/domain/random.ts";
import { ItemReads } from "../../../lib/live/reader/item_reads.ts";
import { QuorumRead } from "../../../lib/rules/read_quorum.ts";
import { granted } from "../../permissions.ts";
import {
  ACCEPTANCE,
  broken,
  type MakeQuorumRead,
  MUTANTS,
  type ReadEnd,
  type ReadStory,
} from "../../rules/read_acceptance.ts";
import { Peer, say } from "../peer.ts";

const ignore = !granted({ net: ["127.0.0.1"] });

const SESSION = "00000000000000aa";

/**
 * Replicas that answer in the order of a story: each when the one before it was
 * heard.
 */
class StoryReplicas implements AsyncDisposable {
  /** By replica: the newest draw that it has. */
  readonly has: number[];
  readonly #peers: readonly Peer[];
  readonly #heard: readonly PromiseWithResolvers<void>[];

  constructor({ has, answering, lostRepairs = [] }: ReadStory) {
    this.has = [...has];
    this.#heard = answering.map(() => Promise.withResolvers());
    this.#peers = has.map((_, replica) => {
      const place = answering.indexOf(replica);
      let repairs = 0;
      const peer: Peer = new Peer(async (connection, text) => {
        const [, entry = "0"] = /^REPAIR .*#(\d+)=/.exec(text) ?? [];
        if (text.startsWith("REPAIR")) {
          if (++repairs <= (lostRepairs[replica] ?? 0)) return;
          this.has[replica] = Math.max(this.has[replica]!, Number(entry));
          return await say(connection, "ACK\n");
        }
        if (place < 0) {
          // It hangs up when nobody waits for another answer.
          await Promise.all(this.#heard.map(({ promise }) => promise));
          return peer.hangUp(connection);
        }
        await this.#heard[place - 1]?.promise;
        const seq = this.has[replica]!;
        const value = `VALUE LikesServer0 ${10 * seq}`;
        await say(connection, `${value} ${SESSION}#${seq}=${10 * seq}\n`);
        // Whoever reads closes the connection when it has the answer.
        await connection.read(new Uint8Array(1)).catch(() => {});
        this.#heard[place]!.resolve();
      });
      return peer;
    });
  }

  get ports(): number[] {
    return this.#peers.map(({ port }) => port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { resolve } of this.#heard) resolve();
    for (const peer of this.#peers) await peer[Symbol.asyncDispose]();
  }
}

/** One read over real sockets. */
async function real(
  story: ReadStory,
  makeQuorumRead: MakeQuorumRead,
): Promise<ReadEnd> {
  const repairs: [number, number][] = [];
  let reads: ItemReads;
  let end: ReadEnd;
  {
    await using replicas = new StoryReplicas(story);
    const { ports } = replicas;
    reads = new ItemReads({
      ...{ ackTimeoutTicks: 60_000, ...story, ports, makeQuorumRead },
      ...{ readFrom: "all", streams: new Streams(7), reader: 0 },
      home: () => 0,
      onRepair: ({ replica }, line) =>
        repairs.push([replica, Number(/#(\d+)=/.exec(line)?.[1])]),
    });
    const outcome = await reads.ask({
      ...{ read: 1, server: 0, query: "READ LikesServer0" },
      replicas: reads.replicasOf(1),
    });
    if (story.readRepair === "after") await reads.settled();
    const [entry] = outcome.kind === "value" ? outcome.entries : [];
    end = {
      ...{ seq: entry?.seq ?? null, total: entry?.total ?? null },
      repairs: repairs.toSorted(([one], [other]) => one - other),
      has: [...replicas.has],
    };
  }
  await reads.settled();
  return end;
}

for (const { name, story, check } of ACCEPTANCE) {
  Deno.test({
    name: `A read of real replicas ${name}`,
    ignore,
    async fn() {
      check(await real(story, (options) => new QuorumRead(options)));
    },
  });
}

for (const [name, make, stories] of MUTANTS) {
  Deno.test({
    name: `A read of real replicas that ${name} is found`,
    ignore,
    async fn() {
      assertEquals(await broken(real, make), stories);
    },
  });
}
