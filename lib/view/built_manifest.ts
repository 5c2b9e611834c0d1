/**
 * What the built pages were built from, and what came of it.
 *
 * @module
 */

/** The entry points of the pages, in `lib/view/page/`. */
export const PAGES: readonly string[] = [
  "dashboard.ts",
  "dashboard.css",
  "lab.ts",
  "lab_worker.ts",
  "lab.css",
  "report.css",
];

/**
 * Name of the file in `lib/view/built/` that tells the inputs of a build, its
 * outputs, and their hashes.
 */
export const MANIFEST = "manifest.json";

/**
 * Hashes files.
 *
 * @param paths Their paths.
 * @param read Reads one.
 * @returns For each path its SHA-256, in hexadecimal digits.
 */
export async function hashesOf(
  paths: readonly string[],
  read: (path: string) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const path of paths) {
    const digest = await crypto.subtle.digest("SHA-256", await read(path));
    hashes[path] = [...new Uint8Array(digest)]
      .map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }
  return hashes;
}
