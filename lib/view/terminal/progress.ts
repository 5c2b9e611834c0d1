/**
 * The progress of a run: one line of a terminal, which is overwritten.
 *
 * @module
 */
import { grouped } from "../../verdict/explain.ts";
import { toned } from "./colour.ts";

/** The terminal that a {@linkcode Progress} is shown on. */
export interface Screen {
  /** Whether to use colours: not where `NO_COLOR` is set. */
  readonly isColoured: boolean;
  /** Writes text. */
  print(text: string): void;
  /** Writes a bar that the next one replaces: it may be left out. */
  draw(text: string): void;
}

/** The numbers of a run that goes on. */
export interface RunProgress {
  /** Milliseconds since the start, real or simulated. */
  readonly elapsedMs: number;
  /** Milliseconds that the run takes in all. */
  readonly lifetimeMs: number;
  /** Likes servers alive. */
  readonly serversAlive: number;
  /** Likes servers in all. */
  readonly servers: number;
  /** Likes generated. */
  readonly generated: number;
  /** Likes acknowledged. */
  readonly acknowledged: number;
  /** Likes at the primary; left out where that is not known. */
  readonly counted?: number;
  /**
   * Likes at the replica that has the fewest, where `counted` is of the one
   * that has the most; left out where there is one primary.
   */
  readonly countedLeast?: number;
}

const BAR_WIDTH = 20;

const CLEAR_LINE = "\r\x1b[K";

/**
 * A bar with a text.
 *
 * @example
 * ```ts
 * import { Progress } from "./progress.ts";
 * import { assertEquals } from "@std/assert";
 *
 * let screen = "";
 * const write = (text: string) => screen += text;
 * const progress = new Progress(
 *   { isColoured: false, print: write, draw: write },
 *   () => 80,
 * );
 * progress.show(0.5, "500 of 1,000 runs");
 * assertEquals(screen, "\r\x1b[K██████████░░░░░░░░░░ 500 of 1,000 runs");
 * ```
 */
export class Progress {
  readonly #screen: Screen;
  readonly #columns: () => number;
  /** The text on the last line of the terminal. */
  #shown = "";

  /**
   * A progress that is not shown yet.
   *
   * @param screen The terminal.
   * @param columns Tells how many characters a line of it holds; asked each
   * time, as windows change.
   */
  constructor(screen: Screen, columns: () => number) {
    this.#screen = screen;
    this.#columns = columns;
  }

  /**
   * Shows progress.
   *
   * @param share Between 0 and 1; what is beyond counts as that.
   * @param text The text beside the bar.
   * @param shorter Other texts that say the same, each shorter than the one
   * before: for terminals on which it does not fit.
   */
  show(share: number, text: string, shorter: readonly string[] = []): void {
    const line = this.#line(share, [text, ...shorter]);
    this.#screen.draw(`${CLEAR_LINE}${line}`);
    this.#shown = line;
  }

  /**
   * Shows the progress of a run.
   *
   * @param run The numbers of the run.
   */
  showRun(run: RunProgress): void {
    const { elapsedMs, lifetimeMs } = run;
    const share = lifetimeMs > 0 ? elapsedMs / lifetimeMs : 1;
    this.show(share, describeRun(run), shortDescriptions(run));
  }

  /**
   * Writes lines above the bar.
   *
   * @param text Whole lines, each with its line feed.
   */
  print(text: string): void {
    const bar = this.#shown;
    // In one piece, so that none of it can be missing.
    this.#screen.print(bar === "" ? text : `${CLEAR_LINE}${text}${bar}`);
  }

  /** Removes the bar. */
  clear(): void {
    if (this.#shown === "") return;
    this.#screen.print(CLEAR_LINE);
    this.#shown = "";
  }

  /**
   * Bar and text on one line: one that wraps could not be overwritten. Where
   * there is no room for both, what is said is said without the bar, which
   * shows nothing that the text does not tell.
   */
  #line(share: number, texts: readonly string[]): string {
    const { isColoured } = this.#screen;
    const room = Math.max(0, this.#columns() - 1);
    // The last is for narrow terminals: it is hard to read, so nothing is won
    // by a bar beside it.
    const barred = texts.slice(0, Math.max(1, texts.length - 1))
      .find((text) => BAR_WIDTH + 1 + text.length <= room);
    if (barred === undefined) {
      return texts.find((text) => text.length <= room) ??
        headOf(texts.at(-1) ?? "", room);
    }
    const full = Math.round(BAR_WIDTH * Math.min(1, Math.max(0, share)));
    return toned("█".repeat(full), "good", isColoured) +
      toned("░".repeat(BAR_WIDTH - full), "quiet", isColoured) + ` ${barred}`;
  }
}

/**
 * The first parts of a text, as many as there is room for; if not even one
 * fits, the beginning of it.
 */
function headOf(text: string, room: number): string {
  const end = text.slice(0, room + 2).lastIndexOf(", ");
  return text.slice(0, end < 0 ? room : end);
}

/**
 * A run's progress in words.
 *
 * @param run The numbers of the run.
 * @returns One line.
 *
 * @example
 * ```ts
 * import { describeRun } from "./progress.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   describeRun({
 *     elapsedMs: 12_345,
 *     lifetimeMs: 60_000,
 *     serversAlive: 9,
 *     servers: 10,
 *     generated: 2014,
 *     acknowledged: 2000,
 *     counted: 2007,
 *   }),
 *   "12 of 60 s, 9 of 10 alive, likes: 2,014 generated, 2,000 acknowledged, 2,007 at the primary",
 * );
 * ```
 */
export function describeRun(run: RunProgress): string {
  const { elapsedMs, lifetimeMs, serversAlive, servers } = run;
  const { counted, countedLeast } = run;
  const primary = counted === undefined
    ? ""
    : countedLeast === undefined
    ? `, ${grouped(counted)} at the primary`
    : `, ${grouped(countedLeast)} to ${grouped(counted)} at the replicas`;
  return `${seconds(elapsedMs)} of ${seconds(lifetimeMs)} s, ` +
    `${grouped(serversAlive)} of ${grouped(servers)} alive, ` +
    `likes: ${grouped(run.generated)} generated, ${
      grouped(run.acknowledged)
    } acknowledged${primary}`;
}

/**
 * Shorter texts, for terminals of 80 columns and of 40: there it is time, likes
 * servers, generated → acknowledged → counted.
 */
function shortDescriptions(run: RunProgress): string[] {
  const { servers, serversAlive, generated, acknowledged, counted } = run;
  const time = `${seconds(run.elapsedMs)}/${seconds(run.lifetimeMs)} s`;
  const alive = `${grouped(serversAlive)}/${grouped(servers)}`;
  const primary = counted === undefined ? "" : `, ${grouped(counted)} counted`;
  const likes = [generated, acknowledged, counted ?? []].flat();
  return [
    `${time}, ${alive} alive, ${grouped(generated)} generated, ` +
    `${grouped(acknowledged)} acknowledged${primary}`,
    `${time}, ${alive}, ${likes.join(" → ")}`,
  ];
}

function seconds(ms: number): string {
  return grouped(Math.floor(ms / 1000));
}
