/**
 * The messages of an exchange between two replicas: a header line and its
 * entries, a line each. `replicas.md` beside this file tells them byte by byte.
 *
 * @module
 */

import { GOSSIP_STYLES } from "../domain/replicas.ts";
import { EntryFields, isSkipped, parseEntry } from "./entries.ts";
import { LIVE_SERVER_MAX, VALID } from "./validator.ts";

/** The request carries entries, the reply none. */
export const PUSH = 0;
/** The reply carries entries, the request none. */
export const PULL = 1;
/** Both carry entries. */
export const PUSH_PULL = 2;

/** The styles by the words that `--gossip-style` takes; index: their number. */
export const SYNC_STYLES: readonly string[] = GOSSIP_STYLES;

/** The most entries of a message. */
export const SYNC_ENTRIES_MAX = 10_000;

/** First word of a request. */
export const SYNC = "SYNC";
/** First word of a reply. */
export const SYNCED = "SYNCED";

/**
 * The numbers of the header of a message. One object is made and filled again
 * for every message.
 */
export class SyncFields {
  /** Whether it is a reply. */
  isReply = false;
  /** Number of the replica that sent it. */
  sender = 0;
  /** {@linkcode PUSH}, {@linkcode PULL} or {@linkcode PUSH_PULL}. */
  style: number = PUSH_PULL;
  /** Number of the request, 1 to 2^53 - 1; of a reply, that of its request. */
  number = 0;
  /** The sender's life, 1 to 2^53 - 1. */
  epoch = 0;
  /** The receiver's life as the sender knows it; 0: it knows of none. */
  peerEpoch = 0;
  /** Up to which version the sender has the feed of that life. */
  got = 0;
  /**
   * The version after which the entries changed; 0 where the style sends none
   * this way.
   */
  base = 0;
  /**
   * The version up to which the entries are all that changed; 0 where the style
   * sends none this way.
   */
  upTo = 0;
  /** Number of entries, 0 to 10,000. */
  count = 0;
  /** Whether more has changed than there was place for. */
  more = false;
}

/** The numbers of a header, in their order. */
const NUMBERS = [
  ...["number", "epoch", "peerEpoch", "got"] as const,
  ...["base", "upTo", "count"] as const,
];

const NUMBER = "(0|[1-9][0-9]{0,15})";
const HEADER_REGEXP = new RegExp(
  `^(SYNC|SYNCED) primary(0|[1-9][0-9]{0,3}) (push|pull|push-pull)${
    ` ${NUMBER}`.repeat(7)
  } ([01])$`,
);

/**
 * Writes the header of a message.
 *
 * @param fields The header
 * @returns The line, without its LF
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatSync, SyncFields } from "@likes/simulator/protocol";
 *
 * const fields = Object.assign(new SyncFields(), { sender: 1, number: 7, epoch: 5123, upTo: 12, count: 2 });
 * assertEquals(formatSync(fields), "SYNC primary1 push-pull 7 5123 0 0 0 12 2 0");
 * ```
 */
export function formatSync(fields: SyncFields): string {
  return [
    fields.isReply ? SYNCED : SYNC,
    `primary${fields.sender}`,
    SYNC_STYLES[fields.style],
    ...NUMBERS.map((name) => fields[name]),
    fields.more ? 1 : 0,
  ].join(" ");
}

/**
 * Reads the header of a message and judges it. It never throws: anybody may
 * send anything.
 *
 * @param line The line, without its LF
 * @param into Where to put the header; what it holds has no meaning if the line
 * is refused
 * @param isPeer Whether a replica may be the sender: one that was named to the
 * receiver
 * @returns The reason to refuse it, that goes after `NAK `; null if it is valid
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseSync, SyncFields } from "@likes/simulator/protocol";
 *
 * const fields = new SyncFields();
 * const isPeer = (replica: number) => replica === 1;
 * assertEquals(parseSync("SYNC primary1 pull 7 5123 9 4 0 0 0 0", fields, isPeer), null);
 * assertEquals([fields.peerEpoch, fields.got], [9, 4]);
 * assertEquals(parseSync("SYNC primary2 pull 7 5123 9 4 0 0 0 0", fields, isPeer), "replica not a peer");
 * ```
 */
export function parseSync(
  line: string,
  into: SyncFields,
  isPeer: (replica: number) => boolean,
): string | null {
  const words = HEADER_REGEXP.exec(line);
  if (words === null) return "exchange not in the form of SYNC";
  const numbers = words.slice(4, 11).map(Number);
  if (!numbers.every(Number.isSafeInteger)) {
    return "number of an exchange out of range 0..2^53-1";
  }
  into.isReply = words[1] === SYNCED;
  into.sender = Number(words[2]);
  into.style = SYNC_STYLES.indexOf(words[3] as string);
  NUMBERS.forEach((name, i) => into[name] = numbers[i] as number);
  into.more = words[11] === "1";
  const { number, epoch, peerEpoch, got, base, upTo, count } = into;
  if (!isPeer(into.sender)) return "replica not a peer";
  if (number === 0 || epoch === 0) {
    return "number and epoch of an exchange must be 1 or more";
  }
  if (peerEpoch === 0 && got > 0) return "position without an epoch";
  if (count > SYNC_ENTRIES_MAX) {
    return `more than ${SYNC_ENTRIES_MAX} entries in a message`;
  }
  const hasEntries = into.style !== (into.isReply ? PUSH : PULL);
  if (!hasEntries && (upTo > 0 || into.more)) {
    return "entries against the style";
  }
  // Each version is the last of one entry at most.
  if (base > upTo || count > upTo - base) return "entries beyond the position";
  return null;
}

const COLUMNS = 6; // server, key high and low, seq, likes, flags
const IS_COMPONENT = 1;
const HAS_TOTALS = 2;

/**
 * The entries of a message as they arrive. None is handed out before the last
 * line is there and every line is an entry: what is torn or nonsense changes
 * nothing.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { EntryFields, SyncReceipt, VALID } from "@likes/simulator/protocol";
 *
 * const receipt = new SyncReceipt(1);
 * const line = new TextEncoder().encode("LikesServer3 14 0123456789abcdef#7=98");
 * assertEquals(receipt.take(line, 0, line.length), VALID);
 * assertEquals([receipt.isWhole, receipt.length, receipt.skipped], [true, 1, 0]);
 * const entry = new EntryFields();
 * receipt.read(0, entry);
 * assertEquals(entry.total, 98);
 * ```
 */
export class SyncReceipt {
  readonly #serverMax: number;
  readonly #fields = new EntryFields();
  readonly #ints: Int32Array;
  readonly #totals: Float64Array;
  #missing: number;
  /** The refusal of a line, and so of the message. */
  #refusal: number = VALID;
  #length = 0;
  #skipped = 0;

  /**
   * Prepares to receive.
   *
   * @param count Number of entries that the header announced, 0 to 10,000
   * @param serverMax Highest id of a likes server
   */
  constructor(count: number, serverMax: number = LIVE_SERVER_MAX) {
    this.#missing = count;
    this.#serverMax = serverMax;
    this.#ints = new Int32Array(count * COLUMNS);
    this.#totals = new Float64Array(count);
  }

  /** Whether all lines have arrived. */
  get isWhole(): boolean {
    return this.#missing === 0;
  }

  /** Number of lines that have arrived. */
  get taken(): number {
    return this.#length + this.#skipped;
  }

  /** Number of valid entries. */
  get length(): number {
    return this.#length;
  }

  /** Number of entries that no draws can add up to: they are left out. */
  get skipped(): number {
    return this.#skipped;
  }

  /**
   * Takes the next line.
   *
   * @param bytes Bytes that hold the line
   * @param start Index of its first byte
   * @param end Index after its last byte, the LF not included
   * @returns `VALID`, also for an entry that is skipped; else the refusal of
   * the first line that is no entry, and so of the message
   * @throws {RangeError} If the message is whole already
   */
  take(bytes: Uint8Array, start: number, end: number): number {
    if (this.isWhole) {
      throw new RangeError(
        "Cannot take another line: the message has all its entries",
      );
    }
    if (this.#refusal !== VALID) return this.#refusal;
    const fields = this.#fields;
    const code = parseEntry(bytes, start, end, fields, this.#serverMax);
    if (code !== VALID && !isSkipped(code)) return this.#refusal = code;
    this.#missing--;
    if (code !== VALID) {
      this.#skipped++;
      return VALID;
    }
    const at = this.#length * COLUMNS;
    const ints = this.#ints;
    ints[at] = fields.server;
    ints[at + 1] = fields.sessionHigh;
    ints[at + 2] = fields.sessionLow;
    ints[at + 3] = fields.seq;
    ints[at + 4] = fields.likes;
    ints[at + 5] = (fields.isComponent ? IS_COMPONENT : 0) |
      (fields.hasTotals ? HAS_TOTALS : 0);
    this.#totals[this.#length++] = fields.total;
    return VALID;
  }

  /**
   * Hands out an entry of a message that is whole.
   *
   * @param index 0 to {@linkcode length} - 1
   * @param into Where to put it
   * @throws {RangeError} If the message is not whole, or has no such entry
   */
  read(index: number, into: EntryFields): void {
    if (!this.isWhole || !(index >= 0 && index < this.#length)) {
      throw new RangeError(
        `Cannot read entry ${index}: the message has ${this.#length}, ${this.#missing} are missing`,
      );
    }
    const at = index * COLUMNS;
    const ints = this.#ints;
    const flags = ints[at + 5] as number;
    into.server = ints[at] as number;
    into.sessionHigh = ints[at + 1] as number;
    into.sessionLow = ints[at + 2] as number;
    into.seq = ints[at + 3] as number;
    into.likes = ints[at + 4] as number;
    into.isComponent = (flags & IS_COMPONENT) !== 0;
    into.hasTotals = (flags & HAS_TOTALS) !== 0;
    into.total = this.#totals[index] as number;
  }
}
