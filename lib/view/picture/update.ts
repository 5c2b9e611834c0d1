/**
 * The changes of a picture since the one before: a page that has the one needs
 * no more to have the other.
 *
 * @module
 */
import {
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

function spliced(
  before: RunSeries,
  after: RunSeries,
  from: number,
): RunSeries {
  const series: Record<string, (number | null)[]> = {};
  for (const name of ["seconds", ...SERIES_NAMES] as const) {
    series[name] = [...before[name].slice(0, from), ...after[name]];
  }
  return series as unknown as RunSeries; // All names were set above.
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
