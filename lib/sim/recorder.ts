/**
 * The history of a virtual run: always as a digest, and as events where somebody wants them.
 *
 * @module
 */

import { secondsFromTicks } from "../rules/ticks.ts";
import { HistoryDigest } from "../verdict/digest.ts";
import {
  HISTORY_KINDS,
  type HistoryEvent,
  type HistoryKind,
  kindCode,
} from "../verdict/history.ts";

/** Codes of the kinds of events of which there are many, as numbers that a hot loop can carry. */
export const EventKind = {
  DRAW: kindCode("draw"),
  SEND: kindCode("send"),
  LOSE: kindCode("lose"),
  COPY: kindCode("copy"),
  RECEIVE: kindCode("receive"),
  COUNT: kindCode("count"),
  ACK: kindCode("ack"),
  NAK: kindCode("nak"),
} as const;

/** What stands for a field that an event does not have. */
export const Absent = {
  /** All servers, or the primary: an event that names none. */
  NO_SERVER: -1,
  /** No seq, or no attempt. */
  NONE: 0,
  NO_LIKES: -1,
  NO_TOTAL: -1,
} as const;

/** Which way. */
export const Way = {
  /** The event is of a report, or of no message. */
  REPORT: 0,
  /** The event is of a reply; of a partition: it cuts replies only. */
  REPLY: 1,
  /** Of a partition: it cuts reports only. */
  REPORTS_ONLY: 2,
} as const;

const { NO_SERVER, NONE, NO_LIKES, NO_TOTAL } = Absent;
const { REPORT, REPLY } = Way;

/** Takes events as numbers, digests them, and makes objects of them only for a listener. */
export class Recorder {
  readonly #digest = new HistoryDigest();
  readonly #listener: ((event: HistoryEvent) => void) | null;
  readonly #isWatched: boolean;
  /** The last event, if anybody watches. */
  lastEvent: HistoryEvent | null = null;

  /**
   * @param listener Is told of every event, in order; null if nobody is.
   * @param keepsLast Whether the last event is kept.
   */
  constructor(
    listener: ((event: HistoryEvent) => void) | null,
    keepsLast: boolean,
  ) {
    this.#listener = listener;
    this.#isWatched = keepsLast || listener !== null;
  }

  /** How many events there were. */
  get events(): number {
    return this.#digest.events;
  }

  /** The digest of all events so far, 16 hex digits. */
  get digest(): string {
    return this.#digest.value();
  }

  /**
   * Something happened.
   *
   * @param tick When.
   * @param kind What: the code of its kind.
   * @param server Whose, or NO_SERVER.
   * @param seq Up to which draw, or NONE.
   * @param likes Likes, or NO_LIKES.
   * @param total A sum of likes, or NO_TOTAL.
   * @param attempt Of which attempt, or NONE.
   * @param way REPORT, REPLY or REPORTS_ONLY.
   * @param reason Why the primary refused.
   */
  record(
    tick: number,
    kind: number,
    server: number,
    seq: number,
    likes: number,
    total: number,
    attempt: number,
    way: number,
    reason?: string,
  ): void {
    this.#digest.add(tick, kind, server, seq, likes, total, attempt, way);
    if (this.#isWatched) {
      this.#tell(tick, kind, server, seq, likes, total, attempt, way, reason);
    }
  }

  /** Apart from {@linkcode Recorder.record}, so that the compiler can put that where it is called. */
  #tell(
    tick: number,
    kind: number,
    server: number,
    seq: number,
    likes: number,
    total: number,
    attempt: number,
    way: number,
    reason: string | undefined,
  ): void {
    const event: HistoryEvent = {
      t: secondsFromTicks(tick),
      kind: HISTORY_KINDS[kind] as HistoryKind,
      ...server !== NO_SERVER && { server },
      ...seq !== NONE && { seq },
      ...likes !== NO_LIKES && { likes },
      ...total !== NO_TOTAL && { total },
      ...attempt !== NONE && { attempt },
      ...way !== REPORT && { reply: way === REPLY },
      ...reason !== undefined && { reason },
    };
    this.lastEvent = event;
    this.#listener?.(event);
  }
}
