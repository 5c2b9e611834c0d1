/**
 * What is seen of a state of replicas: everything that decides what can happen
 * next, and nothing else, as text that is the same for states that differ by
 * names only. Written once more, and otherwise than by the exploration.
 *
 * @module
 */

import { NEVER } from "../../lib/domain/ticks.ts";
import {
  GOAL,
  GOT,
  MARK,
  PEER_EPOCH,
  TOLD,
} from "../../lib/rules/exchange/pairs.ts";
import { ASKED } from "../../lib/rules/exchange/pairs.ts";
import type { Bounds } from "../../lib/explore/model/bounds.ts";
import type { NaiveWorld } from "./naive_world.ts";

/** An entry and its place in a feed. */
export interface SeenEntry {
  readonly held: readonly number[];
  readonly version: number;
  /** The replicas that told it, and that told the same last; -1: none. */
  readonly holders: readonly number[];
}

/** What a replica keeps of another. */
export interface SeenPair {
  readonly peerEpoch: number;
  readonly got: number;
  readonly told: number;
  readonly asked: "no" | "asked" | "asked again" | "asks again";
  readonly goal: number;
  readonly isProgress: boolean;
}

/** A state, as it is seen. */
export interface View {
  readonly servers: readonly {
    readonly row: readonly number[];
    readonly down: boolean;
    readonly target: number;
    readonly silences: number;
    readonly excused: number;
    readonly answered: number;
    readonly seen: readonly number[];
  }[];
  readonly replicas: readonly {
    readonly down: boolean;
    readonly life: number;
    readonly last: number;
    /** By the other replica; that of itself is null. */
    readonly pairs: readonly (SeenPair | null)[];
    /** By likes server, and in modes without a mark by who counted. */
    readonly entries: readonly (readonly SeenEntry[])[];
  }[];
  readonly letters: readonly {
    readonly server: number;
    readonly replica: number;
    readonly kind: string;
    readonly text: string;
  }[];
  readonly notes: readonly {
    readonly from: number;
    readonly to: number;
    readonly epoch: number;
    readonly peerEpoch: number;
    readonly has: number;
    readonly base: number;
    readonly upTo: number;
    readonly kind: string;
    /** As those of replicas; empty where it has none. */
    readonly entries: readonly (readonly (readonly number[])[])[];
  }[];
  readonly reader: {
    readonly target: number;
    readonly open: {
      readonly item: number;
      readonly due: number;
      readonly floor: number;
      readonly heard: readonly (readonly number[])[];
    } | null;
    readonly questions: readonly {
      readonly replica: number;
      readonly text: string;
    }[];
  };
  readonly rest: readonly (number | boolean)[];
}

/** Columns of a row that say how often or when, and not what is possible. */
const ACT_AT = 2;
const NOT_SEEN: ReadonlySet<number> = new Set([0, 8, 12, 13]);
const FAILURES = 10;
const IN_FLIGHT: ReadonlySet<number> = new Set([6, 7, 20, 21]);

/**
 * Tells the columns of a row that decide what is possible.
 *
 * @param row The row of the rules.
 * @param delivery The delivery mode.
 * @returns The columns.
 */
export function seenRow(
  row: readonly number[],
  { delivery }: Pick<Bounds, "delivery">,
): number[] {
  const isInFlight = (row[9]! & 1) !== 0;
  return row.slice(0, 22).map((value, column) => {
    if (NOT_SEEN.has(column)) return 0;
    if (column === ACT_AT) return value === NEVER ? 0 : 1;
    if (column === FAILURES) return delivery === "dedup" && value > 0 ? 1 : 0;
    return IN_FLIGHT.has(column) && !isInFlight ? 0 : value;
  });
}

/**
 * Sees a state of the naive exploration.
 *
 * @param world The state.
 * @returns What is seen of it.
 */
export function viewOf(world: NaiveWorld): View {
  const { bounds, isMarked, read } = world;
  const { servers, replicas } = bounds;
  const each = <T>(count: number, make: (i: number) => T): T[] =>
    Array.from({ length: count }, (_, i) => make(i));
  const counters = isMarked ? 1 : replicas;
  const isReadOver = world.readsLeft === 0 && read === null;
  return {
    servers: each(servers, (server) => {
      const { ints } = world.rows;
      const columns = ints.length / servers;
      const row = [...ints.slice(server * columns, (server + 1) * columns)];
      return {
        row: seenRow(row, bounds),
        down: world.serversDown[server]!,
        target: world.choice.replicaOf(server),
        // One that has nowhere to go counts nothing.
        silences: replicas > 1 ? world.choice.silencesOf(server) : 0,
        excused: world.excused[server]!,
        answered: isReadOver ? 0 : world.answered[server]!,
        seen: world.seen[server]!.map((seq) => isReadOver ? 0 : seq),
      };
    }),
    replicas: each(replicas, (replica) => ({
      down: world.replicasDown[replica]!,
      // One that is alone tells nobody.
      life: replicas > 1 ? world.lives[replica]! : 0,
      last: replicas > 1 ? world.feeds.last(replica) : 0,
      pairs: each(
        replicas,
        (peer) => peer === replica ? null : pairOf(world, replica, peer),
      ),
      entries: each(servers, (server) =>
        each(counters, (counter) => {
          const row = server * counters + counter;
          const version = replicas > 1
            ? world.feeds.versionOf(replica, row)
            : 0;
          return {
            held: world.entryOf(replica, row),
            version,
            holders: version === 0 ? [-1, -1] : [
              world.feeds.sourceOf(replica, row),
              world.feeds.confirmerOf(replica, row),
            ],
          };
        })),
    })),
    letters: world.letters.map((letter) => ({
      server: letter.server,
      replica: letter.replica,
      kind: `${letter.isReply ? "reply" : letter.isCopy ? "copy" : "report"} ${
        world.isAwaited(letter)
      }`,
      text: `${letter.text}`,
    })),
    notes: world.notes.map((note) => {
      const { to, fields, isCopy, entries } = note;
      const { sender, epoch, peerEpoch, got, base, upTo, isReply } = fields;
      return {
        ...{ from: sender, to, epoch, peerEpoch, has: got, base, upTo },
        kind: `${isReply} ${isCopy && !isReply} ${world.isNoteAwaited(note)}`,
        entries: each(servers, (server) =>
          each(counters, (counter) => {
            const number = server * counters + counter;
            return entries.find(([row]) => row === number)?.slice(1) ?? [];
          })),
      };
    }),
    reader: {
      target: isReadOver || bounds.readFrom !== "home"
        ? -1
        : world.readerChoice.replicaOf(0),
      open: read && {
        ...{ item: read.item, due: read.due, floor: read.floor },
        heard: read.heard,
      },
      questions: world.questions.map(({ replica, answer }) => ({
        ...{ replica, text: `${answer}` },
      })),
    },
    rest: [
      ...world.left,
      ...[world.exchangesLeft, world.readsLeft],
      ...[world.hasEnded, world.isFaulty, world.isCopied],
    ],
  };
}

function pairOf(
  { pairs }: NaiveWorld,
  replica: number,
  peer: number,
): SeenPair {
  const slot = pairs.slotOf(replica, peer);
  const of = (column: number) => pairs.slots[slot | column] as number;
  const asked = of(ASKED);
  return {
    ...{ peerEpoch: of(PEER_EPOCH), got: of(GOT) },
    told: of(TOLD),
    asked: asked < 0
      ? "asks again"
      : asked === 0
      ? "no"
      : asked % 2 === 0
      ? "asked"
      : "asked again",
    goal: asked > 0 ? of(GOAL) : 0,
    isProgress: asked > 0 && of(GOT) + of(TOLD) > of(MARK),
  };
}

/**
 * Tells what is seen as text: the least of all renamings that keep homes and
 * the order of failover.
 *
 * @param view What is seen.
 * @returns The text.
 */
export function keyOf(view: View): string {
  const ranked = withRanks(view);
  const servers = view.servers.map((_, i) => i);
  const replicas = view.replicas.map((_, i) => i);
  const texts: string[] = [];
  for (const first of replicas) {
    const moved = replicas.map((replica) =>
      (replica + first) % replicas.length
    );
    for (const names of permutations(servers)) {
      const keepsHomes = names.every((name, server) =>
        name % replicas.length === moved[server % replicas.length]
      );
      if (keepsHomes) texts.push(textOf(ranked, names, moved));
    }
  }
  return texts.toSorted()[0]!;
}

/** Positions in feeds by their order, each life of a feed for itself. */
function withRanks(view: View): View {
  const feeds = new Map<string, Set<number>>();
  const note = (replica: number, life: number, position: number) => {
    const name = `${replica} in life ${life}`;
    feeds.set(name, (feeds.get(name) ?? new Set([0])).add(position));
  };
  const visit = (see: (r: number, life: number, position: number) => number) =>
    ({
      ...view,
      replicas: view.replicas.map((held, replica) => ({
        ...held,
        last: see(replica, held.life, held.last),
        pairs: held.pairs.map((pair, peer) =>
          pair && {
            ...pair,
            got: see(peer, pair.peerEpoch, pair.got),
            told: see(replica, held.life, pair.told),
            goal: see(replica, held.life, pair.goal),
          }
        ),
      })),
      notes: view.notes.map((message) => ({
        ...message,
        has: see(message.to, message.peerEpoch, message.has),
        base: see(message.from, message.epoch, message.base),
        upTo: see(message.from, message.epoch, message.upTo),
      })),
    }) satisfies View;
  visit((replica, life, position) => {
    note(replica, life, position);
    return 0;
  });
  const rank = (replica: number, life: number, version: number) =>
    [...feeds.get(`${replica} in life ${life}`)!]
      .filter((position) => position < version).length;
  const ranked = visit(rank);
  return {
    ...ranked,
    replicas: ranked.replicas.map((held, replica) => ({
      ...held,
      entries: held.entries.map((entries) =>
        entries.map((entry) => ({
          ...entry,
          version: entry.version === 0
            ? -1
            : rank(replica, held.life, entry.version),
        }))
      ),
    })),
  };
}

/** A state by new names of likes servers and replicas. */
function textOf(
  view: View,
  serverNames: readonly number[],
  replicaNames: readonly number[],
): string {
  const byServer = <T>(all: readonly T[]): T[] => renamed(all, serverNames);
  const byReplica = <T>(all: readonly T[]): T[] =>
    // Of modes with a mark there is one for all.
    all.length === 1 ? [...all] : renamed(all, replicaNames);
  const name = (replica: number) => replicaNames[replica] ?? -1;
  const { target, open, questions } = view.reader;
  return written([
    byServer(view.servers.map(({ seen, target, ...others }) => ({
      ...others,
      ...{ target: name(target), seen: byReplica(seen) },
    }))),
    byReplica(view.replicas.map(({ pairs, entries, ...others }) => ({
      ...others,
      pairs: byReplica(pairs),
      entries: byServer(
        entries.map((counters) =>
          byReplica(counters.map(({ held, version, holders }) => [
            ...[held, version, holders.map(name)],
          ]))
        ),
      ),
    }))),
    sorted(view.letters.map(({ server, replica, kind, text }) => [
      ...[serverNames[server], name(replica), kind, text],
    ])),
    sorted(view.notes.map(({ from, to, entries, ...others }) => ({
      ...others,
      ...{ from: name(from), to: name(to) },
      entries: byServer(entries.map(byReplica)),
    }))),
    name(target),
    open && [
      ...[serverNames[open.item], open.due, open.floor],
      open.heard.map(([replica = 0, ...answer]) => [name(replica), ...answer]),
    ],
    sorted(questions.map(({ replica, text }) => [name(replica), text])),
    view.rest,
  ]);
}

function renamed<T>(all: readonly T[], names: readonly number[]): T[] {
  const into = [...all];
  all.forEach((one, i) => into[names[i]!] = one);
  return into;
}

/** A value as text, whatever the order of its names. */
function written(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== "object" || part === null) return part;
    if (Array.isArray(part)) return part;
    return Object.fromEntries(
      Object.entries(part).toSorted(([a], [b]) => a < b ? -1 : 1),
    );
  });
}

function sorted(all: readonly unknown[]): string[] {
  return all.map(written).toSorted();
}

function permutations(items: readonly number[]): number[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, i) =>
    permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest])
  );
}
