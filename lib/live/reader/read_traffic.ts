/**
 * Reads and repairs as they pass the network: for the history, and for the
 * judge of reads.
 *
 * @module
 */

import { MessageKind } from "../../domain/messages.ts";
import { isReader, readerOf } from "../../domain/nodes.ts";
import { ACK } from "../../protocol/replies.ts";
import type { ProxyEvent } from "../network/fault_proxy.ts";
import type { HistoryEntry } from "../run/live_history.ts";
import type { ReadJudge } from "./read_judge.ts";

/** Listeners to reads. */
export interface ReadTrafficOptions {
  /** Judges what was answered. */
  readonly reads: ReadJudge;
  /** Ticks of 0.1 ms since the start of the run. */
  readonly now: () => number;
  /** Adds an event to the history. */
  readonly add: (entry: HistoryEntry) => void;
}

/** Follows the reads of readers, and of likes servers of their own items. */
export class ReadTraffic {
  readonly #options: ReadTrafficOptions;

  /** @param options Who hears of them. */
  constructor(options: ReadTrafficOptions) {
    this.#options = options;
  }

  /**
   * Takes an event in the life of a read or a repair.
   *
   * @param event The event.
   */
  take(event: ProxyEvent): void {
    if (event.message.kind === MessageKind.REPAIR) this.#takeRepair(event);
    else this.#takeRead(event);
  }

  #takeRead(event: ProxyEvent): void {
    const { kind, isReply, message, isCopy, reply } = event;
    const { item = 0, read = 0, replica, from } = message;
    const { reads, now, add } = this.#options;
    const way = isReply ? { reply: true } : {};
    const about = {
      server: item,
      attempt: read,
      replica,
      ...isReader(from) && { reader: readerOf(from) },
    };
    switch (kind) {
      case "send":
        if (isReply) break;
        reads.started(now(), from, read, item);
        add({ kind: "read", ...about });
        break;
      case "copy":
      case "lose":
        add({ kind, ...about, ...way });
        break;
      case "receive": {
        if (!isReply || isCopy === true) break;
        const line = reply?.line ?? "";
        const value = reads.told(now(), from, read, item, line);
        if (value !== null) add({ kind: "value", ...about, ...value });
        break;
      }
    }
  }

  #takeRepair(event: ProxyEvent): void {
    const { kind, isReply, message, isCopy, reply } = event;
    const { item = 0, read = 0, replica, from, repair } = message;
    const { reads, now, add } = this.#options;
    const about = {
      ...{ server: item, attempt: read, replica },
      ...isReader(from) && { reader: readerOf(from) },
    };
    if (kind === "lose" || kind === "copy") {
      add({ kind, ...about, ...isReply && { reply: true } });
    } else if (kind === "send" && !isReply) {
      add({ kind: "repair", ...about, ...repair });
    }
    const isTold = kind === "receive" && isReply && isCopy !== true;
    if (isTold && reply?.line === ACK) {
      reads.repaired(now(), from);
    }
  }
}
