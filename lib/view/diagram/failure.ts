/**
 * Failures of a run, each with the events that it depends on.
 *
 * @module
 */

import type { HistoryEvent } from "../../verdict/history.ts";
import type { IndexedCount, RunIndex } from "./run_index.ts";
import { quantity } from "../numbers.ts";
import { Slice } from "./slice.ts";

/** The part of a run that a failure is about; left out: it is not known. */
export interface FailureSubject {
  /** A likes server. */
  readonly server?: number | undefined;
  /** A replica that holds something else than it should. */
  readonly replica?: number | undefined;
  /** A reader that was told something else than it should. */
  readonly reader?: number | undefined;
  /** The number of a read, of the reader or of the likes server. */
  readonly read?: number | undefined;
}

/** The run that has failed. */
export interface FailedRun {
  /** Whether reports carry a mark, by which a repeat is recognised. */
  readonly isMarked: boolean;
  /** The number of replicas. */
  readonly replicas: number;
  /**
   * The most likes of a report, where unanswered draws are summed up in one;
   * left out: each draw has its own.
   */
  readonly sumMax?: number;
}

/**
 * Kinds of failures, those first that others may follow from: behind a draw
 * that is refused for ever all later ones are not even sent.
 */
export const FAILURE_KINDS = [
  "violated",
  "counted twice",
  "lost",
  "refused",
  "undelivered",
  "unsent",
] as const;

/** One of {@linkcode FAILURE_KINDS}. */
export type FailureKind = typeof FAILURE_KINDS[number];

/** A failure: what went wrong with one draw, one read or one replica. */
export interface Failure {
  /** The kind. */
  readonly kind: FailureKind;
  /** The places of the events that it depends on. */
  readonly places: ReadonlySet<number>;
  /** The likes server, the replica or the reader that it happened to. */
  readonly subject: FailureSubject;
  /** One sentence, without a full stop, on what went wrong. */
  readonly text: string;
}

/** Events of a failure of which nothing better is known: the last of these. */
const LAST_MESSAGES = 12;

/**
 * Failures of some likes servers: draws that were counted twice, that are lost
 * or that were not delivered.
 *
 * @param index The run.
 * @param run What its history does not tell.
 * @param servers The likes servers.
 * @returns The failures, each by itself.
 */
export function* failuresOf(
  index: RunIndex,
  run: FailedRun,
  servers: Iterable<number>,
): Generator<Failure> {
  const gone = goneReplicas(index, run);
  for (const server of servers) {
    const counts = index.counts.filter((one) => one.server === server);
    const draws = new Map<number, number>();
    let settledSeq = 0;
    for (const [at, event] of index.events.entries()) {
      const { kind, seq = 0, attempt } = event;
      if (event.server !== server) continue;
      if (kind === "draw") draws.set(seq, at);
      const isSettled = kind === "ack" ||
        kind === "lose" && attempt === undefined && event.reader === undefined;
      if (isSettled) settledSeq = Math.max(settledSeq, seq);
    }
    for (const [seq, drawnAt] of draws) {
      const likes = index.likesOf(server, seq);
      if (likes === 0) continue;
      const own = counts.filter((one) => one.draws.includes(seq));
      const left = own.filter((one) => one.forgottenAt === Infinity);
      const draw = { server, seq, drawnAt, likes };
      const [first, second] = run.isMarked ? repeated(left) : left;
      if (first !== undefined && second !== undefined) {
        yield twice(index, draw, first, second);
      }
      const kept = left.some((one) =>
        !gone.has(one.replica) ||
        [...Array(run.replicas).keys()].some((replica) =>
          !gone.has(replica) && index.holds(replica, one)
        )
      );
      if (!kept) {
        yield missing(index, run, draw, own, seq <= settledSeq, gone);
      }
    }
  }
}

/** A draw of a likes server. */
interface Draw {
  readonly server: number;
  readonly seq: number;
  readonly drawnAt: number;
  readonly likes: number;
}

/** The first two counts at the same replica. */
function repeated(counts: readonly IndexedCount[]): IndexedCount[] {
  for (const [i, count] of counts.entries()) {
    const second = counts.slice(i + 1).find((one) =>
      one.replica === count.replica
    );
    if (second !== undefined) return [count, second];
  }
  return [];
}

/** Replicas that are down at the end, with the place of their last crash. */
function goneReplicas(
  { events }: RunIndex,
  { replicas }: FailedRun,
): ReadonlyMap<number, number> {
  const gone = new Map<number, number>();
  for (const [at, { kind, server, reader, replica = 0 }] of events.entries()) {
    if (server !== undefined || reader !== undefined) continue;
    if (kind === "crash") gone.set(replica, at);
    if (kind === "restart") gone.delete(replica);
  }
  return replicas > 1 ? gone : new Map();
}

function twice(
  index: RunIndex,
  { server, seq, drawnAt, likes }: Draw,
  first: IndexedCount,
  second: IndexedCount,
): Failure {
  const slice = new Slice(index);
  slice.add(drawnAt);
  slice.addCount(first, true);
  slice.addCount(second, false);
  slice.addDraws(server, [...first.draws, ...second.draws]);
  const text = `Draw ${seq} of LikesServer${server} is counted twice: ${
    quantity(likes, "like")
  } too many`;
  return failureWith(slice, "counted twice", { server }, text);
}

function missing(
  index: RunIndex,
  { sumMax }: FailedRun,
  { server, seq, drawnAt, likes }: Draw,
  counts: readonly IndexedCount[],
  isSettled: boolean,
  gone: ReadonlyMap<number, number>,
): Failure {
  const slice = new Slice(index);
  slice.add(drawnAt);
  const count = counts.at(-1);
  let text: string;
  let kind: FailureKind = isSettled ? "lost" : "undelivered";
  if (count !== undefined) {
    slice.addCount(count, true);
    const goneAt = gone.get(count.replica);
    const forgottenAt = Math.min(count.forgottenAt, goneAt ?? Infinity);
    slice.addPrimaryFault(count.replica, count.at, forgottenAt);
    if (goneAt !== undefined) slice.addExchangesOf(count.replica, count.at);
    text = goneAt === undefined
      ? "the primary has forgotten it"
      : `only primary${count.replica} had it`;
  } else {
    const attempts = slice.addAttempts(server, seq);
    text = attempts.text;
    if (!isSettled) kind = attempts.kind;
    const isDead = slice.addLastCrash(server);
    if (isDead) text += ", and its likes server was killed";
    else if (!isSettled && sumMax !== undefined) {
      const sum = slice.addSum(server, drawnAt, sumMax);
      if (sum > sumMax) {
        kind = "refused";
        text =
          `the draws without an answer add up to ${sum}, and no report may carry more than ${sumMax}, so none is sent any more`;
      }
    }
  }
  const whole = `Draw ${seq} of LikesServer${server} is ${
    isSettled ? "lost" : "not delivered"
  }, ${quantity(likes, "like")}: ${text}`;
  return failureWith(slice, kind, { server }, whole);
}

/**
 * The failure of a read: it was told less than had been acknowledged, or than
 * somebody had been told before.
 *
 * @param index The run.
 * @param subject The reader, or the likes server, and the number of the read.
 * @param text What went wrong.
 * @returns The failure.
 */
export function failureOfRead(
  index: RunIndex,
  subject: FailureSubject,
  text: string,
): Failure {
  const { reader, read } = subject;
  const slice = new Slice(index);
  const { events } = index;
  const isOfRead = (event: HistoryEvent) =>
    event.reader === reader && event.attempt === read &&
    (reader !== undefined || event.server === subject.server);
  const asked = events.findIndex((event) =>
    event.kind === "read" && isOfRead(event)
  );
  const told = events.findIndex((event) =>
    event.kind === "value" && isOfRead(event)
  );
  const { server = 0 } = events[asked] ?? {};
  const seq = events[told]?.seq ?? 0;
  for (const { message, sentAt, endAt } of index.messages) {
    const isAnswer = endAt >= 0 && message.type === "answer" &&
      isOfRead(message.sent) && endAt <= told;
    if (isAnswer) slice.add(sentAt, endAt);
  }
  slice.add(told);
  // The newest draw that the answer lacks, though it was acknowledged before.
  const acknowledged = events.findLastIndex((event, at) =>
    at < asked && event.kind === "ack" && event.server === server &&
    (event.seq ?? 0) > seq
  );
  const due = events[acknowledged]?.seq;
  if (due !== undefined) {
    slice.addDraws(server, [due]);
    for (const { message, sentAt, endAt, isLost } of index.messages) {
      const { sent, type } = message;
      const isOfDraw = type === "report" && sent.server === server &&
        sent.seq === due && sentAt < asked;
      if (!isOfDraw) continue;
      slice.add(sentAt);
      if (endAt < 0 || endAt > told) continue;
      slice.add(endAt);
      if (isLost) continue;
      if (events[endAt + 1]?.kind === "count") slice.add(endAt + 1);
      const reply = index.sentAt(endAt)[0];
      if (reply !== undefined && reply.endAt >= 0 && reply.endAt <= told) {
        slice.add(reply.endAt);
      }
    }
    slice.add(acknowledged);
  } else {
    // Somebody was told more before.
    const earlier = events.findLastIndex((event, at) =>
      at < told && event.kind === "value" && event.server === server &&
      (event.seq ?? 0) > seq
    );
    const message = index.endedAt(earlier);
    if (message !== undefined) slice.add(message.sentAt, earlier);
    for (const at of [earlier, told]) {
      const { replica = 0 } = events[at] ?? {};
      slice.addSource(replica, server, at, 2);
    }
  }
  return failureWith(slice, "violated", { ...subject, server }, text);
}

/**
 * The failure of a replica that holds something else than it should of a likes
 * server.
 *
 * @param index The run.
 * @param subject The replica and the likes server.
 * @param text What went wrong.
 * @returns The failure.
 */
export function failureOfReplica(
  index: RunIndex,
  { replica = 0, server = 0 }: FailureSubject,
  text: string,
): Failure {
  const slice = new Slice(index);
  const end = index.events.length;
  const newest = index.counts.findLast((count) => count.server === server);
  if (newest !== undefined && !index.holds(replica, newest)) {
    // It was not told of the newest draw that another one has.
    slice.addCount(newest, true);
    slice.addDraws(server, newest.draws);
    slice.addExchangesBetween(newest.replica, replica, newest.at);
  } else slice.addSource(replica, server, end, 2);
  const last = Math.max(...slice.places);
  slice.addPrimaryFault(replica, last, end);
  return failureWith(slice, "violated", { replica, server }, text);
}

/**
 * The failure of a primary that has forgotten likes: those that it counted
 * last.
 *
 * @param index The run, up to the failure.
 * @param text What went wrong.
 * @returns The failure.
 */
export function failureOfMemory(index: RunIndex, text: string): Failure {
  const { events } = index;
  const crashed = events.findLastIndex((event) =>
    event.kind === "crash" && event.server === undefined
  );
  const { replica = 0 } = events[crashed] ?? {};
  const count = index.counts.findLast((one) =>
    one.replica === replica && (crashed < 0 || one.at < crashed)
  );
  if (count === undefined) return failureAtEnd(index, undefined, text);
  const { server } = count;
  const slice = new Slice(index);
  slice.addCount(count, true);
  slice.addDraws(server, count.draws);
  slice.addPrimaryFault(replica, count.at, events.length);
  return failureWith(slice, "violated", { server }, text);
}

/**
 * The failure of which nothing is known but whom it is about: the last messages
 * of that likes server.
 *
 * @param index The run, up to the failure.
 * @param server The likes server; left out: the one that was counted last.
 * @param text What went wrong.
 * @returns The failure.
 */
export function failureAtEnd(
  index: RunIndex,
  server: number | undefined,
  text: string,
): Failure {
  const slice = new Slice(index);
  const whose = server ?? index.counts.at(-1)?.server;
  const own = index.messages.filter(({ message }) =>
    (message.type === "report" || message.type === "reply") &&
    message.sent.server === whose
  );
  for (const { sentAt, endAt } of own.slice(-LAST_MESSAGES)) {
    slice.add(sentAt);
    if (endAt < 0) continue;
    slice.add(endAt);
    if (index.events[endAt + 1]?.kind === "count") slice.add(endAt + 1);
    const { server = 0, seq = 0 } = index.events[sentAt] ?? {};
    slice.addDraws(server, [seq]);
  }
  return failureWith(slice, "violated", { server: whose }, text);
}

/** A failure, with the faults that its likes server met meanwhile. */
function failureWith(
  slice: Slice,
  kind: FailureKind,
  subject: FailureSubject,
  text: string,
): Failure {
  if (subject.server !== undefined) slice.addFaults(subject.server);
  return { kind, places: slice.places, subject, text };
}
