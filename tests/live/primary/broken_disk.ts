/**
 * A disk that fails under a primary of this process.
 *
 * @module
 */

/** A disk that keeps nothing. */
export interface BrokenDisk extends Disposable {
  /** Fulfils when the first sync has begun. */
  readonly begun: Promise<void>;
  /** Fails all syncs, those that are under way and those to come. */
  fail(): void;
}

/**
 * Puts a disk that keeps nothing in the place of the real one: a sync waits for
 * `fail()`, and fails then.
 *
 * @returns The disk; disposed of, the real one is back.
 */
export function brokenDisk(): BrokenDisk {
  const { syncData } = Deno.FsFile.prototype;
  const begun = Promise.withResolvers<void>();
  const failure = Promise.withResolvers<void>();
  failure.promise.catch(() => {}); // It may fail before anything is synced.
  Deno.FsFile.prototype.syncData = () => {
    begun.resolve();
    return failure.promise;
  };
  return {
    begun: begun.promise,
    fail: () => failure.reject(diskError()),
    [Symbol.dispose]() {
      Deno.FsFile.prototype.syncData = syncData;
    },
  };
}

/** The error of a disk as Deno throws it. */
function diskError(): Error {
  const error = new Error("Input/output error (os error 5)");
  return Object.assign(error, { code: "EIO" });
}
