/**
 * Durability: how safe a report is when the primary acknowledges it.
 *
 * @module
 */

/**
 * The place of a report before its `ACK`: nowhere but in memory, in the
 * kernel, on the disk.
 */
export type Durability = "none" | "write" | "fsync";

/** All durabilities, from the weakest to the strongest. */
export const DURABILITIES: readonly Durability[] = ["none", "write", "fsync"];

/**
 * The time at risk with durability `none`: the longest that an acknowledged
 * report waits for the log, and so what a kill can take, in ms.
 */
export const UNWRITTEN_MS_MAX = 200;
