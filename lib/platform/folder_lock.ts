/**
 * Locks of folders: one program of a kind for each.
 *
 * @module
 */

import { sleep } from "./sleep.ts";
import { StartError } from "./start_error.ts";

/**
 * Time that another process may hold the lock before it is taken to be running,
 * in milliseconds.
 */
const LOCK_WAIT_MS = 500;

/**
 * Takes the lock of a folder, or finds that another process has it.
 *
 * A lock is a file beside the logs, held with `flock`: the kernel lets go of it
 * when its holder dies, however it dies.
 *
 * The file is empty, and stays when its holder ends. To remove it would open a
 * gap: a process that waits for the lock of a removed file and one that creates
 * the file anew would both get it. Nothing is written to the file, so a link
 * that somebody planted in its place does no harm. To lock takes write
 * permission for the file and nothing else, which is why a process number in it
 * would be of no use: the next process could not read it.
 *
 * @param path The lock file
 * @param holder The kind of program that takes it, for the error
 * @param waitMs How long another may hold it before it is taken to be running,
 * in milliseconds
 * @returns The file, locked until it is closed or this process ends
 * @throws {StartError} If another process holds the lock, or the file is a link
 * that leads nowhere
 * @throws {Deno.errors.NotFound} If the folder is missing
 * @throws {Error} If the file cannot be created or opened, as Deno says it
 *
 * @example
 * ```ts ignore
 * using lock = await lockFolder("/tmp/PrimaryLikesLog.lock", "primary");
 * ```
 */
export async function lockFolder(
  path: string,
  holder: string,
  waitMs: number = LOCK_WAIT_MS,
): Promise<Deno.FsFile> {
  const file = await lockWithin(waitMs, openOrCreate(path));
  if (file !== undefined) return file;
  const folder = path.slice(0, path.lastIndexOf("/")) || "/";
  throw new StartError(
    `Cannot start: a ${holder} is already running with the log folder ${folder} (stop it, or name another folder with --log-dir)`,
  );
}

async function openOrCreate(path: string): Promise<Deno.FsFile> {
  try {
    return await createNew(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
  try {
    return await Deno.open(path, { write: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    // It exists and does not: a link that leads nowhere. Whoever removed it
    // could remove the file that somebody else has put in its place by then.
    throw new StartError(
      `Cannot start: the lock file ${path} is a link that leads nowhere (remove it, or name another folder with --log-dir)`,
    );
  }
}

function createNew(path: string): Promise<Deno.FsFile> {
  return Deno.open(path, { write: true, createNew: true });
}

/**
 * Locks a file that is open, or finds that another process holds its lock. The
 * lock is let go of when the file is closed.
 *
 * @param file The file.
 * @returns Whether it is locked; if not, the file is closed.
 */
export async function lockFile(file: Deno.FsFile): Promise<boolean> {
  return await lockWithin(LOCK_WAIT_MS, Promise.resolve(file)) !== undefined;
}

/**
 * Waits for the file and for its lock. `FsFile.tryLock` is younger than the
 * oldest Deno supported, so the wait is cut by a timer; a lock that comes after
 * it is let go of at once. Opening counts as well: a planted pipe without a
 * reader would hold it for ever.
 */
async function lockWithin(
  waitMs: number,
  opening: Promise<Deno.FsFile>,
): Promise<Deno.FsFile | undefined> {
  let isLate = false;
  const waiting = new AbortController();
  const late = sleep(waitMs, waiting.signal).then(() => {
    isLate = true;
    return undefined;
  });
  const locking = lockWhenOpen(opening, () => isLate);
  locking.catch(() => {}); // Nobody waits for it any more if it fails after the time.
  try {
    return await Promise.race([locking, late]);
  } finally {
    waiting.abort();
  }
}

async function lockWhenOpen(
  opening: Promise<Deno.FsFile>,
  isLate: () => boolean,
): Promise<Deno.FsFile | undefined> {
  const file = await opening;
  try {
    await file.lock(true);
    if (!isLate()) return file;
  } catch (error) {
    file.close();
    throw error;
  }
  file.close();
  return undefined;
}
