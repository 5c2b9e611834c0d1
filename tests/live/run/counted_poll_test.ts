import { assertEquals } from "@std/assert";
import {
  CountedPoll,
  type CountedPollOptions,
  likesAtPrimary,
  type PolledServer,
} from "../../../lib/live/run/counted_poll.ts";
import type { Stats } from "../../../lib/live/primary/stats.ts";
import { granted } from "../../permissions.ts";
import { say } from "../peer.ts";
import { statsWith } from "./stats_with.ts";

const TEST = { ignore: !granted({ net: ["127.0.0.1"] }) } as const;

function fail(): never {
  throw new Error("A primary of these tests has one server and one session");
}

const SESSION = "00c0ffee00c0ffee";

function statsOf(unmarked: number, total: number): Stats {
  const sessions = [{ session: SESSION, seq: 1, total }];
  const servers = [{ name: "LikesServer0", unmarked, sessions }];
  return statsWith({ total: unmarked + total, servers });
}

/**
 * A primary that answers each question with what it is told to, or not at all.
 */
class AnsweringPrimary {
  readonly port: number;
  stats: Stats | null = null;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #serving: Promise<void>;
  #asked = Promise.withResolvers<void>();

  constructor() {
    this.port = this.#listener.addr.port;
    this.#serving = this.#serve();
  }

  async #serve(): Promise<void> {
    for await (const connection of this.#listener) {
      await connection.read(new Uint8Array(64));
      const { stats } = this;
      if (stats !== null) {
        const { servers: [server], ...counters } = stats;
        await say(connection, `${JSON.stringify(counters)}\n`);
        await connection.read(new Uint8Array(64));
        const { name, unmarked, sessions: [entry] } = server ?? fail();
        const { session, seq, total } = entry ?? fail();
        await say(
          connection,
          `VALUE ${name} ${unmarked + total} ${session}#${seq}=${total}\n`,
        );
      }
      connection.close();
      this.#asked.resolve();
      this.#asked = Promise.withResolvers();
    }
  }

  /** Fulfils when it has been asked this many times from now on. */
  async asked(times: number): Promise<void> {
    for (let i = 0; i < times; i++) await this.#asked.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#serving;
  }
}

/**
 * Lets a poll of one likes server ask, and looks at what it then says is
 * counted.
 */
async function withPoll(
  options: Pick<CountedPollOptions, "delivery"> & { before: Stats },
  acknowledged: number,
  act: (
    primary: AnsweringPrimary,
    record: { acknowledged: number },
    counted: () => number,
  ) => Promise<void>,
): Promise<void> {
  await using primary = new AnsweringPrimary();
  const record = {
    id: 0,
    name: "LikesServer0",
    sessionText: SESSION,
    acknowledged,
  };
  const records: readonly PolledServer[] = [record];
  const { delivery, before } = options;
  const poll = new CountedPoll({
    delivery,
    primary: { port: primary.port, before },
    records,
  });
  try {
    await act(primary, record, () => poll.countedOf(record));
  } finally {
    await poll.stop();
  }
}

Deno.test({
  ...TEST,
  name:
    "CountedPoll counts a session's likes as soon as they are acknowledged or told of, whichever is more",
  async fn() {
    const options = { delivery: "crdt", before: statsOf(0, 0) } as const;
    await withPoll(options, 10, async (primary, record, counted) => {
      assertEquals(counted(), 10);
      primary.stats = statsOf(0, 14); // The answer to the last report got lost.
      await primary.asked(3);
      assertEquals(counted(), 14);
      record.acknowledged = 20;
      assertEquals(counted(), 20);
    });
  },
});

Deno.test({
  ...TEST,
  name:
    "CountedPoll knows what a primary has forgotten, and counts on from there",
  async fn() {
    const options = { delivery: "dedup", before: statsOf(0, 0) } as const;
    await withPoll(options, 10, async (primary, record, counted) => {
      primary.stats = statsOf(0, 4);
      await primary.asked(3);
      assertEquals(counted(), 4);
      record.acknowledged = 13;
      assertEquals(counted(), 7);
    });
  },
});

Deno.test({
  ...TEST,
  name:
    "CountedPoll leaves out what was there before, and tells likes counted twice",
  async fn() {
    const options = {
      delivery: "at-least-once",
      before: statsOf(100, 0),
    } as const;
    await withPoll(options, 10, async (primary, _record, counted) => {
      primary.stats = statsOf(124, 0);
      await primary.asked(3);
      assertEquals(counted(), 24);
      primary.stats = null; // Gone: it holds what it held.
      await primary.asked(1);
      assertEquals(counted(), 24);
    });
  },
});

Deno.test("likesAtPrimary() is never behind what is acknowledged, but by what the primary has forgotten", () => {
  const last = { counted: 60, acknowledged: 50 };
  assertEquals(likesAtPrimary(last, 50), 60);
  assertEquals(likesAtPrimary(last, 55), 60);
  assertEquals(likesAtPrimary(last, 75), 75);
  const forgotten = { counted: 10, acknowledged: 50 };
  assertEquals(likesAtPrimary(forgotten, 50), 10);
  assertEquals(likesAtPrimary(forgotten, 55), 15);
});
