/**
 * The options of a live run.
 *
 * @module
 */

import type { RunCommandOptions } from "../../options/run_options.ts";

/** A live run: of `parent`, `start`, `compare --live` or a storm. */
export interface LiveRunOptions extends RunCommandOptions {
  /** The primary's port; with `start` the first one to try. */
  readonly port: number;
  /** The folder of the log files. */
  readonly logDir: string;
  /**
   * Whether a likes server that a foreign signal has killed is started again.
   */
  readonly restart: boolean;
  /** The file of the history. */
  readonly history?: string;
  /**
   * The first port to try for a page that shows the run; left out: there is
   * none.
   */
  readonly dashboardPort?: number;
  /** The file of a report on the run. */
  readonly report?: string;
}
