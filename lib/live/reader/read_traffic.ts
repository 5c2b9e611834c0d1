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
import type { ReadJudge, ReadResult } from "./read_judge.ts";

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
    const { item = 0, read = 0, replica, from: node } = message;
    const { reads, now } = this.#options;
    if (kind === "send" && !isReply) {
      reads.started(message.tick ?? now(), node, read, item);
      this.#add(event, "read");
    } else if (kind === "receive" && isReply && isCopy !== true) {
      const line = reply?.line ?? "";
      const result = reads.told(now(), { node, read, replica }, line);
      this.#received(event, result);
    } else this.#onItsWay(event);
  }

  #takeRepair(event: ProxyEvent): void {
    const { kind, isReply, message, isCopy, reply } = event;
    const { read = 0, replica, from: node, repair } = message;
    const { reads, now } = this.#options;
    if (kind === "send" && !isReply) this.#add(event, "repair", repair);
    else if (kind === "receive" && isReply && isCopy !== true) {
      const result = reply?.line === ACK
        ? reads.repaired(now(), { node, read, replica })
        : null;
      this.#received(event, result);
    } else this.#onItsWay(event);
  }

  /** The answer by which a read is over has its result, others are late. */
  #received(event: ProxyEvent, result: ReadResult | null): void {
    if (result === null) this.#add(event, "receive", { reply: true });
    else this.#add(event, "value", result);
  }

  #onItsWay(event: ProxyEvent): void {
    const { kind, isReply } = event;
    if (kind !== "copy" && kind !== "lose") return;
    this.#add(event, kind, isReply ? { reply: true } : {});
  }

  #add(
    { message: { item = 0, read = 0, replica, from } }: ProxyEvent,
    kind: HistoryEntry["kind"],
    more: Partial<HistoryEntry> = {},
  ): void {
    this.#options.add({
      ...{ kind, server: item, attempt: read, replica, ...more },
      ...readerFields(from),
    });
  }
}

/**
 * The fields of an event that say who reads.
 *
 * @param node A reader, or a likes server that reads its own item.
 * @returns The fields.
 */
export function readerFields(
  node: number,
): Pick<HistoryEntry, "reader" | "own"> {
  return isReader(node) ? { reader: readerOf(node) } : { own: true };
}
