/**
 * Replicas that gossip over a network in which a message may be delivered, lost
 * or repeated at any time: nothing but the rules under test.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import {
  EntryBatch,
  Exchanges,
  Feeds,
  Ledger,
  makeLedgerStorage,
  mergeBatch,
  NO_SOURCE,
} from "../../../lib/rules/mod.ts";
import { SyncFields } from "../../../lib/protocol/sync.ts";

/** A rule broken on purpose. */
export type Mutant =
  | "merges by adding"
  | "keeps its epoch at a restart"
  | "moves a position though the reply was lost"
  | "takes a message for another life"
  | "takes anything that it holds for known to who told it"
  | "takes another life for one that knows what the last one knew";

/** A message on its way. */
interface Message {
  to: number;
  header: SyncFields;
  entries: EntryBatch;
}

/** What happens next. */
export type GossipEvent =
  | { kind: "report"; replica: number; row: number; likes: number }
  | { kind: "request"; replica: number; peer: number }
  | { kind: "deliver" | "lose" | "repeat"; pick: number }
  | { kind: "restart"; replica: number; remembers: boolean };

/** How a world is made. */
export interface GossipWorldOptions {
  replicas: number;
  rows: number;
  style: number;
  entriesMax: number;
  mutant?: Mutant | undefined;
}

/** Never takes back what it takes others to hold. */
class TrustingFeeds extends Feeds {
  override forget(): void {}
}

function feedsOf(mutant: Mutant | undefined): typeof Feeds {
  const isTrusting =
    mutant === "takes another life for one that knows what the last one knew";
  return isTrusting ? TrustingFeeds : Feeds;
}

export class GossipWorld {
  readonly ledgers: Ledger[];
  readonly feeds: Feeds;
  readonly exchanges: Exchanges;
  readonly #options: GossipWorldOptions;
  readonly #network: Message[] = [];
  /** The seq and total of each session's last draw. */
  readonly #drawn: { seq: number; total: number }[];
  readonly #epochs: number[];
  #requests = 0;
  #epoch = 0;
  /** Entries in messages made so far. */
  entriesSent = 0;

  constructor(options: GossipWorldOptions) {
    const { replicas, rows, style, entriesMax } = options;
    this.#options = options;
    this.ledgers = Array.from(
      { length: replicas },
      () => new Ledger(makeLedgerStorage(rows)),
    );
    this.feeds = new (feedsOf(options.mutant))(replicas, rows);
    this.exchanges = new Exchanges(this.feeds, {
      replicas,
      style,
      entriesMax,
    });
    this.#drawn = Array.from({ length: rows }, () => ({ seq: 0, total: 0 }));
    this.#epochs = this.ledgers.map(() => 0);
    for (let replica = 0; replica < replicas; replica++) this.#start(replica);
  }

  #start(replica: number): void {
    this.#epochs[replica] = ++this.#epoch;
    this.exchanges.start(replica, this.#epoch);
  }

  /** What a replica holds, row by row. */
  state(replica: number): number[][] {
    const ledger = this.ledgers[replica]!;
    return this.#drawn.map((_, row) => [
      ledger.lastSeqOf(row),
      ledger.totalOf(row),
      ledger.lastReportOf(row),
    ]);
  }

  step(event: GossipEvent): void {
    switch (event.kind) {
      case "report":
        this.#report(event.replica, event.row, event.likes);
        break;
      case "request":
        if (event.replica !== event.peer) {
          this.#network.push(this.#request(event.replica, event.peer));
        }
        break;
      case "restart":
        this.#restart(event.replica, event.remembers);
        break;
      default: {
        if (this.#network.length === 0) return;
        const i = event.pick % this.#network.length;
        const message = this.#network[i]!;
        if (event.kind !== "repeat") this.#network.splice(i, 1);
        if (event.kind === "lose") this.#lose(message);
        else this.#network.push(...this.#deliver(message));
      }
    }
  }

  #report(replica: number, row: number, likes: number): void {
    const drawn = this.#drawn[row]!;
    drawn.seq++;
    drawn.total += likes;
    const ledger = this.ledgers[replica]!;
    const { seq, total } = drawn;
    assert(ledger.receive(row, likes, seq, total) >= 0);
    this.feeds.touch(replica, row, NO_SOURCE);
  }

  #restart(replica: number, remembers: boolean): void {
    const ledger = this.ledgers[replica]!;
    this.feeds.clear(replica);
    if (!remembers) ledger.clear();
    if (this.#options.mutant !== "keeps its epoch at a restart") {
      this.#start(replica);
    }
    this.#drawn.forEach((_, row) => {
      if (ledger.lastSeqOf(row) > 0) this.feeds.touch(replica, row, NO_SOURCE);
    });
  }

  #request(replica: number, peer: number): Message {
    return this.#message(
      peer,
      (header, sink) =>
        this.exchanges.request(replica, peer, ++this.#requests, header, sink),
    );
  }

  #message(
    to: number,
    make: (
      header: SyncFields,
      sink: { add(replica: number, row: number): void },
    ) => void,
  ): Message {
    const header = new SyncFields();
    const entries = new EntryBatch();
    make(header, {
      add: (sender, row) => entries.copy(this.ledgers[sender]!, row),
    });
    assertEquals(header.count, entries.length);
    assert(header.count <= this.#options.entriesMax);
    this.entriesSent += header.count;
    return { to, header, entries };
  }

  #lose({ to, header }: Message): void {
    if (
      this.#options.mutant === "moves a position though the reply was lost" &&
      header.isReply
    ) {
      this.exchanges.receive(to, header);
      this.exchanges.received(to, header);
    }
  }

  /** @returns What is sent in answer. */
  #deliver({ to, header, entries }: Message): Message[] {
    const ledger = this.ledgers[to]!;
    const before = this.state(to);
    const taken = Object.assign(new SyncFields(), header);
    if (
      this.#options.mutant === "takes a message for another life" &&
      taken.peerEpoch !== 0
    ) taken.peerEpoch = this.#epochs[to]!;
    this.exchanges.receive(to, taken);
    const source = this.exchanges.sourceOf(to, taken);
    if (this.#options.mutant === "merges by adding") {
      const added = new EntryBatch();
      for (let i = 0; i < entries.length; i++) {
        const row = entries.rows[i]!;
        added.add(
          row,
          entries.seqs[i]!,
          entries.reports[i]!,
          entries.totals[i]! + ledger.totalOf(row),
        );
      }
      mergeBatch(ledger, this.feeds, to, added, source);
    } else mergeBatch(ledger, this.feeds, to, entries, source);
    if (
      this.#options.mutant ===
        "takes anything that it holds for known to who told it"
    ) {
      for (const row of entries.rows.subarray(0, entries.length)) {
        this.feeds.confirm(to, row, source);
      }
    }
    this.exchanges.received(to, taken);
    this.state(to).forEach(([seq, total], row) => {
      assert(seq! >= before[row]![0]! && total! >= before[row]![1]!);
      const drawn = this.#drawn[row]!;
      assert(seq! <= drawn.seq && total! <= drawn.total, "never generated");
    });
    if (!taken.isReply) {
      return [
        this.#message(
          taken.sender,
          (reply, sink) => this.exchanges.reply(to, taken, reply, sink),
        ),
      ];
    }
    return this.exchanges.goesOn(to, taken)
      ? [this.#request(to, taken.sender)]
      : [];
  }

  /** All that is on its way is lost. */
  loseAll(): void {
    for (const message of this.#network.splice(0)) this.#lose(message);
  }

  /** One whole exchange, of which nothing is lost. */
  exchange(replica: number, peer: number): void {
    let messages = [this.#request(replica, peer)];
    for (let count = 0; messages.length > 0; count++) {
      assert(count < 100, "the exchange does not end");
      messages = this.#deliver(messages[0]!);
    }
  }
}

/**
 * Lets every link complete a whole exchange each way, n - 1 rounds one after
 * the other, and sees that all replicas are equal, and that soon nothing more
 * is sent.
 */
export function assertAgrees(
  world: GossipWorld,
  links: readonly [number, number][],
): void {
  world.loseAll();
  const replicas = world.ledgers.length;
  const round = () => {
    for (const [a, b] of links) {
      world.exchange(a, b);
      world.exchange(b, a);
      assertEquals(world.state(a), world.state(b));
    }
  };
  for (let i = 1; i < replicas; i++) round();
  for (let i = 1; i < replicas; i++) {
    assertEquals(world.state(i), world.state(0));
  }
  round();
  const sent = world.entriesSent;
  round();
  assertEquals(world.entriesSent, sent, "known entries are sent again");
}
