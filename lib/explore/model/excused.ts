/**
 * Draws that may be forgotten: those made before a primary was killed that
 * forgets. One made since brings all before it again, in a mode with a mark.
 *
 * @module
 */

import type { Layout } from "./layout.ts";
import { seqAt } from "./saved_row.ts";

/** The place in a row that the rules do not know. */
const EXCUSED = 7;

/**
 * All draws that were made so far may be forgotten by the replica that reports
 * of a row go to.
 *
 * @param bytes The state.
 * @param row The place of the row.
 */
export function excuse(bytes: Uint8Array, row: number): void {
  bytes[row + EXCUSED] = seqAt(bytes, row);
}

/**
 * Up to which draw all may be forgotten by the replica that reports of a row go
 * to.
 *
 * @param bytes The state.
 * @param row The place of the row.
 * @returns The seq; 0 where no replica was killed that forgets.
 */
export function excusedSeqAt(bytes: Uint8Array, row: number): number {
  return bytes[row + EXCUSED] as number;
}

/**
 * Up to which draw all may be forgotten by any replica.
 *
 * @param bytes The state.
 * @param layout The places of everything.
 * @param server The likes server.
 * @returns The seq; 0 where no replica was killed that forgets.
 */
export function excusedSeqOf(
  bytes: Uint8Array,
  layout: Layout,
  server: number,
): number {
  let excused = 0;
  for (let row = 0; row < layout.rows; row++) {
    const seq = excusedSeqAt(bytes, layout.row(server, row));
    if (seq > excused) excused = seq;
  }
  return excused;
}
