/**
 * Streams of bytes without a process.
 *
 * @module
 */

/**
 * Encodes a text.
 *
 * @param text Any text.
 * @returns Its bytes in UTF-8.
 */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  // A copy, since older Deno does not say whose memory the encoder's is.
  return new Uint8Array(new TextEncoder().encode(text));
}

/**
 * Makes a stream of bytes, as processes have them.
 *
 * @param pieces Its pieces, each of which is read by itself.
 * @returns The stream, which can be read into buffers.
 */
export function streamOf(
  pieces: readonly (string | Uint8Array<ArrayBuffer>)[],
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const chunks = pieces.map((piece) =>
    typeof piece === "string" ? bytesOf(piece) : piece
  );
  return streamFrom(() => chunks.shift());
}

/**
 * Makes a stream of bytes whose pieces are made as they are read.
 *
 * @param next Makes the next piece; undefined at the end.
 * @returns The stream, which can be read into buffers.
 */
export function streamFrom(
  next: () => Uint8Array<ArrayBuffer> | undefined,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  // Older Deno does not say whose memory is read from such a stream.
  return new ReadableStream({
    type: "bytes",
    pull(controller) {
      const piece = next();
      if (piece !== undefined) return controller.enqueue(piece);
      controller.close();
      controller.byobRequest?.respond(0);
    },
  }) as ReadableStream<Uint8Array<ArrayBuffer>>;
}
