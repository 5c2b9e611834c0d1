/**
 * The line protocol between a likes server and the primary: reports, queries
 * and replies, and the rules that both sides judge them by.
 *
 * This room is pure: no I/O, no clock, no randomness.
 *
 * @module
 */

export * from "./codes.ts";
export {
  encodeEntry,
  EntryFields,
  isSkipped,
  LIKES_UNKNOWN,
  parseEntry,
  validateEntry,
} from "./entries.ts";
export { escapeBytes } from "./escape.ts";
export { LineFramer, NO_LINE } from "./framing.ts";
export { isHttpRequest } from "./http_request.ts";
export {
  COUNTERS,
  isExchange,
  parseQuery,
  type Query,
  READ,
  STATS,
} from "./queries.ts";
export {
  ACK,
  type Entry,
  formatEntry,
  formatGap,
  formatRefusal,
  formatTotal,
  NAK_BUSY,
  NAK_CLOSING,
  NAK_FULL,
  parseReply,
  type Reply,
} from "./replies.ts";
export {
  decodeReport,
  encodeFields,
  encodeNumber,
  encodeReport,
  formatSession,
  type Mark,
  parseSession,
  type Report,
  type ReportOptions,
  serverId,
  serverName,
} from "./report.ts";
export {
  formatSync,
  parseSync,
  PULL,
  PUSH,
  PUSH_PULL,
  SYNC,
  SYNC_ENTRIES_MAX,
  SYNC_STYLES,
  SYNCED,
  SyncFields,
  SyncReceipt,
} from "./sync.ts";
export { formatRepair, parseRepair, REPAIR } from "./repair.ts";
export {
  parseReport,
  ReportFields,
  validateAddition,
  validateFields,
  validateLine,
  validateSuccession,
} from "./validator.ts";
