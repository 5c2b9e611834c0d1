/**
 * The exit codes of all processes of this program.
 *
 * @module
 */

/** Exit codes of a command. */
export const Exit = {
  /** Converged, or done. */
  DONE: 0,
  /** The run did not converge, or a check failed. */
  FAILED: 1,
  /**
   * The command line is wrong or something that it needs is missing, also a
   * permission; nothing was started.
   */
  USAGE: 2,
  /** The result could not be written whole: report, history, stdout. */
  UNWRITTEN: 3,
  /** No primary answers. */
  NO_PRIMARY: 4,
  /** An error in this program (`EX_SOFTWARE` of BSD's `sysexits.h`). */
  INTERNAL: 70,
  /** Interrupted: 128 and the number of SIGINT, as a shell reports it. */
  INTERRUPTED: 130,
} as const;

/** Exit codes of a likes server or a reader, for its parent alone. */
export const WorkerExit = {
  /** Every like was acknowledged; of a reader: it has read to the end. */
  DELIVERED: 0,
  /** The parent has gone. */
  PARENT_GONE: 1,
  /** The process could not start. */
  CANNOT_START: 2,
  /** Likes were not acknowledged in time. */
  UNDELIVERED: 3,
} as const;
