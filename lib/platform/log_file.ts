/**
 * Log files of whole lines.
 *
 * @module
 */

/**
 * The part of Deno's files that a log file needs; a test can stand in for a
 * disk that is full.
 */
export type LogFileHandle = Pick<
  Deno.FsFile,
  "writeSync" | "truncateSync" | "syncData" | "close"
>;

/**
 * A file that only ever grows by whole lines. They are in the kernel when
 * `append()` returns, so they outlive this process, whatever ends it; to
 * outlive the machine they need `sync()`.
 */
export class LogFile {
  readonly #file: LogFileHandle;
  #length: number;
  /** Whether a piece of a line may lie behind `#length`. */
  #isTorn = false;

  /**
   * A log in a file that is open.
   *
   * @param file The file, open for appending
   * @param length Bytes that it holds
   */
  constructor(file: LogFileHandle, length = 0) {
    this.#file = file;
    this.#length = length;
  }

  /**
   * Replaces what is at a path by an empty log. What was there is removed and
   * the file then created by this call and no other, so a link planted there is
   * never written through. Needs write permission for the path, nothing else.
   *
   * @param path Where the log is to be
   * @returns The log, open
   * @throws {Deno.errors.NotFound} If its folder is missing
   * @throws {Deno.errors.IsADirectory} If there is a folder, or a link to one,
   * which stays
   * @throws {Deno.errors.AlreadyExists} If somebody created the file at the
   * same moment
   * @throws {Error} If it cannot be removed or created, as Deno says it
   */
  static createAnew(path: string): LogFile {
    return new LogFile(createFileAnew(path));
  }

  /**
   * Looks whether {@linkcode LogFile.createAnew} can be expected to work, and
   * changes nothing: of several files, rather none is replaced than some.
   *
   * @param path Where a log is to be
   * @throws {Deno.errors.NotFound} If its folder is missing
   * @throws {Deno.errors.NotADirectory} If its folder is none
   * @throws {Deno.errors.IsADirectory} If there is a folder, or a link to one
   */
  static check(path: string): void {
    const slash = path.lastIndexOf("/");
    const folder = slash < 0 ? "." : path.slice(0, slash);
    const found = lookInto(folder);
    const isMissing = found instanceof Deno.errors.NotFound ||
      found instanceof Deno.errors.NotADirectory;
    if (isMissing) throw found;
    refuseFolder(path);
  }

  /**
   * Goes on with a log that was read before.
   *
   * @param file From `openToResume()`
   * @param length Bytes of it that are whole and sound lines; what is behind
   * them is cut off
   * @returns The log
   * @throws {Error} If it cannot be cut, as Deno says it
   */
  static resume(file: LogFileHandle, length: number): LogFile {
    file.truncateSync(length);
    return new LogFile(file, length);
  }

  /** Bytes of whole lines in the file. */
  get length(): number {
    return this.#length;
  }

  /**
   * Appends whole lines: all of them or, where the disk is full, none. What a
   * write that fell short has left is cut off again, at once or, where that
   * fails too, before the next line is written.
   *
   * @param lines Whole lines, each with its LF
   * @throws {Error} If they could not all be written: then none of them is in
   * the log
   */
  append(lines: Uint8Array): void {
    if (this.#isTorn) this.#cutBack();
    let written = 0;
    try {
      while (written < lines.length) {
        const rest = written === 0 ? lines : lines.subarray(written);
        const count = this.#file.writeSync(rest);
        if (count === 0) throw new Deno.errors.WriteZero("Nothing was written");
        written += count;
      }
    } catch (error) {
      this.#isTorn = true;
      try {
        this.#cutBack();
      } catch {
        // The log stays torn, and the next append cuts first; why the write
        // failed is what the caller has to know.
      }
      throw error;
    }
    this.#length += written;
  }

  #cutBack(): void {
    this.#file.truncateSync(this.#length);
    this.#isTorn = false;
  }

  /**
   * Waits until what was appended before the call is on the disk.
   *
   * @returns When it is
   * @throws {Error} If the disk failed: what was appended since the last
   * success may be lost
   */
  sync(): Promise<void> {
    return this.#file.syncData();
  }

  /** Closes the file. */
  close(): void {
    this.#file.close();
  }

  /** Closes the file, so that a log file can be declared with `using`. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/**
 * Opens a log of an earlier run to read it from its beginning and then append
 * to it. Needs read and write permission for the path. A link is not followed.
 *
 * @param path The log
 * @returns The file, at its beginning
 * @throws {Deno.errors.NotFound} If there is none
 * @throws {Deno.errors.InvalidData} If it is no regular file
 * @throws {Error} If it cannot be opened, as Deno says it
 */
export function openToResume(path: string): Deno.FsFile {
  return openRegularFile(path, { read: true, append: true });
}

/**
 * Opens a log of an earlier run to read it. Needs read permission for the path.
 * A link is not followed.
 *
 * @param path The log
 * @returns The file, at its beginning
 * @throws {Deno.errors.NotFound} If there is none
 * @throws {Deno.errors.InvalidData} If it is no regular file
 * @throws {Error} If it cannot be opened, as Deno says it
 */
export function openToRead(path: string): Deno.FsFile {
  return openRegularFile(path, { read: true });
}

function openRegularFile(path: string, options: Deno.OpenOptions): Deno.FsFile {
  const found = Deno.lstatSync(path);
  if (!found.isFile) {
    throw new Deno.errors.InvalidData("It is no regular file");
  }
  const file = Deno.openSync(path, options);
  try {
    const { isFile, ino, dev } = statOpened(file, path);
    if (isFile && ino === found.ino && dev === found.dev) return file;
    throw new Deno.errors.InvalidData("It was replaced while it was opened");
  } catch (error) {
    file.close();
    throw error;
  }
}

/**
 * The file that was opened; or, where the folder is reached through a link, the
 * file at that path now: Deno checks the permission to look at an open file by
 * the path without links, and only the path as it was given is granted.
 */
function statOpened(file: Deno.FsFile, path: string): Deno.FileInfo {
  try {
    return file.statSync();
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return Deno.lstatSync(path);
    throw error;
  }
}

/**
 * Replaces what is at a path by an empty file, as
 * {@linkcode LogFile.createAnew} does.
 *
 * @param path Where the file is to be
 * @returns The file, open for appending
 * @throws {Error} As {@linkcode LogFile.createAnew} says
 */
export function createFileAnew(path: string): Deno.FsFile {
  try {
    return createNew(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
  refuseFolder(path);
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return createNew(path);
}

function createNew(path: string): Deno.FsFile {
  return Deno.openSync(path, { append: true, createNew: true });
}

/** An empty folder would be removed like a file. */
function refuseFolder(path: string): void {
  const found = lookInto(path);
  const isFolder = found instanceof Deno.errors.PermissionDenied ||
    found instanceof Error && "code" in found && found.code === "ENAMETOOLONG";
  if (isFolder) throw new Deno.errors.IsADirectory("it is a folder");
}

/** Longer than Linux and macOS allow. */
const NAME_TOO_LONG = "x".repeat(256);

/**
 * Tells a folder from what is none. To ask what is at a path needs read
 * permission; but only a folder minds a name too long in it, or being looked
 * into.
 */
function lookInto(path: string): unknown {
  try {
    return Deno.openSync(`${path}/${NAME_TOO_LONG}`, { write: true }).close();
  } catch (error) {
    return error;
  }
}
