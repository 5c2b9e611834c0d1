/**
 * Streams of bytes without a process.
 *
 * @module
 */

/**
 * Makes a stream of bytes, as processes have them.
 *
 * @param pieces Its pieces, each of which is read by itself.
 * @returns The stream, which can be read into buffers.
 */
export function streamOf(
  pieces: readonly (string | Uint8Array<ArrayBuffer>)[],
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  const chunks = pieces.map((piece) =>
    typeof piece === "string" ? encoder.encode(piece) : piece
  );
  return new ReadableStream({
    type: "bytes",
    pull(controller) {
      const chunk = chunks.shift();
      if (chunk !== undefined) controller.enqueue(chunk);
      else {
        controller.close();
        controller.byobRequest?.respond(0);
      }
    },
  });
}
