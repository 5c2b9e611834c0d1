/**
 * Puts the runs of several files together.
 *
 * @module
 */

import { quote } from "../../faults/notation.ts";
import { formatShard, shardOf } from "../../options/shard.ts";
import { StartError } from "../../platform/start_error.ts";
import type { RunFigures } from "../../verdict/runs/figures.ts";
import { LineSplitter } from "./line_splitter.ts";
import { parseRunLine } from "./run_line.ts";
import { RunSet } from "./run_set.ts";
import {
  differenceOf,
  HEADER_START,
  parseHeader,
  type RunsHeader,
} from "./runs_header.ts";
import { type Sweep, SweepRuns } from "./sweep.ts";

/** Stretches of missing seeds that are named. */
const GAPS_NAMED_MAX = 5;

/** The lines of a shard in a file: one that was written whole, or a piece. */
interface Section {
  readonly header: RunsHeader;
  readonly runs: SweepRuns;
  readonly file: string;
}

/** Reads the runs of files, and is told of them. */
interface MergerHooks {
  /** Reads the runs that the first line of a file tells of. */
  readonly readSweep: (header: RunsHeader) => Sweep;
  /** Called once, before the first run. */
  readonly onSweep: (sweep: Sweep, header: RunsHeader) => void;
  /** Called with each run. */
  readonly onRun: (run: RunFigures) => void;
}

/**
 * Reads runs files, one after the other, in any order: each once, whole and of
 * the same sweep, or it says what is wrong with them.
 */
export class RunsMerger {
  readonly #hooks: MergerHooks;
  readonly #sections: Section[] = [];
  /** All runs of the sweep, whatever their shards. */
  #all: SweepRuns | null = null;
  #sweep: Sweep | null = null;
  #done = new RunSet(0);

  /**
   * A merger that has read nothing.
   *
   * @param hooks Reads the runs, and is told of them.
   */
  constructor(hooks: MergerHooks) {
    this.#hooks = hooks;
  }

  /**
   * Begins a file, which may hold several files one after the other.
   *
   * @param name Its name, for people.
   * @returns What takes its bytes.
   */
  open(name: string): RunsFileReader {
    return new RunsFileReader(name, {
      begin: (header) => this.#begin(name, header),
      add: (section, run) => this.#add(section, run),
    });
  }

  /**
   * Makes sure that no run is missing.
   *
   * @throws {StartError} If one is, or no file was read.
   */
  end(): void {
    const all = this.#all;
    if (all === null) throw new StartError("Cannot merge no runs at all");
    if (this.#done.size === all.count) return;
    const variants = all.variants.length;
    const gaps: string[] = [];
    let count = 0;
    let last = -1;
    for (const [from, to] of this.#done.missing()) {
      const first = Math.max(last + 1, Math.floor(from / variants));
      last = Math.floor(to / variants);
      if (first > last) continue; // another run of a seed that was told
      count += last - first + 1;
      if (gaps.length <= GAPS_NAMED_MAX) gaps.push(this.#describe(first, last));
    }
    const more = gaps.length > GAPS_NAMED_MAX ? ["more"] : [];
    throw new StartError(
      `Cannot merge: ${count} of ${all.part.runs} seeds ${
        count === 1 ? "is" : "are"
      } missing: ${[...gaps.slice(0, GAPS_NAMED_MAX), ...more].join(", ")}`,
    );
  }

  #describe(first: number, last: number): string {
    const { firstSeed } = this.#all!;
    const { runs } = this.#sweep!;
    const seeds = first === last
      ? `seed ${firstSeed + first}`
      : `seeds ${firstSeed + first} to ${firstSeed + last}`;
    const section = this.#sections.find(({ runs: { part } }) =>
      part.first <= last && first < part.first + part.runs
    );
    if (section !== undefined) {
      return `${seeds} (shard ${
        formatShard(section.header.shard)
      } in ${section.file} is not finished)`;
    }
    const { count } = this.#sections[0]!.header.shard;
    const shards = [first, last].map((run) => shardOf(run, count, runs));
    return `${seeds} (no file of shard ${
      [...new Set(shards.map(formatShard))].join(" to ")
    })`;
  }

  #begin(file: string, header: RunsHeader): Section {
    const first = this.#sections[0];
    if (first === undefined) {
      const sweep = this.#hooks.readSweep(header);
      this.#sweep = sweep;
      this.#all = new SweepRuns({ ...sweep, shard: { index: 0, count: 1 } });
      this.#done = new RunSet(this.#all.count);
      this.#hooks.onSweep(sweep, header);
    } else if (header.sweep !== first.header.sweep) {
      throw new StartError(
        `Cannot merge ${first.file} and ${file}: they are of different runs: ${
          differenceOf(first.header, header)
        }`,
      );
    }
    const runs = new SweepRuns({ ...this.#sweep!, shard: header.shard });
    const section = { header, runs, file };
    this.#sections.push(section);
    return section;
  }

  #add(section: Section, run: RunFigures): string | undefined {
    if (section.runs.indexOf(run) < 0) {
      return `seed ${run.seed} is not one of shard ${
        formatShard(section.header.shard)
      }`;
    }
    const i = this.#all!.indexOf(run);
    if (this.#done.add(i)) {
      this.#hooks.onRun(run);
      return undefined;
    }
    const other =
      this.#sections.find((other) =>
        other !== section && other.runs.indexOf(run) >= 0
      ) ?? section;
    return `seed ${run.seed} is there twice, also in ${other.file}`;
  }
}

/** Takes what is read in a file of runs. */
interface ReaderHooks {
  /** Begins the lines of a shard. */
  readonly begin: (header: RunsHeader) => Section;
  /** Takes a run of it, or says what is wrong with it. */
  readonly add: (section: Section, run: RunFigures) => string | undefined;
}

/** Takes the bytes of a file of runs. */
export class RunsFileReader {
  readonly #name: string;
  readonly #hooks: ReaderHooks;
  readonly #splitter = new LineSplitter();
  #section: Section | null = null;
  #number = 0;

  /**
   * A file of which nothing was read.
   *
   * @param name Its name, for people.
   * @param hooks What to do with its lines.
   */
  constructor(name: string, hooks: ReaderHooks) {
    this.#name = name;
    this.#hooks = hooks;
  }

  /**
   * Takes the next bytes.
   *
   * @param bytes The bytes.
   * @throws {StartError} If they are not those of runs, or of others.
   */
  push(bytes: Uint8Array): void {
    for (const line of this.#splitter.push(bytes)) this.#take(line);
    if (!this.#splitter.isTooLong) return;
    this.#number++;
    this.#fail("is too long for a run");
  }

  /**
   * The file is over. A last line that is cut off is left out: its run is
   * missing.
   *
   * @throws {StartError} If nothing is in it.
   */
  end(): void {
    const { rest } = this.#splitter;
    if (rest.endsWith("}")) this.#take(rest);
    if (this.#section !== null) return;
    throw new StartError(
      `Cannot merge ${this.#name}: ${
        rest === "" ? "it is empty" : "its first line is cut off"
      }`,
    );
  }

  #take(line: string): void {
    this.#number++;
    // Where a job was killed in the middle of a line, the file of the next one
    // may follow on it in the same stream.
    const next = line.indexOf(HEADER_START, 1);
    const isRead = line.startsWith(HEADER_START)
      ? this.#takeHeader(line) ||
        next > 0 && this.#takeHeader(line.slice(next))
      : next > 0
      ? (this.#takeRun(line.slice(0, next)), this.#takeHeader(line.slice(next)))
      : this.#takeRun(line);
    if (!isRead) this.#fail("was changed, or is of other runs");
  }

  /** Whether it is one; then what follows is of it. */
  #takeHeader(line: string): boolean {
    const header = parseHeader(line);
    if (header !== null) this.#section = this.#hooks.begin(header);
    return header !== null;
  }

  /** Whether it is one of the runs that the header before it is of. */
  #takeRun(line: string): boolean {
    if (this.#section === null) {
      throw new StartError(
        `Cannot merge ${this.#name}: it is no runs file, its first line does not say what was run`,
      );
    }
    const run = parseRunLine(line, this.#section.header.sweep);
    if (run === null) return false;
    const wrong = this.#hooks.add(this.#section, run);
    if (wrong !== undefined) this.#fail(`cannot be merged: ${wrong}`);
    return true;
  }

  #fail(what: string): never {
    throw new StartError(
      `Cannot merge ${this.#name}: line ${this.#number} ${what}`,
    );
  }
}

/**
 * The name of a file, for people.
 *
 * @param path Its path; `-` for standard input.
 * @returns The name.
 */
export function nameOf(path: string): string {
  return path === "-" ? "standard input" : quote(path);
}
