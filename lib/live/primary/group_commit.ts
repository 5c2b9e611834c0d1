/**
 * Journal first, reply second, for many connections at once.
 *
 * @module
 */

import type { PrimaryRules } from "../../rules/primary_rules.ts";
import type { Journal } from "./journal.ts";
import type { PrimaryCounters } from "./counters.ts";
import { type Durability, UNWRITTEN_MS_MAX } from "../../domain/durability.ts";
import type { Replies } from "./replies.ts";
import { messageOf } from "../../platform/start_error.ts";

/** The parts of a primary that a group commit works on. */
export interface GroupCommitParts {
  /** The log's lines. */
  readonly journal: Journal;
  /** The ledger, which can go back. */
  readonly rules: Pick<
    PrimaryRules,
    "begin" | "commit" | "rollback" | "ledger"
  >;
  /** Counters of outcomes. */
  readonly counters: PrimaryCounters;
  /** The durability that a report has before it is answered. */
  readonly durability: Durability;
  /** The wall clock, in milliseconds since 1970. */
  readonly now: () => number;
  /**
   * Called when groups cannot be logged any more: they are refused, or wait in
   * memory until that is full as well.
   */
  readonly onFull: (error: unknown) => void;
  /** Called when groups are logged again. */
  readonly onRoom: () => void;
  /**
   * Called when the disk failed to keep what was written: nothing can be
   * promised any more.
   */
  readonly onBroken: (error: unknown) => void;
}

/**
 * The reports of all connections that were read in one turn of the event loop
 * are a group: one write takes their lines to the journal, and with `fsync` one
 * sync serves all groups that wait for it. If the write fails, the group never
 * happened: the rules go back, the file is cut back, every report of the group
 * is answered `NAK full`.
 */
export class GroupCommit {
  readonly #parts: GroupCommitParts;
  #members: Replies[] = [];
  /**
   * Bytes that the log has while nothing can be added; undefined if something
   * can.
   */
  #fullBytes: number | undefined;
  /** Likes of the lines that are in the log. */
  #loggedLikes: number;
  #isClosed = false;
  #turn: Promise<void> | undefined;
  #syncing: Promise<void> | undefined;
  #nextSync: Promise<void> | undefined;
  /** The sync by which the disk was found to be broken. */
  #failedSync: Promise<void> | undefined;
  #delay: ReturnType<typeof setTimeout> | undefined;

  /** @param parts The parts of the primary */
  constructor(parts: GroupCommitParts) {
    this.#parts = parts;
    this.#loggedLikes = parts.rules.ledger.total;
  }

  /**
   * The reports that are taken next, up to the next `settle()`, are answered in
   * these replies.
   *
   * @param replies Replies of one connection
   */
  join(replies: Replies): void {
    if (replies.isInGroup) return;
    if (this.#members.length === 0) {
      this.#parts.rules.begin();
      this.#parts.journal.setTime(this.#parts.now());
    }
    replies.beginGroup();
    this.#members.push(replies);
  }

  /** Ends the group now. */
  settle(): void {
    const { counters } = this.#parts;
    const members = this.#members;
    if (members.length === 0) return;
    this.#members = [];
    if (this.#log()) {
      counters.settleGroup();
      for (const replies of members) replies.endGroup();
    } else {
      counters.refuseGroup();
      for (const replies of members) replies.refuseGroup();
    }
  }

  /**
   * Changes the ledger in a group of its own, which no reply waits for.
   *
   * @param change Changes the ledger, as it may be undone, and puts down the
   * journal's lines, at most as many as it has room for
   * @returns Whether the lines are settled; if not, nothing was changed
   */
  alone(change: () => void): boolean {
    this.settle();
    if (this.#isClosed) return false;
    this.#parts.rules.begin();
    this.#parts.journal.setTime(this.#parts.now());
    change();
    return this.#log();
  }

  /** Takes the lines to the log; if that fails, the ledger goes back. */
  #log(): boolean {
    const { journal, rules } = this.#parts;
    let isLogged = true;
    try {
      journal.settle();
      rules.commit();
      this.#noteLogged();
    } catch (error) {
      isLogged = false;
      rules.rollback();
      this.#noteFull(error);
    }
    if (journal.delayedBytes > 0) this.#delay ??= this.#flushLater();
    return isLogged;
  }

  /**
   * Takes everything to the file, before others are told of it: what this
   * process forgets when it is killed, nobody must know from it.
   *
   * @returns Whether all is in the file
   */
  written(): boolean {
    this.flush();
    return this.#parts.journal.delayedBytes === 0;
  }

  /**
   * Waits until the replies that were put down may be sent: the group ends with
   * this turn of the event loop, so that connections whose reads came at the
   * same time join it, and the journal keeps what it holds as durably as asked.
   *
   * @returns When they may be sent
   */
  settled(): Promise<void> {
    return this.#turn ??= this.#endTurn();
  }

  async #endTurn(): Promise<void> {
    // The reads that are ready now go on in microtasks that are queued before
    // this one.
    await undefined;
    this.#turn = undefined;
    this.settle();
    if (this.#parts.durability === "fsync") await this.#sync();
  }

  /**
   * A sync that begins after this call: the one that runs may have missed the
   * last lines.
   */
  #sync(): Promise<void> {
    if (this.#failedSync !== undefined) return this.#failedSync;
    if (this.#nextSync !== undefined) return this.#nextSync;
    if (this.#syncing === undefined) return this.#startSync();
    return this.#nextSync = this.#syncing.then(() => {
      this.#nextSync = undefined;
      return this.#startSync();
    });
  }

  async #startSync(): Promise<void> {
    const syncing = this.#parts.journal.sync();
    this.#syncing = syncing;
    try {
      await syncing;
    } catch (error) {
      // After a failed sync the kernel may have dropped the lines and forgotten
      // it, so a later one that succeeds would prove nothing.
      this.#failedSync = syncing;
      this.#parts.onBroken(error);
      throw error;
    } finally {
      if (this.#syncing === syncing) this.#syncing = undefined;
    }
  }

  #flushLater(): ReturnType<typeof setTimeout> {
    return setTimeout(() => {
      this.#delay = undefined;
      this.flush();
      if (this.#parts.journal.delayedBytes > 0) {
        this.#delay = this.#flushLater();
      }
    }, UNWRITTEN_MS_MAX);
  }

  /** Writes what waits in the journal's buffer. */
  flush(): void {
    this.settle();
    try {
      this.#parts.journal.flush();
      this.#noteLogged();
    } catch (error) {
      this.#noteFull(error);
    }
  }

  #noteFull(error: unknown): void {
    const { journal, onFull } = this.#parts;
    if (this.#fullBytes === undefined && !this.#isClosed) onFull(error);
    this.#fullBytes = journal.bytes;
  }

  #noteLogged(): void {
    const { journal, rules, onRoom } = this.#parts;
    if (journal.delayedBytes === 0) this.#loggedLikes = rules.ledger.total;
    // A group that has no lines, or whose lines wait, says nothing about the
    // disk.
    if (journal.bytes === (this.#fullBytes ?? journal.bytes)) return;
    this.#fullBytes = undefined;
    onRoom();
  }

  /**
   * Settles and writes everything and sets no timer any more.
   *
   * @throws {Error} If lines that waited cannot be written: it says how many
   * acknowledged likes are lost with them
   */
  close(): void {
    this.#isClosed = true;
    this.settle();
    clearTimeout(this.#delay);
    const { journal, rules } = this.#parts;
    try {
      journal.flush();
    } catch (error) {
      const lines = journal.delayedLines;
      const likes = rules.ledger.total - this.#loggedLikes;
      throw new Error(
        `${messageOf(error)}; lost: ${likes} acknowledged ${
          likes === 1 ? "like" : "likes"
        } (${lines} ${lines === 1 ? "line" : "lines"})`,
        { cause: error },
      );
    }
    this.#noteLogged();
  }
}
