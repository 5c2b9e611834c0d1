/**
 * A primary as one of several replicas: what it tells the others, and what
 * becomes of what they tell it. Both ends of an exchange are here; the sockets
 * are elsewhere.
 *
 * @module
 */

import { EntryFields } from "../../protocol/entries.ts";
import type { LineFramer } from "../../protocol/framing.ts";
import { parseRepair } from "../../protocol/repair.ts";
import {
  ACK,
  NAK_BUSY,
  NAK_CLOSING,
  NAK_FULL,
} from "../../protocol/replies.ts";
import {
  parseSync,
  SYNC_ENTRIES_MAX,
  SyncFields,
  SyncReceipt,
} from "../../protocol/sync.ts";
import {
  DUPLICATE,
  reasonOf,
  REFUSED_OVERFLOW,
  VALID,
} from "../../protocol/validator.ts";
import { Exchanges } from "../../rules/exchange/exchange.ts";
import { FULL } from "../../rules/primary_rules.ts";
import type { ReplicaRules } from "../../rules/replica_rules.ts";
import { StateDigest } from "../../rules/exchange/state_digest.ts";
import { yieldToSockets } from "../../platform/event_loop.ts";
import type { GroupCommit } from "../primary/group_commit.ts";
import type { Journal } from "../primary/journal.ts";
import { OutgoingMessage } from "./outgoing_message.ts";
import { ReplicaCounters } from "./replica_counters.ts";

/**
 * Entries that are read, or merged, before others have their turn: two
 * milliseconds.
 */
const SLICE_ENTRIES = 2000;

/** The most requests that are answered at once. */
const ANSWERING_MAX = 64;
/** Most exchanges of one peer among these. */
const ANSWERING_PEER_MAX = 16;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A connection, as the lines that come from it. */
export interface LineSource {
  /** The lines that are there. */
  readonly framer: LineFramer;
  /**
   * Reads more, once all whole lines are taken.
   *
   * @returns False at the end of the stream
   */
  more(): Promise<boolean>;
}

/** Answer to a request. */
export interface ExchangeAnswer {
  /** The reply, whole, or a refusal. */
  readonly bytes: Uint8Array;
  /** Whether the connection is to be closed behind it. */
  readonly isLast: boolean;
}

/** The parts of a primary that its exchanges work on. */
export interface ReplicaParts {
  /** Number of the replica, from 0 on. */
  readonly number: number;
  /** Number of replicas, this one included. */
  readonly replicas: number;
  /** The style of the exchanges that it begins. */
  readonly style: number;
  /** Epoch of this life: 1 to 2^53 - 1, another each time. */
  readonly epoch: number;
  /** Rules and state of the replica. */
  readonly rules: ReplicaRules;
  /** The log's lines. */
  readonly journal: Journal;
  /** The log, written for groups of changes. */
  readonly commits: GroupCommit;
  /** Whether it is stopping. */
  readonly isClosing: () => boolean;
}

/** An exchange that came to nothing: the next one tries again. */
export class ExchangeError extends Error {
  /** The name that stack traces print. */
  override readonly name: string = "ExchangeError";
}

/** A replica: a primary among several that hold the same data. */
export class Replica {
  /** Counters for STATS. */
  readonly counters: ReplicaCounters = new ReplicaCounters();
  /** Parts that the replica was made of. */
  readonly parts: ReplicaParts;
  /** Fingerprint of what it holds. */
  readonly digest: StateDigest;
  readonly #exchanges: Exchanges;
  readonly #entry = new EntryFields();
  /** Requests that are being answered, by sender. */
  readonly #answering: number[];
  #answeringAll = 0;
  #requests = 0;

  /**
   * @param parts The parts of the primary, whose ledger holds what its log does
   * @param mergedLikes Likes of the log that came from others
   */
  constructor(parts: ReplicaParts, mergedLikes: number) {
    this.parts = parts;
    this.digest = new StateDigest(parts.rules);
    this.counters.mergedLikes = mergedLikes;
    const { number, replicas, style, epoch, rules } = parts;
    this.#answering = new Array(replicas).fill(0);
    this.#exchanges = new Exchanges(rules.feeds, {
      replicas,
      first: number,
      style,
      entriesMax: SYNC_ENTRIES_MAX,
    });
    this.#exchanges.start(0, epoch);
  }

  /** Name of it. */
  get name(): string {
    return `primary${this.parts.number}`;
  }

  /** Whether a number is that of another replica. */
  #isPeer(number: number): boolean {
    return number < this.parts.replicas && number !== this.parts.number;
  }

  /**
   * Makes the next request of an exchange. What it tells is in the log, but
   * perhaps not yet as durably as asked.
   *
   * @param peer Number of the replica that is asked
   * @returns The request; undefined if not all that it would tell can be logged
   */
  request(peer: number): OutgoingMessage | undefined {
    const { rules, commits } = this.parts;
    if (!commits.written()) return undefined;
    const message = new OutgoingMessage(rules);
    const number = ++this.#requests;
    this.#exchanges.request(0, peer, number, message.header, message);
    return message;
  }

  /**
   * Takes the reply to a request.
   *
   * @param request The request's header
   * @param peer Who was asked
   * @param source Where the reply comes from
   * @returns Whether the next request is to follow at once
   * @throws {ExchangeError} If it is none, or could not all be merged
   */
  async takeReply(
    request: SyncFields,
    peer: number,
    source: LineSource,
  ): Promise<boolean> {
    const { framer } = source;
    while (!framer.next()) {
      if (!await source.more()) throw new ExchangeError("No reply");
    }
    const reply = new SyncFields();
    const line = lineOf(framer);
    if (line === `NAK ${AHEAD}`) this.#exchanges.forgetPosition(0, peer);
    const refusal = parseSync(line, reply, (of) => of === peer);
    const { number, style } = request;
    const isReply = refusal === null && reply.isReply &&
      reply.number === number && reply.style === style;
    if (!isReply) throw new ExchangeError(`No reply to request ${number}`);
    const receipt = new SyncReceipt(reply.count);
    const fault = await this.#receive(source, receipt);
    if (fault !== null) throw new ExchangeError(fault);
    const reason = await this.#merge(reply, receipt);
    if (reason !== null) throw new ExchangeError(reason);
    return this.#exchanges.goesOn(0, reply);
  }

  /**
   * Answers a request. What the answer tells is in the log, but perhaps not yet
   * as durably as asked.
   *
   * @param source Where the request comes from, at its header
   * @returns The answer; undefined if the request ended before its last entry
   */
  async answer(source: LineSource): Promise<ExchangeAnswer | undefined> {
    const { framer } = source;
    const request = new SyncFields();
    const refusal = parseSync(
      lineOf(framer),
      request,
      (number) => this.#isPeer(number),
    );
    if (this.parts.isClosing()) return this.#refuse(NAK_CLOSING);
    if (refusal !== null) return this.#reject(framer, refusal);
    if (request.isReply) return this.#reject(framer, "reply without a request");
    const { sender } = request;
    const ofSender = this.#answering[sender] ?? 0;
    if (
      this.#answeringAll >= ANSWERING_MAX || ofSender >= ANSWERING_PEER_MAX
    ) return this.#refuse(NAK_BUSY);
    this.#answeringAll++;
    this.#answering[sender] = ofSender + 1;
    try {
      return await this.#answerRequest(request, source);
    } finally {
      this.#answeringAll--;
      this.#answering[sender]!--;
    }
  }

  async #answerRequest(
    request: SyncFields,
    source: LineSource,
  ): Promise<ExchangeAnswer | undefined> {
    const { framer } = source;
    const isAhead = this.#exchanges.isAhead(0, request);
    const refusal = isAhead ? this.#reject(framer, AHEAD) : undefined;
    const receipt = new SyncReceipt(request.count);
    const fault = await this.#receive(source, receipt);
    if (fault === TORN) return undefined;
    // Whoever is not read to the end may not get the answer.
    if (refusal !== undefined) return refusal;
    if (fault !== null) return this.#reject(framer, fault);
    const reason = await this.#merge(request, receipt);
    if (reason !== null) return this.#refuse(reason);
    const { rules, commits } = this.parts;
    if (!commits.written()) return this.#refuse(NAK_FULL);
    const message = new OutgoingMessage(rules);
    this.#exchanges.reply(0, request, message.header, message);
    const bytes = message.finish();
    this.counters.exchangesAnswered++;
    this.counters.gossipMessagesSent++;
    this.counters.gossipBytesSent += bytes.length;
    return { bytes, isLast: false };
  }

  /**
   * Takes the entries of a message.
   *
   * @returns Null if they are all there, else why the message is refused
   */
  async #receive(
    source: LineSource,
    receipt: SyncReceipt,
  ): Promise<string | null> {
    const { framer } = source;
    let bytes = lengthOf(framer);
    let next = SLICE_ENTRIES;
    while (!receipt.isWhole) {
      if (!framer.next()) {
        if (receipt.taken >= next) {
          await yieldToSockets();
          next = receipt.taken + SLICE_ENTRIES;
        }
        if (!await source.more()) return TORN;
        continue;
      }
      bytes += lengthOf(framer);
      const code = receipt.take(framer.bytes, framer.start, framer.end);
      if (code !== VALID) return reasonOf(code);
    }
    this.counters.gossipMessagesReceived++;
    this.counters.gossipBytesReceived += bytes;
    return null;
  }

  /**
   * Merges the entries of a message, a slice at a time, each logged before it
   * counts.
   *
   * @returns Null if all are merged, else the refusal: what could be merged is
   */
  async #merge(
    message: SyncFields,
    receipt: SyncReceipt,
  ): Promise<string | null> {
    const { rules, commits } = this.parts;
    const exchanges = this.#exchanges;
    exchanges.receive(0, message);
    this.counters.entriesRefused += receipt.skipped;
    let isFull = false;
    let slice = NO_SLICE;
    while (slice.to < receipt.length) {
      const from = slice.to;
      if (from > 0) await yieldToSockets();
      const isLogged = commits.alone(() => {
        rules.beginMerge(exchanges.sourceOf(0, message));
        slice = this.#mergeSlice(receipt, from);
      });
      if (!isLogged) return NAK_FULL;
      isFull ||= slice.isFull;
      this.counters.entriesMerged += slice.merged;
      this.counters.entriesRefused += slice.refused;
      this.counters.mergedLikes += slice.likes;
    }
    if (isFull) return NAK_FULL;
    exchanges.received(0, message);
    return null;
  }

  /**
   * Takes what a reader has seen elsewhere, journalled before it counts. What
   * the reply says is in the log, but perhaps not yet as durably as asked.
   *
   * @param framer The lines of a connection, at a repair
   * @returns `ACK` if as much as that is held now, else the refusal
   */
  repair(framer: LineFramer): string {
    const { rules, journal, commits } = this.parts;
    const { ledger } = rules;
    const entry = this.#entry;
    const refusal = parseRepair(lineOf(framer), entry);
    if (refusal !== null) return this.#logRejected(framer, refusal);
    const before = ledger.total;
    let code = VALID;
    const isLogged = commits.alone(() => {
      code = rules.merge(entry);
      if (code === VALID) journal.merged(entry, ledger.total);
    });
    if (!isLogged || code === FULL) return NAK_FULL;
    if (code === DUPLICATE) return ACK;
    if (code !== VALID) return this.#logRejected(framer, reasonOf(code));
    this.counters.entriesMerged++;
    this.counters.mergedLikes += ledger.total - before;
    return ACK;
  }

  #mergeSlice(receipt: SyncReceipt, from: number): typeof NO_SLICE {
    const { rules, journal } = this.parts;
    const { ledger } = rules;
    const entry = this.#entry;
    const slice = { ...NO_SLICE };
    const before = ledger.total;
    const to = Math.min(from + SLICE_ENTRIES, receipt.length);
    for (slice.to = from; slice.to < to && journal.hasRoom; slice.to++) {
      receipt.read(slice.to, entry);
      const code = rules.merge(entry);
      if (code === VALID) {
        journal.merged(entry, ledger.total);
        slice.merged++;
      } else if (code === FULL) {
        slice.isFull = true;
      } else if (code === REFUSED_OVERFLOW) {
        slice.refused++;
      }
    }
    slice.likes = ledger.total - before;
    return slice;
  }

  /** Refuses for good what a line says, and logs it. */
  #reject(framer: LineFramer, reason: string): ExchangeAnswer {
    return this.#refuse(this.#logRejected(framer, reason));
  }

  #logRejected(framer: LineFramer, reason: string): string {
    const { commits, journal } = this.parts;
    const { bytes, start, end } = framer;
    commits.alone(() => journal.rejected(bytes, start, end, reason));
    return `NAK ${reason}`;
  }

  #refuse(line: string): ExchangeAnswer {
    this.counters.exchangesRefused++;
    return { bytes: encoder.encode(`${line}\n`), isLast: true };
  }
}

/**
 * Refusal of a request whose sender claims to have more than there is. It then
 * begins at the first version again, else it would never have what lies before
 * its position.
 */
const AHEAD = "position beyond the feed";

/** The message ended before its last entry. */
const TORN = "message ended before its last entry";

/** Result of merging a slice of a message; entries before `to` are done. */
const NO_SLICE = { to: 0, merged: 0, refused: 0, likes: 0, isFull: false };

/** Bytes of a line with its LF. */
function lengthOf({ start, end }: LineFramer): number {
  return end - start + 1;
}

function lineOf({ bytes, start, end }: LineFramer): string {
  return decoder.decode(bytes.subarray(start, end));
}
