/**
 * The workers of the laboratory, whose script stands packed in the page.
 *
 * @module
 */
/// <reference lib="dom" />

/**
 * Unpacks the script of workers.
 *
 * @param packed The script, deflated and in base64.
 * @returns Makes a worker.
 */
export async function workersOf(packed: string): Promise<() => Worker> {
  const bytes = Uint8Array.from(
    atob(packed.trim()),
    (letter) => letter.charCodeAt(0),
  );
  const script = new Blob([bytes]).stream()
    .pipeThrough(new DecompressionStream("deflate-raw"));
  const text = await new Response(script).text();
  const blob = new Blob([text], { type: "text/javascript" });
  const address = URL.createObjectURL(blob);
  return () => new Worker(address);
}
