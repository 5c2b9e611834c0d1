/**
 * The changes of a picture since the one before: a page that has the one needs
 * no more to have the other.
 *
 * @module
 */
import {
  READ_SERIES_NAMES,
  REPLICA_SERIES_NAMES,
  type RunPicture,
  type RunSeries,
  SERIES_NAMES,
  type ServerRow,
} from "./picture.ts";

/** A picture but for the points of its lines that have not changed. */
export interface PictureUpdate extends Omit<RunPicture, "setting"> {
  /**
   * Index of the first point in `series`: those before it stay, all from it on
   * are replaced.
   */
  readonly seriesFrom: number;
}

/**
 * Brings a picture up to date.
 *
 * @param picture The picture before.
 * @param update The changes since.
 * @returns The picture now.
 */
export function updatePicture(
  picture: RunPicture,
  update: PictureUpdate,
): RunPicture {
  const { seriesFrom, series, servers, ...others } = update;
  return {
    ...others,
    setting: picture.setting,
    series: spliced(picture.series, series, seriesFrom),
    servers: withKnownGaps(servers, picture.servers),
  };
}

type Line = readonly (number | null)[];

const NAMES = [
  "seconds",
  ...SERIES_NAMES,
  ...REPLICA_SERIES_NAMES,
  ...READ_SERIES_NAMES,
] as const;

function spliced(
  before: RunSeries,
  after: RunSeries,
  from: number,
): RunSeries {
  const both = (one: Line = [], other: Line) => [
    ...one.slice(0, from),
    ...other,
  ];
  const series: Record<string, Line> = {};
  for (const name of NAMES) {
    const line = after[name];
    if (line !== undefined) series[name] = both(before[name], line);
  }
  return {
    ...series as unknown as RunSeries, // All names were set above.
    ...after.replicas && {
      replicas: after.replicas.map((line, replica) =>
        both(before.replicas?.[replica], line)
      ),
    },
  };
}

function withKnownGaps(
  rows: readonly ServerRow[],
  before: readonly ServerRow[],
): ServerRow[] {
  const known = new Map(before.map(({ id, gaps }) => [id, gaps]));
  return rows.map((row) => {
    const gaps = row.gaps ?? known.get(row.id);
    return gaps === undefined ? row : { ...row, gaps };
  });
}
