// deno-lint-ignore-file no-console
/**
 * The load of `yardsticks/pipelined_load.c`, for machines without a C
 * compiler. It takes more of the machine than the program in C, so the primary
 * is measured slower than it is.
 *
 * usage: deno run --allow-net=127.0.0.1 pipelined_load.ts PORT CONNECTIONS
 * REPORTS_PER_CONNECTION DEPTH [mark]
 *
 * @module
 */

import { encodeFields } from "../../lib/protocol/report.ts";
import { ReportFields } from "../../lib/protocol/validator.ts";

const LF = 0x0a;
const ACK_FIRST = "A".charCodeAt(0);
const LINE_BYTES_MAX = 96;

/** The answers on one connection. */
interface Answers {
  readonly acks: number;
  readonly others: number;
}

/** The messages that are sent on every connection. */
interface LoadOptions {
  readonly port: number;
  readonly reports: number;
  readonly depth: number;
  readonly isMarked: boolean;
}

/**
 * Writes the next reports of a likes server, LF-ended; returns the bytes that
 * they take.
 */
function nextBatch(
  fields: ReportFields,
  state: { seq: number; total: number },
  { depth, isMarked }: LoadOptions,
  into: Uint8Array,
): number {
  let at = 0;
  for (let i = 0; i < depth; i++) {
    fields.likes = (state.seq * 7 + fields.server) % 43;
    state.seq++;
    state.total += fields.likes;
    if (isMarked) {
      fields.seq = state.seq;
      fields.total = state.total;
    }
    at += encodeFields(fields, into, at);
    into[at++] = LF;
  }
  return at;
}

async function load(server: number, options: LoadOptions): Promise<Answers> {
  const { port, reports, depth } = options;
  const fields = new ReportFields();
  fields.server = server;
  const [high = 0, low = 0] = crypto.getRandomValues(new Int32Array(2));
  if (options.isMarked) {
    Object.assign(fields, { sessionHigh: high, sessionLow: low });
  }
  const state = { seq: 0, total: 0 };
  const batch = new Uint8Array(depth * LINE_BYTES_MAX);
  const replies = new Uint8Array(65_536);
  let acks = 0;
  let others = 0;
  let isLineStart = true;
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  connection.setNoDelay(true);
  for (let sent = 0; sent + depth <= reports; sent += depth) {
    const end = nextBatch(fields, state, options, batch);
    for (let at = 0; at < end;) {
      at += await connection.write(batch.subarray(at, end));
    }
    for (let need = depth; need > 0;) {
      const count = await connection.read(replies);
      if (count === null) return { acks, others };
      for (let i = 0; i < count; i++) {
        if (isLineStart) replies[i] === ACK_FIRST ? acks++ : others++;
        isLineStart = replies[i] === LF;
        if (isLineStart) need--;
      }
    }
  }
  return { acks, others };
}

const [port = 0, connections = 0, reports = 0, depth = 0] = Deno.args
  .slice(0, 4).map(Number);
const options = { port, reports, depth, isMarked: Deno.args.length > 4 };
const beganMs = performance.now();
const answers = await Promise.all(
  Array.from({ length: connections }, (_, server) => load(server, options)),
);
const seconds = (performance.now() - beganMs) / 1000;
const acks = answers.reduce((sum, one) => sum + one.acks, 0);
const others = answers.reduce((sum, one) => sum + one.others, 0);
console.log(
  `depth ${depth} ok ${acks} other ${others} in ${seconds.toFixed(2)}s = ${
    (acks / seconds).toFixed(0)
  }/s`,
);
