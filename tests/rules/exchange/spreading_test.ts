import { assert } from "@std/assert";
import { exponential } from "../../../lib/faults/distributions.ts";
import {
  EntryBatch,
  Exchanges,
  Family,
  Feeds,
  gossipPartner,
  GossipWaits,
  Ledger,
  makeLedgerStorage,
  mergeBatch,
  NO_SOURCE,
  Streams,
} from "../../../lib/rules/mod.ts";
import {
  SYNC_ENTRIES_MAX,
  SYNC_STYLES,
  SyncFields,
} from "../../../lib/protocol/sync.ts";
import type { GossipStyle } from "../../../lib/domain/replicas.ts";
import { assertSpreadsAsTheorySays, spreadingCases } from "../../spreading.ts";

const MEAN_TICKS = 10_000;

/**
 * Mean gossip intervals until one change at replica 0 is at all, exchanges
 * being instantaneous.
 */
function spread(
  seed: number,
  replicas: number,
  style: GossipStyle,
  loss: number,
): number {
  const streams = new Streams(seed);
  const waits = new GossipWaits(
    streams,
    { kind: "exponential", ticks: MEAN_TICKS },
    exponential,
  );
  const feeds = new Feeds(replicas, 1);
  const exchanges = new Exchanges(feeds, {
    replicas,
    style: SYNC_STYLES.indexOf(style),
    entriesMax: SYNC_ENTRIES_MAX,
  });
  const ledgers = Array.from(
    { length: replicas },
    () => new Ledger(makeLedgerStorage(1)),
  );
  const nextAt = ledgers.map((_, replica) => waits.first(replica, 0));
  ledgers.forEach((_, replica) => exchanges.start(replica, 1));
  ledgers[0]!.receive(0, 14, 1, 14);
  feeds.touch(0, 0, NO_SOURCE);
  const numbers = ledgers.map(() => 0);
  const [request, reply] = [new SyncFields(), new SyncFields()];
  const batch = new EntryBatch();
  const sink = {
    add: (sender: number, row: number) => batch.copy(ledgers[sender]!, row),
  };
  const take = (replica: number, message: SyncFields) => {
    exchanges.receive(replica, message);
    const source = exchanges.sourceOf(replica, message);
    mergeBatch(ledgers[replica]!, feeds, replica, batch, source);
    exchanges.received(replica, message);
    batch.clear();
  };
  let now = 0;
  while (ledgers.some((ledger) => ledger.total === 0)) {
    now = Math.min(...nextAt);
    const replica = nextAt.indexOf(now);
    const number = ++numbers[replica]!;
    nextAt[replica] = now + waits.after(replica, number);
    const peer = gossipPartner(streams, replica, number, replicas);
    batch.clear();
    exchanges.request(replica, peer, number, request, sink);
    const { PEER_REQUEST, PEER_REPLY } = Family;
    if (streams.unit(PEER_REQUEST, replica, number) < loss) continue;
    take(peer, request);
    exchanges.reply(peer, request, reply, sink);
    if (streams.unit(PEER_REPLY, replica, number) < loss) continue;
    take(replica, reply);
    assert(!exchanges.goesOn(replica, reply));
  }
  return now / MEAN_TICKS;
}

for (const of of spreadingCases(10, 30)) {
  const [replicas, style, loss] = of;
  Deno.test(`Exchanges of ${style} spread a change among ${replicas} replicas with loss ${loss} as fast as theory says`, () => {
    assertSpreadsAsTheorySays(spread, 2000, 3.5, of);
  });
}
