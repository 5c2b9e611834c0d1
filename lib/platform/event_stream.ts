/**
 * Server-sent events to any number of pages.
 *
 * @module
 */

/** Bytes that may wait for one reader. */
const BUFFER_BYTES = 1 << 20;

/**
 * Time that a reader may leave everything waiting before it is dropped, in
 * milliseconds; its page then connects anew.
 */
const STALLED_MS = 30_000;

/** The most pages at a time; each costs its buffer at worst. */
const READERS_MAX = 64;

const encoder = new TextEncoder();

interface Reader {
  readonly controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  /** Time since which there is no room, by the clock; undefined: there is. */
  stalledSinceMs: number | undefined;
}

/**
 * Sends a picture to all pages whenever it is told to; one that reads too
 * slowly misses some. A picture is encoded once, for however many pages.
 * Nothing is computed while nobody looks.
 */
export class EventStream {
  readonly #picture: () => string;
  readonly #nowMs: () => number;
  readonly #readers = new Set<Reader>();

  /**
   * No page is connected yet.
   *
   * @param picture The picture as it is now, as JSON on one line.
   * @param nowMs A clock, in milliseconds.
   *
   * @default nowMs {performance.now}
   */
  constructor(
    picture: () => string,
    nowMs: () => number = () => performance.now(),
  ) {
    this.#picture = picture;
    this.#nowMs = nowMs;
  }

  /** Number of connected pages. */
  get readers(): number {
    return this.#readers.size;
  }

  /**
   * Connects a page, which gets the picture with the next
   * {@linkcode EventStream.send}.
   *
   * @returns The body of the answer.
   */
  open(): ReadableStream<Uint8Array<ArrayBuffer>> {
    let reader: Reader | undefined;
    return new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (controller) => {
        if (this.#readers.size >= READERS_MAX) {
          controller.close();
          return;
        }
        // At once, so that the page knows it is connected; and after a broken
        // connection it comes back soon.
        controller.enqueue(encoded("retry: 500\n\n"));
        reader = { controller, stalledSinceMs: undefined };
        this.#readers.add(reader);
      },
      cancel: () => {
        if (reader !== undefined) this.#readers.delete(reader);
      },
    }, new ByteLengthQueuingStrategy({ highWaterMark: BUFFER_BYTES }));
  }

  /** Sends the picture to each page that has room for it. */
  send(): void {
    if (this.#readers.size === 0) return;
    const picture = encoded(event("picture", this.#picture()));
    for (const reader of this.#readers) {
      if (this.#hasRoom(reader)) this.#give(reader, picture);
    }
  }

  /** Sends all pages the last picture, and that no more will come. */
  end(): void {
    this.send();
    const end = encoded(event("end", "{}"));
    for (const reader of this.#readers) {
      if (this.#give(reader, end)) reader.controller.close();
    }
    this.#readers.clear();
  }

  #hasRoom(reader: Reader): boolean {
    const { desiredSize } = reader.controller;
    if (desiredSize !== null && desiredSize > 0) {
      reader.stalledSinceMs = undefined;
      return true;
    }
    const now = this.#nowMs();
    reader.stalledSinceMs ??= now;
    if (now - reader.stalledSinceMs > STALLED_MS) {
      this.#readers.delete(reader);
      reader.controller.error(new Error("The page reads too slowly"));
    }
    return false;
  }

  #give(reader: Reader, bytes: Uint8Array<ArrayBuffer>): boolean {
    try {
      reader.controller.enqueue(bytes);
      return true;
    } catch {
      // The page has gone, and its cancel is on the way.
      this.#readers.delete(reader);
      return false;
    }
  }
}

/** The bytes of a text, in a buffer that is known to be shared with nobody. */
function encoded(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(encoder.encode(text));
}

/** An event as text. JSON on one line needs no further care. */
function event(name: string, data: string): string {
  return `event: ${name}\ndata: ${data}\n\n`;
}
