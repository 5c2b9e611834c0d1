/**
 * How safe a report is when the primary acknowledges it.
 *
 * @module
 */

/**
 * Where a report must be before its `ACK`: nowhere but in memory, in the
 * kernel, on the disk.
 */
export type Durability = "none" | "write" | "fsync";

/** All durabilities, from the weakest to the strongest. */
export const DURABILITIES: readonly Durability[] = ["none", "write", "fsync"];

/**
 * With durability `none`: the longest that an acknowledged report waits for the
 * log, and so what a kill can take, in ms.
 */
export const UNWRITTEN_MS_MAX = 200;
