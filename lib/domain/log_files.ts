/**
 * Names of the files in the log folder of a live run.
 *
 * @module
 */

/** Name of the primary's log. */
export const PRIMARY_LOG = "PrimaryLikesLog";

/** Name of the lock beside it. */
export const PRIMARY_LOCK = "PrimaryLikesLog.lock";

/** Name of the parent's log. */
export const STATUS_LOG = "ParentProcessStatus";

/** Name of the lock beside it. */
export const STATUS_LOCK = "ParentProcessStatus.lock";
