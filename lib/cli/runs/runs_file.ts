/**
 * The file of `--runs-file`, which many runs are written to as they are done.
 *
 * @module
 */

import { quote } from "../../faults/notation.ts";
import { lockFile } from "../../platform/folder_lock.ts";
import { LogFile, openToResume } from "../../platform/log_file.ts";
import { stdout } from "../../platform/output.ts";
import { messageOf, StartError } from "../../platform/start_error.ts";
import type { RunFigures } from "../../verdict/runs/figures.ts";
import { LineSplitter } from "./line_splitter.ts";
import { formatRunLine, parseRunLine } from "./run_line.ts";
import { RunSet } from "./run_set.ts";
import {
  differenceOf,
  formatHeader,
  HEADER_START,
  headerOf,
  parseHeader,
  type RunsHeader,
} from "./runs_header.ts";
import { type Sweep, SweepRuns } from "./sweep.ts";

/** The name that stands for standard output, or input. */
export const STANDARD_STREAM = "-";

/** Bytes that are read at once. */
const CHUNK_BYTES = 1 << 20;

/** Characters that may wait for standard output before runs wait for it. */
const BEHIND_CHARS = 1 << 20;

const encoder = new TextEncoder();

/** Listeners of a {@linkcode RunsFile}. */
export interface RunsFileHooks {
  /** Called with each run that the file holds already. */
  readonly onRun: (run: RunFigures) => void;
  /** Writes the command that reproduces a run. */
  readonly commandOf: (run: RunFigures) => string;
}

/** Takes whole lines. */
interface Sink {
  /** Fails if they are not written; whole lines stay. */
  write(lines: string): void;
  /**
   * Fulfils when not much waits; or with an error. Left out where nothing does.
   */
  caughtUp?(): Promise<void>;
  /** Fulfils when all is written. */
  end(): Promise<void> | void;
}

/**
 * The runs of a sweep's part in a file, of which each is there as soon as it is
 * done: what ends the process, even in the middle of a line, costs nothing that
 * was written before.
 */
export class RunsFile {
  /** The name of the file, for people. */
  readonly name: string;
  readonly #header: RunsHeader;
  readonly #sink: Sink;
  readonly #done: RunSet;
  readonly #commandOf: (run: RunFigures) => string;
  readonly #failure = new AbortController();
  #lines = "";

  private constructor(
    name: string,
    header: RunsHeader,
    sink: Sink,
    done: RunSet,
    commandOf: (run: RunFigures) => string,
  ) {
    this.name = name;
    this.#header = header;
    this.#sink = sink;
    this.#done = done;
    this.#commandOf = commandOf;
  }

  /**
   * Begins a runs file, or goes on with one that is there.
   *
   * @param path Where it is; `-` for standard output.
   * @param sweep The runs.
   * @param hooks Who is told of runs that are done already.
   * @returns The file.
   * @throws {StartError} If it cannot be created or read, is of other runs, was
   * changed, or is being written by another process.
   */
  static async open(
    path: string,
    sweep: Sweep,
    { onRun, commandOf }: RunsFileHooks,
  ): Promise<RunsFile> {
    const header = headerOf(sweep);
    const runs = new SweepRuns(sweep);
    const done = new RunSet(runs.count);
    const first = `${formatHeader(header)}\n`;
    const open = (name: string, sink: Sink) =>
      new RunsFile(name, header, sink, done, commandOf);
    if (path === STANDARD_STREAM) {
      const sink = new StreamSink();
      sink.write(first);
      return open("standard output", sink);
    }
    const file = await openLocked(path);
    try {
      const length = await readRuns(path, file, header, (run) => {
        const i = runs.indexOf(run);
        if (i < 0) return "is of a run that is not in this shard";
        if (!done.add(i)) return "is of a run that is there already";
        onRun(run);
      });
      const log = LogFile.resume(file, length);
      if (length === 0) log.append(encoder.encode(first));
      return open(path, {
        write: (lines) => log.append(encoder.encode(lines)),
        end: () => log.close(),
      });
    } catch (error) {
      file.close();
      if (error instanceof StartError) throw error;
      throw startError(path, error);
    }
  }

  /** Aborted, with the reason, when the file cannot be written any more. */
  get failure(): AbortSignal {
    return this.#failure.signal;
  }

  /**
   * Whether a run is done.
   *
   * @param i Its number in the part.
   * @returns True if it is in the file.
   */
  has(i: number): boolean {
    return this.#done.has(i);
  }

  /**
   * Writes a run, together with others that are told of in the same turn of the
   * event loop.
   *
   * @param i Its number in the part.
   * @param run Its figures.
   */
  add(i: number, run: RunFigures): void {
    this.#done.add(i);
    if (this.#lines === "") queueMicrotask(() => this.#flush());
    this.#lines += formatRunLine(
      run,
      this.#header.sweep,
      () => this.#commandOf(run),
    );
  }

  /**
   * Waits for a reader that is slower than the runs.
   *
   * @returns Fulfils when the runs may go on.
   */
  async caughtUp(): Promise<void> {
    await this.#attempt(() => this.#sink.caughtUp?.());
  }

  /**
   * Writes what is left, and closes the file.
   *
   * @returns Fulfils when all is written, or {@linkcode failure} is aborted.
   */
  async end(): Promise<void> {
    this.#flush();
    await this.#attempt(() => this.#sink.end());
  }

  #flush(): void {
    const lines = this.#lines;
    this.#lines = "";
    if (lines === "" || this.failure.aborted) return;
    try {
      this.#sink.write(lines);
    } catch (error) {
      this.#failure.abort(error);
    }
  }

  async #attempt(write: () => Promise<void> | void): Promise<void> {
    try {
      await write();
    } catch (error) {
      this.#failure.abort(error);
    }
  }
}

class StreamSink implements Sink {
  #waitingChars = 0;
  #last: Promise<void> = Promise.resolve();
  #error: Error | null = null;

  write(lines: string): void {
    if (this.#error !== null) throw this.#error;
    this.#waitingChars += lines.length;
    this.#last = stdout.deliver(lines).then((fate) => {
      this.#waitingChars -= lines.length;
      if (fate === "unread") this.#error = new Error("nobody reads it");
      else if (fate === "failed") this.#error = new Error("not all were taken");
    });
  }

  async caughtUp(): Promise<void> {
    if (this.#waitingChars > BEHIND_CHARS) await this.end();
    if (this.#error !== null) throw this.#error;
  }

  async end(): Promise<void> {
    await this.#last;
    if (this.#error !== null) throw this.#error;
  }
}

/** Creates a file, or opens the one that is there; no other process has it. */
async function openLocked(path: string): Promise<Deno.FsFile> {
  let isOwn: boolean;
  let file: Deno.FsFile;
  try {
    file = createOrOpen(path);
    isOwn = await lockFile(file);
  } catch (error) {
    throw startError(path, error);
  }
  if (isOwn) return file;
  throw startError(path, "another process is writing it");
}

function createOrOpen(path: string): Deno.FsFile {
  try {
    return Deno.openSync(path, { read: true, append: true, createNew: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
  return openToResume(path);
}

/**
 * Reads what a file holds.
 *
 * @returns Bytes of whole lines; 0 if not even the first one is whole.
 */
async function readRuns(
  path: string,
  file: Deno.FsFile,
  header: RunsHeader,
  onRun: (run: RunFigures) => string | void,
): Promise<number> {
  const first = formatHeader(header);
  const splitter = new LineSplitter();
  const buffer = new Uint8Array(CHUNK_BYTES);
  let number = 0;
  for (let count; (count = await file.read(buffer)) !== null;) {
    for (const line of splitter.push(buffer.subarray(0, count))) {
      if (number++ === 0) {
        if (line !== first) throw startError(path, reasonOf(line, header));
        continue;
      }
      const run = parseRunLine(line, header.sweep);
      const wrong = run === null
        ? "was changed, or is of other runs"
        : onRun(run);
      if (wrong) throw startError(path, `line ${number} ${wrong}`);
    }
    if (splitter.isTooLong) throw startError(path, "it is no runs file");
  }
  const isOwn = number > 0 || first.startsWith(splitter.rest);
  if (!isOwn) throw startError(path, reasonOf(splitter.rest, header));
  return splitter.wholeBytes;
}

/** The reason why a first line is not that of the sweep. */
function reasonOf(line: string, header: RunsHeader): string {
  if (!line.startsWith(HEADER_START)) return "it is no runs file";
  const other = parseHeader(line);
  if (other === null) return "its first line was changed";
  const { shard } = other;
  const difference = differenceOf(other, header) ||
    `--shard ${shard.index}/${shard.count} and ${header.shard.index}/${header.shard.count}`;
  return `it is of other runs, there and here: ${difference}`;
}

function startError(path: string, error: unknown): StartError {
  const [reason, remedy] = error instanceof Deno.errors.NotCapable
    ? [messageOf(error), `start with --allow-read and --allow-write=${path}`]
    : [
      error instanceof Deno.errors.NotFound
        ? "its folder does not exist"
        : messageOf(error),
      "name another file with --runs-file",
    ];
  return new StartError(
    `Cannot write runs to ${quote(path)}: ${reason} (${remedy})`,
    { cause: error },
  );
}
