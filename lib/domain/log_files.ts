/**
 * Names of the files in the log folder of a live run.
 *
 * @module
 */

/** Name of the log of a primary that is alone. */
export const PRIMARY_LOG = "PrimaryLikesLog";

/**
 * Names the log of a primary.
 *
 * @param replica Its number where it is one of several replicas; null where it
 * is alone
 * @returns Such as `PrimaryLikesLog1`
 */
export function primaryLog(replica: number | null): string {
  return `${PRIMARY_LOG}${replica ?? ""}`;
}

/**
 * Names the lock beside that log.
 *
 * @param replica As {@linkcode primaryLog} takes it
 * @returns Such as `PrimaryLikesLog1.lock`
 */
export function primaryLock(replica: number | null): string {
  return `${primaryLog(replica)}.lock`;
}

/** Name of the lock of a primary that is alone. */
export const PRIMARY_LOCK: string = primaryLock(null);

/** Name of the parent's log. */
export const STATUS_LOG = "ParentProcessStatus";

/** Name of the lock beside it. */
export const STATUS_LOCK = "ParentProcessStatus.lock";
