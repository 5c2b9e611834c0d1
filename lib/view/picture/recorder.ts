/**
 * The picture of a run, gathered while it goes on, in bounded memory.
 *
 * @module
 */
// @ts-types="@types/d3-array"
import { extent } from "d3-array";
import { serverId } from "../../protocol/report.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import { Buckets } from "./buckets.ts";
import {
  type FaultMark,
  REPLICAS_LISTED_MAX,
  type RunEvent,
  type RunPicture,
  type RunSetting,
} from "./picture.ts";
import {
  type SeriesColumns,
  seriesColumns,
  seriesOf,
} from "./series_columns.ts";
import type { ReplicaSample, RunSample } from "./run_sample.ts";
import { RowRecorder, type ServerSample } from "./row_recorder.ts";
import { SPARKLINE_SLOTS } from "./sparkline.ts";

export type { ServerSample } from "./row_recorder.ts";
export type { ReplicaSample, RunSample } from "./run_sample.ts";

/** The most points of a line. */
const POINTS_MAX = 1000;

/** The most likes servers that are listed. */
const ROWS_MAX = 100;

/**
 * The most events that are listed: half of them what went wrong or was
 * repaired, half of them everything else.
 */
const EVENTS_MAX = 40;

/** Length of sparklines to begin with, where no end is planned. */
const UNPLANNED_SECONDS = 60;

/**
 * Room for what comes after the planned end, as a share of the time until then.
 */
const DRAIN_SHARE = 0.1;

/**
 * Points of a line where its run ends as planned: as many as a wide screen has
 * pixels for.
 */
const POINTS_PLANNED = 900;

/** Measures of reads and acknowledgements, where there are any. */
export type PictureMeasures = Pick<
  RunPicture,
  "readMeasures" | "acknowledgements"
>;

/**
 * Gathers samples, events and faults; gives pictures.
 *
 * @example
 * ```ts
 * import { PictureRecorder } from "./recorder.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const recorder = new PictureRecorder({ world: "virtual", servers: 1, plannedSeconds: 10 });
 * recorder.sample(1, { generated: 14, counted: 0, stalenessSeconds: 0 });
 * recorder.sampleServer(0, 1, { state: "waiting", generated: 14, acknowledged: 0, counted: 0 });
 * const picture = recorder.picture();
 * assertEquals(picture.series.gapMax, [14]);
 * assertEquals(picture.servers[0]?.gaps.at(-1), 14);
 * ```
 */
export class PictureRecorder {
  readonly #setting: RunSetting;
  readonly #columns: SeriesColumns;
  readonly #lines: Buckets;
  readonly #rows = new Map<number, RowRecorder>();
  readonly #notable: RunEvent[] = [];
  readonly #plain: RunEvent[] = [];
  readonly #faults: FaultMark[];
  #sample: RunSample = {};
  #nowSeconds = 0;
  #stalenessSoFar: RunPicture["stalenessSoFar"];
  #measures: PictureMeasures = {};
  #verdict: Verdict | undefined;

  /**
   * @param setting The setting of the run.
   * @param faults Its planned faults.
   */
  constructor(
    setting: RunSetting,
    faults: readonly FaultMark[] = [],
  ) {
    this.#setting = setting;
    this.#faults = [...faults];
    const seconds = setting.plannedSeconds ?? 0;
    this.#columns = seriesColumns(setting);
    const widthSeconds = seconds > 0 ? seconds / POINTS_PLANNED : 0.05;
    this.#lines = new Buckets(this.#columns.keep, widthSeconds, POINTS_MAX);
  }

  /** The time of the last sample or event, in seconds. */
  get nowSeconds(): number {
    return this.#nowSeconds;
  }

  /**
   * Takes the numbers of the run at a moment.
   *
   * @param seconds The moment, since the start.
   * @param sample The numbers.
   */
  sample(seconds: number, sample: RunSample): void {
    this.#sample = sample;
    this.#nowSeconds = Math.max(this.#nowSeconds, seconds);
    this.#lines.add(seconds, ...this.#columns.values(sample));
  }

  /**
   * Takes the numbers of one likes server at a moment.
   *
   * @param id Its id.
   * @param seconds The moment, since the start.
   * @param sample Its numbers.
   */
  sampleServer(id: number, seconds: number, sample: ServerSample): void {
    const { plannedSeconds = UNPLANNED_SECONDS } = this.#setting;
    const whole = Math.max(plannedSeconds, 1) * (1 + DRAIN_SHARE);
    const row = this.#rows.get(id) ??
      new RowRecorder(id, whole / SPARKLINE_SLOTS);
    this.#rows.set(id, row);
    row.take(seconds, sample);
  }

  /**
   * Takes an event.
   *
   * @param event The event, in words.
   */
  event(event: RunEvent): void {
    const list = event.tone === "plain" ? this.#plain : this.#notable;
    list.push(event);
    if (list.length > 2 * EVENTS_MAX) {
      list.splice(0, list.length - EVENTS_MAX);
    }
  }

  /**
   * Takes a fault that was not planned.
   *
   * @param mark The fault; if it has no end, {@linkcode PictureRecorder.lift}
   * ends it.
   */
  fault(mark: FaultMark): void {
    this.#faults.push({ ...mark, unplanned: true });
  }

  /**
   * Ends an unplanned fault.
   *
   * @param seconds The time of its end.
   * @param isMeant Whether a fault is the one.
   */
  lift(seconds: number, isMeant: (mark: FaultMark) => boolean): void {
    this.#faults.forEach((mark, index) => {
      if (!mark.unplanned || mark.untilSeconds !== null) return;
      if (isMeant(mark)) {
        this.#faults[index] = { ...mark, untilSeconds: seconds };
      }
    });
  }

  /** The faults so far, planned and not. */
  get faults(): readonly FaultMark[] {
    return this.#faults;
  }

  /**
   * Takes the staleness so far.
   *
   * @param quantiles Quantiles over time, in seconds.
   */
  staleness(quantiles: NonNullable<RunPicture["stalenessSoFar"]>): void {
    const { p50, p95, p99, max } = quantiles;
    this.#stalenessSoFar = { p50, p95, p99, max };
  }

  /**
   * Takes what was measured of reads and acknowledgements so far.
   *
   * @param measures Everything that is known; it replaces what was before.
   */
  measured(measures: PictureMeasures): void {
    this.#measures = measures;
  }

  /**
   * Ends the run with the numbers of its verdict.
   *
   * @param verdict The verdict.
   */
  end(verdict: Verdict): void {
    // The rows tell the likes servers; ten thousand need not be sent twice.
    const { servers = [], ...totals } = verdict;
    this.#verdict = totals;
    const { generated, acknowledged, counted, stalenessSeconds } = totals;
    if (stalenessSeconds !== undefined) this.staleness(stalenessSeconds);
    const isDone = counted === generated;
    const { replicas, reads } = this.#sample;
    this.sample(this.#nowSeconds, {
      replicas: replicas && ended(replicas, totals),
      reads,
      generated,
      acknowledged,
      counted,
      stalenessSeconds: isDone ? 0 : this.#sample.stalenessSeconds,
      alive: 0,
    });
    for (const one of servers) {
      const id = serverId(one.name);
      const { state } = this.#rows.get(id)?.sample ?? {};
      this.sampleServer(id, this.#nowSeconds, {
        state: state === "crashed" || state === "stuck" ? state : "ended",
        generated: one.generated,
        acknowledged: one.acknowledged,
        counted: one.counted,
      });
    }
  }

  /**
   * The whole picture.
   *
   * @returns Plain data, not changed by what comes later.
   */
  picture(): RunPicture {
    const { rows, hidden } = this.#listed();
    const { seconds, columns } = this.#lines;
    const { stalenessSeconds, alive, note, replicas, reads, ...likes } =
      this.#sample;
    const spread = replicas && spreadOf(replicas);
    return {
      setting: this.#setting,
      nowSeconds: rounded(this.#nowSeconds),
      ...note !== undefined && { note },
      ...alive !== undefined && { alive },
      generated: likes.generated ?? null,
      acknowledged: likes.acknowledged ?? null,
      counted: likes.counted ?? null,
      stalenessSeconds: stalenessSeconds === undefined
        ? null
        : rounded(stalenessSeconds),
      ...this.#stalenessSoFar && { stalenessSoFar: this.#stalenessSoFar },
      ...replicas && { replicas: replicas.rows },
      ...spread !== undefined && { spread },
      ...reads && { reads },
      ...this.#measures,
      series: seriesOf(
        this.#columns,
        seconds.map(rounded),
        columns.map((column) => column.map(orNull)),
      ),
      faults: [...this.#faults],
      events: this.#events(),
      ...this.#verdict && { verdict: this.#verdict },
      servers: rows.map((row) => row.row()),
      serversHidden: hidden,
    };
  }

  #events(): RunEvent[] {
    const half = EVENTS_MAX / 2;
    return [...this.#plain.slice(-half), ...this.#notable.slice(-half)]
      .sort((one, other) => other.seconds - one.seconds);
  }

  /**
   * All rows by id; or, where there are too many, those that are furthest
   * behind.
   */
  #listed(): { rows: RowRecorder[]; hidden: number } {
    const rows = [...this.#rows.values()];
    const isTooMany = rows.length > ROWS_MAX;
    if (isTooMany) rows.sort((one, other) => other.behind - one.behind);
    const listed = rows.slice(0, ROWS_MAX);
    if (!isTooMany) listed.sort((one, other) => one.id - other.id);
    return { rows: listed, hidden: rows.length - listed.length };
  }
}

/** Sample of the replicas as they ended, from the verdict. */
function ended(sample: ReplicaSample, verdict: Verdict): ReplicaSample {
  const { replicas = [] } = verdict;
  if (replicas.length === 0) return sample;
  const living = replicas.filter(({ dead }) => !dead);
  const [lowest, highest] = extent(living, ({ counted }) => counted);
  return {
    rows: replicas.slice(0, REPLICAS_LISTED_MAX).map((one) => ({
      state: one.dead ? "down" : "up",
      counted: one.counted,
    })),
    ...{ lowest, highest },
  };
}

function spreadOf({ lowest, highest }: ReplicaSample): number | undefined {
  return lowest === undefined || highest === undefined
    ? undefined
    : highest - lowest;
}

function rounded(seconds: number): number {
  return Math.round(seconds * 10_000) / 10_000;
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : rounded(value);
}
