/**
 * Lines out of a stream of bytes.
 *
 * @module
 */

/**
 * Reads a stream to its end, line by line.
 *
 * @param stream The bytes, UTF-8.
 * @param onLine Called with each line, without its LF; with the last one also
 * if it has none.
 * @returns Fulfils at the end of the stream.
 */
export async function readLines(
  stream: ReadableStream<Uint8Array>,
  onLine: (line: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of stream) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  }
  rest += decoder.decode();
  if (rest !== "") onLine(rest);
}
