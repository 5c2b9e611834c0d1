/**
 * A likes server and its own log: begun, gone on with after a crash, or read
 * once for the verdict.
 *
 * @module
 */

import { logStartError } from "../../options/log_place.ts";
import { serverName } from "../../protocol/report.ts";
import { DEFAULT_TIMING } from "../../rules/backoff.ts";
import { LikesServer } from "../../rules/likes_server.ts";
import type { Draws } from "../../rules/report_sender.ts";
import { makeRows } from "../../rules/rows.ts";
import { NEVER } from "../../domain/ticks.ts";
import { type LikesLog, readLikesLog } from "./likes_log.ts";
import { LogFile, openToRead, openToResume } from "../../platform/log_file.ts";
import { messageOf, StartError } from "../../platform/start_error.ts";
import type { EndedLine } from "./lines.ts";
import type { WorkerOptions } from "./options.ts";

const encoder = new TextEncoder();

/**
 * The likes of each draw of a session: what modes that send single draws again
 * look up.
 */
export class DrawnLikes implements Draws {
  #likes: Uint8Array;
  #count: number;
  #total: number;

  /**
   * @param draws The likes of the draws so far, the first draw's at 0.
   */
  constructor(draws: Uint8Array = new Uint8Array()) {
    this.#likes = draws;
    this.#count = draws.length;
    this.#total = draws.reduce((sum, likes) => sum + likes, 0);
  }

  /** Draws so far. */
  get count(): number {
    return this.#count;
  }

  /** Likes of these draws. */
  get total(): number {
    return this.#total;
  }

  /**
   * Adds a draw.
   *
   * @param likes Its likes, 0 to 42.
   */
  push(likes: number): void {
    if (this.#count === this.#likes.length) {
      const grown = new Uint8Array(Math.max(64, 2 * this.#count));
      grown.set(this.#likes);
      this.#likes = grown;
    }
    this.#likes[this.#count++] = likes;
    this.#total += likes;
  }

  /**
   * Looks a draw up.
   *
   * @param _row There is one likes server only.
   * @param seq The number of the draw, 1 to {@linkcode DrawnLikes.count}.
   * @returns Its likes.
   * @throws {RangeError} If there is no such draw.
   */
  likes(_row: number, seq: number): number {
    if (!Number.isInteger(seq) || seq < 1 || seq > this.#count) {
      throw new RangeError(
        `Cannot look up draw ${seq}: allowed are 1 to ${this.#count}`,
      );
    }
    return this.#likes[seq - 1] ?? 0;
  }
}

/** The log of a likes server that runs. */
export class OpenLog {
  /** All draws that are in the log. */
  readonly drawn: DrawnLikes;
  readonly #file: LogFile;
  readonly #name: string;

  /**
   * @param file The log, open.
   * @param name The likes server's name.
   * @param drawn What the log holds.
   */
  constructor(file: LogFile, name: string, drawn: DrawnLikes) {
    this.#file = file;
    this.#name = name;
    this.drawn = drawn;
  }

  /**
   * Writes a draw, before anything else is done about it.
   *
   * @param likes Its likes, 0 to 42.
   * @throws {Error} If it could not be written: then it did not happen.
   */
  append(likes: number): void {
    this.#file.append(encoder.encode(`${this.#name} ${likes}\n`));
    this.drawn.push(likes);
  }

  /** Closes the file. */
  close(): void {
    this.#file.close();
  }
}

/**
 * Opens a likes server's log: a new one, or, for a likes server that died, the
 * one it left behind.
 *
 * @param options What the likes server was told.
 * @param tell Called with a message if a torn last line was cut off.
 * @returns The log.
 * @throws {Error} If it cannot be created, or if the one left behind cannot be
 * read or is not what the parent saw.
 */
export function openLog(
  options: WorkerOptions,
  tell: (message: string) => void,
): OpenLog {
  const name = serverName(options.id);
  if (options.resume === undefined) {
    return new OpenLog(createLog(options.log), name, new DrawnLikes());
  }
  const file = opened(options.log, openToResume);
  try {
    const log = checked(readLikesLog(readAll(file), name), options);
    const open = new OpenLog(
      LogFile.resume(file, log.wholeBytes),
      name,
      new DrawnLikes(log.draws),
    );
    if (log.tornBytes > 0) {
      tell(
        `Cut ${
          quantityOf(log.tornBytes, "byte")
        } of a torn last line off ${options.log}`,
      );
    }
    return open;
  } catch (error) {
    file.close();
    throw error;
  }
}

/**
 * Reads the log of a likes server that is dead and stays so.
 *
 * @param options What the likes server was told, and what its parent saw of it.
 * @returns Its account.
 * @throws {Error} If the log cannot be read or is not what the parent saw.
 */
export function tallyLog(options: WorkerOptions): EndedLine {
  const name = serverName(options.id);
  using file = opened(options.log, openToRead);
  const log = checked(readLikesLog(readAll(file), name), options);
  const seen = options.resume;
  const drawn = new DrawnLikes(log.draws);
  // What a restarted likes server would still have to deliver is what this one
  // left undelivered.
  const server = new LikesServer(makeRows(1), drawn, {
    ...DEFAULT_TIMING,
    delivery: options.delivery,
  }).at(0);
  server.restore(
    drawn.count,
    drawn.total,
    seen?.acknowledgedSeq ?? 0,
    seen?.acknowledged ?? 0,
    seen?.attempt ?? 0,
  );
  server.resume(options.endTicks, 1, NEVER);
  return {
    kind: "ended",
    tick: options.endTicks,
    seq: drawn.count,
    generated: drawn.total,
    acknowledged: server.acknowledged,
    pending: server.pending,
    rejected: 0,
    retries: 0,
  };
}

/** Opens a log that is there, with its path in the error if it is not. */
function opened(path: string, open: (path: string) => Deno.FsFile) {
  try {
    return open(path);
  } catch (error) {
    throw new StartError(`Cannot read ${path}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function createLog(path: string): LogFile {
  try {
    return LogFile.createAnew(path);
  } catch (error) {
    throw logStartError(path, error);
  }
}

/**
 * A log that holds less than its draws were seen to be, or others, is not the
 * log of this session.
 */
function checked(log: LikesLog, options: WorkerOptions): LikesLog {
  const seen = options.resume;
  if (seen === undefined) return log;
  const total = log.draws.subarray(0, seen.seq)
    .reduce((sum, likes) => sum + likes, 0);
  if (log.draws.length < seen.seq || total !== seen.total) {
    throw new Error(
      `Cannot go on from ${options.log}: it holds ${
        quantityOf(log.draws.length, "draw")
      }, with ${quantityOf(total, "like")} up to draw ${seen.seq}, ` +
        `but its parent has seen ${quantityOf(seen.seq, "draw")} with ${
          quantityOf(seen.total, "like")
        }`,
    );
  }
  return log;
}

function readAll(file: Deno.FsFile): Uint8Array {
  // Not by statSync(): that needs another permission where the folder is
  // reached through a link.
  const bytes = new Uint8Array(file.seekSync(0, Deno.SeekMode.End));
  file.seekSync(0, Deno.SeekMode.Start);
  let length = 0;
  while (length < bytes.length) {
    const count = file.readSync(bytes.subarray(length));
    if (count === null) break;
    length += count;
  }
  return bytes.subarray(0, length);
}

/**
 * A number and its unit, as `lib/view/numbers.ts` writes them for people: a
 * likes server would have to load more for that.
 */
function quantityOf(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? "" : "s"}`;
}
