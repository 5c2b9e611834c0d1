/**
 * The part of a run that a violated invariant is about.
 *
 * @module
 */

/** The part of a run that an invariant is about; left out: it is not known. */
export interface ViolationSubject {
  /** A likes server. */
  readonly server?: number;
  /** A replica. */
  readonly replica?: number;
  /** A reader. */
  readonly reader?: number;
  /** The number of a read, of the reader or of the likes server. */
  readonly read?: number;
}
