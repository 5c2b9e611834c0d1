/**
 * A fingerprint of a history: equal for equal histories, on every machine.
 *
 * @module
 */
import { type HistoryEvent, kindCode, tickOf } from "./history.ts";

// Constants of MurmurHash3_x86_128.
const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const N1 = 0x561ccd1b;
const N2 = 0x0bcaa747;
const FINAL_1 = 0x85ebca6b;
const FINAL_2 = 0xc2b2ae35;

/**
 * A running 64 bit digest of a history, fed event by event in their order.
 *
 * Two 32 bit lanes, each mixed and crossed as the first two of MurmurHash3_x86_128 (Austin Appleby, public
 * domain, https://github.com/aappleby/smhasher), three rounds an event, finished with its finalizer. Whole
 * 32 bit arithmetic only, so any machine and any JavaScript engine agrees, for some nanoseconds an event. It
 * tells two histories apart that differ by chance or by mistake (a collision has odds of about 2^-64); it is
 * not cryptographic and proves nothing against someone who looks for a collision.
 *
 * A refusal's `reason` is not part of it.
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
  #events = 0;

  /** How many events it was fed. */
  get events(): number {
    return this.#events;
  }

  /**
   * Takes the next event in.
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
    this.#round(tick, (attempt << 6) | (reply << 4) | kind);
    this.#round(server, seq);
    this.#round(likes, total | 0);
    if (total > 0x7fffffff) this.#round(Math.floor(total / 2 ** 32), ~kind);
    this.#events++;
  }

  /**
   * Takes the next event of a written history in.
   *
   * @param event The event.
   */
  addEvent(event: HistoryEvent): void {
    this.add(
      tickOf(event),
      kindCode(event.kind),
      event.server ?? -1,
      event.seq ?? 0,
      event.likes ?? -1,
      event.total ?? -1,
      event.attempt ?? 0,
      event.reply === undefined ? 0 : event.reply ? 1 : 2,
    );
  }

  /**
   * The digest so far; more events may follow.
   *
   * @returns 16 hex digits.
   */
  value(): string {
    let a = this.#a ^ this.#events;
    let b = this.#b ^ Math.floor(this.#events / 2 ** 32);
    a = (a + b) | 0;
    b = (b + a) | 0;
    a = finalized(a);
    b = finalized(b);
    a = (a + b) | 0;
    b = (b + a) | 0;
    return hex(a) + hex(b);
  }

  #round(first: number, second: number): void {
    let k = Math.imul(first, C1);
    k = (k << 15) | (k >>> 17);
    let a = this.#a ^ Math.imul(k, C2);
    a = (a << 19) | (a >>> 13);
    a = (Math.imul(a + this.#b, 5) + N1) | 0;
    k = Math.imul(second, C2);
    k = (k << 16) | (k >>> 16);
    let b = this.#b ^ Math.imul(k, C1);
    b = (b << 17) | (b >>> 15);
    this.#b = (Math.imul(b + a, 5) + N2) | 0;
    this.#a = a;
  }
}

/** MurmurHash3's fmix32: every bit of the input changes about half of the output's. */
function finalized(h: number): number {
  h = Math.imul(h ^ (h >>> 16), FINAL_1);
  h = Math.imul(h ^ (h >>> 13), FINAL_2);
  return (h ^ (h >>> 16)) | 0;
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
