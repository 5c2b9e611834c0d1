/**
 * The lines of a run as columns of a table of points: which there are depends
 * on how many replicas and readers a run has.
 *
 * @module
 */
import type { Keep } from "./buckets.ts";
import {
  REPLICA_LINES_MAX,
  type RunSeries,
  type RunSetting,
} from "./picture.ts";
import type { ReplicaSample, RunSample } from "./run_sample.ts";

/** The columns of the lines of a run. */
export interface SeriesColumns {
  /** The value that each column keeps of those of one point. */
  readonly keep: readonly Keep[];
  /** Names of the series, but for those of single replicas, which come last. */
  readonly names: readonly (keyof RunSeries)[];
  /**
   * The value for each column.
   *
   * @param sample The numbers of the run at a moment.
   * @returns Values; `NaN` where one is not known.
   */
  readonly values: (sample: RunSample) => number[];
}

type Columns = readonly (readonly [name: keyof RunSeries, keep: Keep])[];

const EVERY: Columns = [
  ["generated", "last"],
  ["counted", "last"],
  ["gapMin", "min"],
  ["gapMax", "max"],
  ["staleness", "max"],
];
const OF_REPLICAS: Columns = [
  ["lowest", "min"],
  ["highest", "max"],
  ["spread", "max"],
];
const OF_READS: Columns = [
  ["readsJudged", "last"],
  ["readsFresh", "last"],
];

/**
 * The columns of a run: those of every run, those of replicas if there are
 * several, those of reads if there are readers, one for each replica if these
 * are few.
 *
 * @param setting The setting of the run.
 * @returns The columns.
 */
export function seriesColumns(
  { replicas = 1, readers = 0 }: RunSetting,
): SeriesColumns {
  const areMany = replicas > 1;
  const lines = areMany && replicas <= REPLICA_LINES_MAX ? replicas : 0;
  const columns = [
    ...EVERY,
    ...areMany ? OF_REPLICAS : [],
    ...readers > 0 ? OF_READS : [],
  ];
  return {
    keep: [
      ...columns.map(([, keep]) => keep),
      ...Array<Keep>(lines).fill("last"),
    ],
    names: columns.map(([name]) => name),
    values: (sample) => {
      const { generated = NaN, counted = NaN, stalenessSeconds = NaN } = sample;
      const gap = generated - counted;
      const values = [generated, counted, gap, gap, stalenessSeconds];
      if (areMany) values.push(...valuesOfReplicas(sample.replicas));
      if (readers > 0) {
        const { judged = NaN, fresh = NaN } = sample.reads ?? {};
        values.push(judged, fresh);
      }
      for (let replica = 0; replica < lines; replica++) {
        const row = sample.replicas?.rows[replica];
        values.push(
          row === undefined || row.state === "down" ? NaN : row.counted ?? NaN,
        );
      }
      return values;
    },
  };
}

function valuesOfReplicas(sample: ReplicaSample | undefined): number[] {
  const { lowest = NaN, highest = NaN } = sample ?? {};
  return [lowest, highest, highest - lowest];
}

/**
 * Columns as lines.
 *
 * @param columns Their names.
 * @param seconds The time of each point.
 * @param values The values of each column.
 * @returns The lines.
 */
export function seriesOf(
  { names }: SeriesColumns,
  seconds: number[],
  values: readonly (number | null)[][],
): RunSeries {
  const series: Record<string, (number | null)[]> = { seconds };
  names.forEach((name, column) => series[name] = values[column] ?? []);
  const replicas = values.slice(names.length);
  return {
    ...series as unknown as RunSeries, // All names were set above.
    ...replicas.length > 0 && { replicas },
  };
}
