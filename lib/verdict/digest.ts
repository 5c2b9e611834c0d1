/**
 * A fingerprint of a history: equal for equal histories, on every machine.
 *
 * @module
 */
import { type HistoryEvent, kindCode, tickOf } from "./history.ts";

// Odd multipliers, most of them MurmurHash3's (Austin Appleby, public domain,
// https://github.com/aappleby/smhasher).
const SERVER = 0x239b961b;
const SEQ = 0xab0e9789;
const WHO = 0x52dce729;
const LIKES = 0x561ccd1b;
const TOTAL = 0x38b34ae5;
const REPLICA = 0x7feb352d;
const PEER = 0x846ca68b;
const READER = 0x85ebca77;
const ENTRIES = 0xc2b2ae3d;
const LANE_A = 0xa1e38b93;
const LANE_B = 0xcc9e2d51;
const FINAL_1 = 0x85ebca6b;
const FINAL_2 = 0xc2b2ae35;
const INT_MAX = 2 ** 31 - 1;
const { imul } = Math;

const ACK = kindCode("ack");

/**
 * A running 64 bit digest of a history, fed event by event in their order.
 *
 * Two lanes of 32 bits. The fields of an event are gathered in two words, each
 * field times an odd number of its own, server and seq in both; a word goes
 * into each lane: turned, mixed in, multiplied, and the first lane added to the
 * second, so that order counts. Acknowledgements (`ack`) are mixed each for
 * itself and summed up: the virtual run knows of most before their time has
 * come, and the tick in each says where it belongs. What stands at the end goes
 * through MurmurHash3's finalizer. Whole 32 bit arithmetic only, so any machine
 * and any JavaScript engine agrees, for a few nanoseconds an event, which is
 * little enough to be always on.
 *
 * Histories that differ in one field of one event have different digests, as
 * long as attempts stay below 2^26; only no total and one of 2^32 - 1 look
 * alike. Where several fields differ, they can cancel each other out with odds
 * of 2^-32 or less; as a first difference is hardly ever the last, mistakes do
 * not hide. It is not cryptographic and proves nothing against someone who
 * looks for a collision.
 *
 * What only runs with replicas or readers have, which of them an event is
 * about, is mixed in before it, where there is any. A refusal's `reason` is not
 * part of it, nor whether a read is a likes server's `own`: such a `read`,
 * `value` or `repair` looks like a `draw`, a `send` or a `lose` of a reply that
 * is the same in all else.
 *
 * @example
 * ```ts
 * import { HistoryDigest } from "./digest.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const numbers = new HistoryDigest();
 * numbers.add(15_000, 0, 3, 7, 14, 314, 0, 0);
 * const events = new HistoryDigest();
 * events.addEvent({ t: 1.5, kind: "draw", server: 3, seq: 7, likes: 14, total: 314 });
 * assertEquals(numbers.value(), events.value());
 * ```
 */
export class HistoryDigest {
  #a = 0;
  #b = 0;
  #sumA = 0;
  #sumB = 0;
  #events = 0;

  /** Events taken in so far. */
  get events(): number {
    return this.#events;
  }

  /**
   * Takes the next event in; not an acknowledgement.
   *
   * @param tick When, in ticks of 0.1 ms.
   * @param kind Its code, see `kindCode`.
   * @param server Id, or -1 if it has none.
   * @param seq Number of the draw, or 0 if it has none.
   * @param likes Likes, or -1 if it has none.
   * @param total Sum, up to 2^53-1, or -1 if it has none.
   * @param attempt Number of the sending, or 0 if it has none.
   * @param reply 0: not told, 1: true, 2: false.
   */
  add(
    tick: number,
    kind: number,
    server: number,
    seq: number,
    likes: number,
    total: number,
    attempt: number,
    reply: number,
  ): void {
    const what = attempt << 6 | reply << 4 | kind;
    this.#mix(
      firstWord(tick, server, seq, total),
      secondWord(what, server, seq, likes, total),
    );
    this.#events++;
  }

  /**
   * Takes an acknowledgement in: as the first of a history, so that its place
   * among the other events does not count. Its fields are those of
   * {@linkcode add}.
   */
  addAcknowledgement(
    tick: number,
    server: number,
    seq: number,
    likes: number,
    total: number,
    attempt: number,
    reply: number,
  ): void {
    const first = firstWord(tick, server, seq, total);
    const what = attempt << 6 | reply << 4 | ACK;
    const second = secondWord(what, server, seq, likes, total);
    const a = (imul(first, LANE_A) + second) | 0;
    const b = (imul(second, LANE_B) + a) | 0;
    this.#sumA = (this.#sumA + finalized(a)) | 0;
    this.#sumB = (this.#sumB + finalized(b)) | 0;
    this.#events++;
  }

  #mix(first: number, second: number): void {
    const a = this.#a;
    const b = this.#b;
    const mixed = (imul((a << 13 | a >>> 19) ^ first, LANE_A) + second) | 0;
    this.#a = mixed;
    this.#b = (imul((b << 17 | b >>> 15) ^ second, LANE_B) + mixed) | 0;
  }

  /**
   * Says which replicas or reader the next event is about; not for
   * acknowledgements.
   *
   * @param replica Number of a replica, or -1.
   * @param peer Number of the other replica of an exchange, or -1.
   * @param reader Number of a reader, or -1.
   * @param entries Number of entries, or -1.
   */
  about(replica: number, peer: number, reader: number, entries: number): void {
    this.#mix(
      imul(replica + 1, REPLICA) ^ imul(peer + 1, PEER),
      imul(reader + 1, READER) ^ imul(entries + 1, ENTRIES),
    );
  }

  /**
   * Says that the next event is about a replica and nobody else, as
   * {@linkcode about} would: most events of a run with several are.
   *
   * @param replica Number of the replica.
   */
  aboutReplica(replica: number): void {
    const a = this.#a;
    const b = this.#b;
    const who = imul(replica + 1, REPLICA);
    this.#a = imul((a << 13 | a >>> 19) ^ who, LANE_A);
    this.#b = (imul(b << 17 | b >>> 15, LANE_B) + this.#a) | 0;
  }

  /**
   * Takes the next event of a written history in.
   *
   * @param event The event.
   */
  addEvent(event: HistoryEvent): void {
    const { kind, server = -1, seq = 0, likes = -1, total = -1 } = event;
    const { attempt = 0, reply } = event;
    const { replica = -1, peer = -1, reader = -1, entries = -1 } = event;
    if (replica >= 0 || reader >= 0) {
      this.about(replica, peer, reader, entries);
    }
    const tick = tickOf(event);
    const code = kindCode(kind);
    const direction = reply === undefined ? 0 : reply ? 1 : 2;
    if (code === ACK) {
      this.addAcknowledgement(
        tick,
        server,
        seq,
        likes,
        total,
        attempt,
        direction,
      );
    } else {
      this.add(tick, code, server, seq, likes, total, attempt, direction);
    }
  }

  /**
   * The digest so far; more events may follow.
   *
   * @returns 16 hex digits.
   */
  value(): string {
    let a = (this.#a + this.#sumA) ^ this.#events;
    let b = (this.#b + this.#sumB) ^ Math.floor(this.#events / 2 ** 32);
    a = (a + b) | 0;
    b = (b + a) | 0;
    a = finalized(a);
    b = finalized(b);
    a = (a + b) | 0;
    b = (b + a) | 0;
    return hex(a) + hex(b);
  }
}

/**
 * The first word of an event: when and who, and the high half of the total,
 * which hardly any has.
 */
function firstWord(
  tick: number,
  server: number,
  seq: number,
  total: number,
): number {
  const first = (tick + imul(server, SERVER)) ^ imul(seq, SEQ);
  return total > INT_MAX ? (first + highWord(total)) | 0 : first;
}

/** The high half of a total. */
function highWord(total: number): number {
  return imul(Math.floor(total / 2 ** 32), LANE_B);
}

/** The second word of an event: attempt, reply and kind, and again who. */
function secondWord(
  what: number,
  server: number,
  seq: number,
  likes: number,
  total: number,
): number {
  const who = imul(server ^ (seq << 16 | seq >>> 16), WHO);
  return (what + imul(likes, LIKES)) ^ (imul(total, TOTAL) + who);
}

/**
 * MurmurHash3's fmix32: every bit of the input changes about half of the
 * output's.
 */
function finalized(h: number): number {
  h = imul(h ^ (h >>> 16), FINAL_1);
  h = imul(h ^ (h >>> 13), FINAL_2);
  return (h ^ (h >>> 16)) | 0;
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
