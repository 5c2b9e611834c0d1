import { assertEquals } from "@std/assert";
import { MessageKind } from "../../../lib/domain/messages.ts";
import { Streams } from "../../../lib/domain/random.ts";
import { NEVER } from "../../../lib/domain/ticks.ts";
import { EntryBatch } from "../../../lib/rules/exchange/entry_batch.ts";
import { NO_SOURCE } from "../../../lib/rules/exchange/feed.ts";
import { REPORT_UNKNOWN } from "../../../lib/rules/ledger.ts";
import { makeLedgerStorage } from "../../../lib/rules/ledger_storage.ts";
import { Recorder } from "../../../lib/sim/recorder.ts";
import { Agenda } from "../../../lib/sim/replicas/agenda.ts";
import {
  OpenRead,
  ReadMessages,
} from "../../../lib/sim/replicas/read_messages.ts";
import { ReplicaSet } from "../../../lib/sim/replicas/replica_set.ts";
import { RULES } from "../../../lib/sim/rules.ts";
import type { HistoryEvent } from "../../../lib/verdict/history.ts";
import {
  ACCEPTANCE,
  broken,
  type MakeQuorumRead,
  MUTANTS,
  type ReadEnd,
  type ReadStory,
} from "../../rules/read_acceptance.ts";

/** A message takes a millisecond, an answer as many as those before it. */
const TICKS = 10;

/** One read over the simulated network. */
function simulated(
  story: ReadStory,
  makeQuorumRead: MakeQuorumRead,
): ReadEnd {
  const { has, answering, lostRepairs = [], ackTimeoutTicks = 60_000 } = story;
  const replicas = has.length;
  const set = new ReplicaSet({
    ...{ replicas, servers: 1, isMarked: true, durability: "write" },
    ...{ gossipStyle: "push-pull", storage: makeLedgerStorage(1) },
    ...{ draws: { likes: () => 10 }, rules: RULES },
  });
  const batch = new EntryBatch();
  has.forEach((seq, replica) => {
    batch.clear();
    batch.add(0, seq, REPORT_UNKNOWN, 10 * seq);
    set.merge(replica, 0, batch, NO_SOURCE);
  });
  const events: HistoryEvent[] = [];
  const agenda = new Agenda();
  let end: { seq: number; total: number } | null = null;
  let hasNow: number[] = [];
  const look = () =>
    hasNow = has.map((_, replica) => set.versionOf(replica, 0));
  const messages = new ReadMessages({
    ...{ set, agenda, ackTimeoutTicks },
    faults: {
      arrivalTick: (kind, _node, n, now) => {
        const replica = (n - 1) % replicas;
        const send = Math.ceil(n / replicas);
        if (kind === MessageKind.READ_REPLY) {
          const place = answering.indexOf(replica);
          return place < 0 ? NEVER : now + TICKS * (1 + place);
        }
        const isLost = kind === MessageKind.REPAIR &&
          send <= (lostRepairs[replica] ?? 0);
        return isLost ? NEVER : now + TICKS;
      },
      copyArrivalTick: () => NEVER,
      cut: () => false,
    },
    outages: {
      areNone: true,
      isReplicaDown: () => false,
      replicaPausedUntil: () => 0,
      pausedUntil: () => 0,
    },
    recorder: new Recorder((event) => events.push(event), false),
    messageEvent: (message) => message,
    streams: new Streams(7),
    onAnswer: (read, seq) => {
      end = { seq, total: read.quorum!.totalOf(0) };
      look();
    },
    onDone: (read) => read.serial++,
    isGone: () => false,
  });
  const read = new OpenRead(0);
  read.reader = 0;
  read.number = 1;
  read.isWaiting = true;
  read.quorum = makeQuorumRead(story);
  read.quorum.begin(replicas, replicas);
  has.forEach((_, replica) =>
    messages.ask(read, replica, replica, replica + 1, 0)
  );
  while (!agenda.isEmpty && agenda.nextTick < ackTimeoutTicks) {
    const message = agenda.take();
    messages.arrive(message, agenda.now);
  }
  if (end === null || story.readRepair === "after") look();
  const { seq, total } = end ?? { seq: null, total: null };
  const repairs = events.filter(({ kind }) => kind === "repair")
    .map((event) => [event.replica!, event.seq!] as const)
    .sort(([one], [other]) => one - other);
  return { seq, total, repairs, has: hasNow };
}

for (const { name, story, check } of ACCEPTANCE) {
  Deno.test(`A virtual read ${name}`, () => {
    check(simulated(story, RULES.makeQuorumRead));
  });
}

for (const [name, make, stories] of MUTANTS) {
  Deno.test(`A virtual read that ${name} is found`, async () => {
    assertEquals(await broken(simulated, make), stories);
  });
}
