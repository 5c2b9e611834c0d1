/**
 * What people look at: progress while a run goes on, tables when it has ended. Text only; where it goes to is
 * the caller's.
 *
 * @module
 */
export { type Tone, toned } from "./colour.ts";
export { alignColumns } from "./columns.ts";
export {
  type CompareRow,
  compareTable,
  type CompareTableOptions,
  quantileOf,
} from "./compare_table.ts";
export {
  formatNumber,
  formatSeconds,
  formatShare,
  UNKNOWN,
} from "./numbers.ts";
export {
  describeRun,
  Progress,
  type ProgressOptions,
  type RunProgress,
} from "./progress.ts";
export {
  verdictTable,
  type VerdictTableOptions,
  verdictWord,
} from "./verdict_table.ts";
