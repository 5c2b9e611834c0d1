/**
 * Answers of many megabytes, to clients that may be slow to read them.
 *
 * @module
 */

/** Bytes of an answer that is put among the replies of its connection. */
const SHORT_BYTES_MAX = 8192;

/** Bytes of large answers that are not sent yet before no other is made. */
const UNSENT_BYTES_MAX = 32 * 1024 * 1024;

const CHUNK_CHARS = 65_536;
const encoder = new TextEncoder();

/** An answer that several clients are sent. */
export interface LargeAnswer {
  /** The answer's bytes, in parts. */
  readonly chunks: readonly Uint8Array[];
  /** Number of bytes. */
  readonly bytes: number;
  /** Clients that have not been sent it whole. */
  takers: number;
}

interface Waiting<Query> extends PromiseWithResolvers<LargeAnswer> {
  readonly query: Query;
  takers: number;
}

/**
 * Makes one answer for all who wait for the same, and bounds the memory of what
 * slow clients have not read: while 32 MiB are unsent no other answer is made,
 * and whoever asks waits. So at most these and one answer more are in memory.
 */
export class LargeAnswers<Query> {
  readonly #pieces: (query: Query) => Iterable<string>;
  readonly #unsentBytesMax: number;
  readonly #waiting = new Map<string, Waiting<Query>>();
  #unsentBytes = 0;

  /**
   * Makes a room for answers in which nobody waits yet.
   *
   * @param pieces The text of an answer as it is now, with its LF
   * @param unsentBytesMax Unsent bytes from which no other answer is made
   */
  constructor(
    pieces: (query: Query) => Iterable<string>,
    unsentBytesMax = UNSENT_BYTES_MAX,
  ) {
    this.#pieces = pieces;
    this.#unsentBytesMax = unsentBytesMax;
  }

  /** Bytes of answers that not all who asked have been sent. */
  get unsentBytes(): number {
    return this.#unsentBytes;
  }

  /**
   * The answer to a query, if it is short.
   *
   * @param query The query
   * @returns Its text with its LF, of at most 8192 characters; undefined if it
   * is longer, so that it has to be waited for
   */
  short(query: Query): string | undefined {
    let text = "";
    for (const piece of this.#pieces(query)) {
      text += piece;
      if (text.length > SHORT_BYTES_MAX) return undefined;
    }
    return text;
  }

  /**
   * Waits for a large answer, which is made not before this call.
   *
   * @param query The query
   * @returns The answer; {@linkcode release} it when it is sent, or cannot be
   * @throws {Deno.errors.Interrupted} If {@linkcode close} comes before it is
   * made
   */
  wait(query: Query): Promise<LargeAnswer> {
    const key = JSON.stringify(query);
    let waiting = this.#waiting.get(key);
    if (waiting === undefined) {
      waiting = { query, takers: 0, ...Promise.withResolvers<LargeAnswer>() };
      this.#waiting.set(key, waiting);
      // Others whose reads came in the same turn still join.
      queueMicrotask(() => this.#make());
    }
    waiting.takers++;
    return waiting.promise;
  }

  /**
   * Notes that one client has been sent an answer, or is gone.
   *
   * @param answer The answer
   */
  release(answer: LargeAnswer): void {
    if (--answer.takers > 0) return;
    this.#unsentBytes -= answer.bytes;
    this.#make();
  }

  /** Ends all waits: nobody is answered any more. */
  close(): void {
    const error = new Deno.errors.Interrupted("The primary has stopped");
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  #make(): void {
    for (const [key, { query, takers, resolve }] of this.#waiting) {
      if (this.#unsentBytes >= this.#unsentBytesMax) return;
      this.#waiting.delete(key);
      const chunks = encodePieces(this.#pieces(query));
      const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
      this.#unsentBytes += bytes;
      resolve({ chunks, bytes, takers });
    }
  }
}

function encodePieces(pieces: Iterable<string>): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let text = "";
  for (const piece of pieces) {
    text += piece;
    if (text.length < CHUNK_CHARS) continue;
    chunks.push(encoder.encode(text));
    text = "";
  }
  chunks.push(encoder.encode(text));
  return chunks;
}
