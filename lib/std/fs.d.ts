// Types of the functions that fs.ts passes on from the npm copy of `@std/fs`,
// which has none.

export interface ExistsOptions {
  isDirectory?: boolean;
  isFile?: boolean;
}

export interface WalkOptions {
  includeDirs?: boolean;
  exts?: string[];
  match?: RegExp[];
  skip?: RegExp[];
}

export interface WalkEntry extends Deno.DirEntry {
  path: string;
}

export function ensureDir(dir: string | URL): Promise<void>;
export function exists(
  path: string | URL,
  options?: ExistsOptions,
): Promise<boolean>;
export function walk(
  root: string | URL,
  options?: WalkOptions,
): AsyncIterableIterator<WalkEntry>;
