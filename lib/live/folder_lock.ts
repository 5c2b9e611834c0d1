/**
 * One primary and one parent for each log folder.
 *
 * @module
 */

/** How long another process may hold the lock before it is taken to be running, in milliseconds. */
const LOCK_WAIT_MS = 500;

/** Times to begin again after somebody replaced the lock file meanwhile. */
const ATTEMPTS_MAX = 8;

/** A file that is locked, or why there is none and one has to begin again. */
type Found = Deno.FsFile | "replaced" | "dangling";

/** Another process holds the lock: it is running, with the same log folder. */
export class FolderLockedError extends Error {
  /** The name that stack traces print. */
  override readonly name = "FolderLockedError";
}

/**
 * A lock file beside the logs, held with `flock`: the kernel lets go of it when its holder dies, however it dies.
 *
 * The file holds the holder's process id, for people. A path in `/tmp` may have been planted as a link, which must not
 * be written through, so a file that was not created here is only locked, then removed and created anew while the lock
 * is held. Whoever waits for the removed file finds, once it has the lock, that the file has no name any more, and
 * begins again. This needs write permission for the lock file and nothing else.
 */
export class FolderLock {
  readonly #path: string;
  readonly #file: Deno.FsFile;

  private constructor(path: string, file: Deno.FsFile) {
    this.#path = path;
    this.#file = file;
  }

  /**
   * Takes the lock, or finds that somebody else has it.
   *
   * @param path The lock file
   * @param holder Who takes it, for the error of the next one: "primary" or "parent"
   * @param waitMs How long another may hold it before it is taken to be running
   * @returns The lock, held until `release()` or the end of this process
   * @throws {FolderLockedError} If another process holds it
   * @throws {Deno.errors.NotFound} If the folder is missing
   * @throws {Error} If the file cannot be created or opened, as Deno says it
   *
   * @example
   * ```ts ignore
   * const lock = await FolderLock.take("/tmp/PrimaryLikesLog.lock", "primary");
   * try {
   *   // …
   * } finally {
   *   lock.release();
   * }
   * ```
   */
  static async take(
    path: string,
    holder: string,
    waitMs: number = LOCK_WAIT_MS,
  ): Promise<FolderLock> {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      const file = await this.#lockHeld(path, waitMs);
      if (file === undefined) break;
      if (file === "replaced") continue;
      if (file === "dangling") {
        // Once it may have been removed between two calls; again and again it is a link that leads nowhere.
        if (attempt >= ATTEMPTS_MAX / 2) Deno.removeSync(path);
        continue;
      }
      try {
        // An inspector reads this; that it did not fit on a full disk takes nothing from the lock.
        file.writeSync(new TextEncoder().encode(`${Deno.pid}\n`));
      } catch { /* as said */ }
      return new FolderLock(path, file);
    }
    const folder = path.slice(0, path.lastIndexOf("/")) || "/";
    throw new FolderLockedError(
      `Cannot start: a ${holder} is already running with the log folder ${folder} (${
        whoHolds(path)
      })`,
    );
  }

  /** The file at `path`, locked and created here; undefined: another has it; otherwise: begin again. */
  static async #lockHeld(
    path: string,
    waitMs: number,
  ): Promise<Found | undefined> {
    const created = createNew(path);
    if (created !== undefined) {
      return await locked(Promise.resolve(created), waitMs);
    }
    const old = await locked(openExisting(path), waitMs);
    if (!(old instanceof Deno.FsFile)) return old;
    try {
      Deno.removeSync(path);
      const anew = createNew(path);
      if (anew === undefined) return "replaced";
      return await locked(Promise.resolve(anew), waitMs);
    } finally {
      old.close();
    }
  }

  /** Lets go of the lock and removes its file. */
  release(): void {
    try {
      Deno.removeSync(this.#path);
    } catch {
      // Removed by somebody else, or the folder is gone: what counts is the lock, and it is let go of now.
    }
    this.#file.close();
  }
}

function createNew(path: string): Deno.FsFile | undefined {
  try {
    return Deno.openSync(path, { write: true, createNew: true, mode: 0o644 });
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return undefined;
    throw error;
  }
}

/** Opens what another has created; undefined when nothing is there. */
async function openExisting(path: string): Promise<Deno.FsFile | undefined> {
  try {
    return await Deno.open(path, { write: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/**
 * Waits for the file and for its lock. `FsFile.tryLock` is younger than the oldest Deno supported, so the wait is cut
 * by a timer; a lock that comes after it is let go of at once. Opening is waited for as well: a planted pipe without a
 * reader would hold it for ever.
 */
async function locked(
  opening: Promise<Deno.FsFile | undefined>,
  waitMs: number,
): Promise<Found | undefined> {
  let isLate = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      isLate = true;
      resolve(undefined);
    }, waitMs);
  });
  const locking = lockWhenOpen(opening, () => isLate);
  locking.catch(() => {}); // Nobody waits for it any more if it fails after the time.
  try {
    return await Promise.race([locking, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function lockWhenOpen(
  opening: Promise<Deno.FsFile | undefined>,
  isLate: () => boolean,
): Promise<Found | undefined> {
  const file = await opening;
  if (file === undefined) return "dangling";
  try {
    await file.lock(true);
    if (!isLate() && file.statSync().nlink !== 0) return file;
  } catch (error) {
    file.close();
    throw error;
  }
  file.close();
  return "replaced";
}

/** The process that holds the lock, read from its file where that is permitted. */
function whoHolds(path: string): string {
  const permission = Deno.permissions.querySync({ name: "read", path });
  if (permission.state === "granted") {
    try {
      const isFile = Deno.lstatSync(path).isFile;
      const pid = isFile ? Deno.readTextFileSync(path).trim() : "";
      if (/^\d{1,10}$/.test(pid)) return `process ${pid}`;
    } catch {
      /* It ended this moment; its name for the file is still right. */
    }
  }
  return `its process id is in ${path}`;
}
