/**
 * The verdict in words and in cells of tables, the same on a terminal, in a
 * report and on a page. A column of its table stands here and nowhere else.
 *
 * @module
 */
import { grouped } from "../verdict/explain.ts";
import type { Distribution } from "../verdict/histogram.ts";
import {
  isServerWell,
  type ServerVerdict,
  type StoppedRun,
  type Verdict,
} from "../verdict/verdict.ts";
import {
  amountPerLike,
  formatCount,
  formatNumber,
  formatSeconds,
  quantity,
} from "./numbers.ts";

/** The columns of the table of likes servers: a heading and a number. */
const COLUMNS = [
  ["generated", "generated"],
  ["acknowledged", "acknowledged"],
  ["counted", "counted"],
  ["undelivered", "undelivered"],
  ["lost", "lost"],
  ["counted twice", "countedTwice"],
  ["discarded", "discarded"],
  ["exit", "exit"],
] as const satisfies readonly (readonly [string, keyof ServerVerdict])[];

/** Columns that not every run has. */
const OPTIONAL: readonly (keyof ServerVerdict)[] = ["discarded", "exit"];

/** A likes server in the table of a verdict. */
export interface VerdictRow {
  /** Name of the likes server, `LikesServer3`. */
  readonly name: string;
  /** A text for each heading. */
  readonly cells: readonly string[];
  /** Whether it could not be run, discarded draws, or likes went wrong. */
  readonly isWrong: boolean;
}

/** The table of a verdict. */
export interface VerdictRows {
  /** Headings of the columns behind the name. */
  readonly headings: readonly string[];
  /** The likes servers that are listed. */
  readonly servers: readonly VerdictRow[];
  /** The number of those not listed, in words; empty where all are. */
  readonly unlisted: string;
  /** The totals of all likes servers, listed or not. */
  readonly totals: readonly string[];
}

/**
 * Lists the likes servers of a verdict.
 *
 * @param verdict The verdict on a run.
 * @param rowsMax The most that are listed; where there are more, only those
 * whose likes are not all at the primary, each once, are.
 * @returns The cells of a table.
 */
export function verdictRows(verdict: Verdict, rowsMax: number): VerdictRows {
  const { servers = [] } = verdict;
  const wrong = servers.filter((server) => !isServerWell(server));
  const listed = (servers.length <= rowsMax ? servers : wrong)
    .slice(0, rowsMax);
  const columns = COLUMNS.filter(([, field]) =>
    !OPTIONAL.includes(field) || listed.some((one) => one[field] !== undefined)
  );
  const totals: Omit<ServerVerdict, "name" | "notRun"> = verdict;
  const unlisted = servers.length - listed.length;
  return {
    headings: columns.map(([heading]) => heading),
    servers: listed.map((server) => ({
      name: server.name,
      cells: columns.map(([, field]) => formatCount(server[field])),
      isWrong: !isServerWell(server),
    })),
    unlisted: unlisted === 0
      ? ""
      : wrong.length > listed.length
      ? `${grouped(wrong.length - listed.length)} more with something wrong`
      : `${quantity(unlisted, "other")} with nothing wrong`,
    totals: columns.map(([, field]) =>
      field === "exit" ? "" : formatCount(totals[field])
    ),
  };
}

/** Columns of {@linkcode measureRows}. */
export const MEASURE_HEADINGS = ["mean", "p50", "p95", "p99", "max"] as const;

/** A measure: its name with its unit, a text for each heading. */
export type MeasureRow = [name: string, ...cells: string[]];

/**
 * The quantities that a verdict measures: over time, over draws, over reads.
 *
 * @param verdict The verdict on a run.
 * @returns For each that is known its name with its unit, and a text for each
 * of {@linkcode MEASURE_HEADINGS}.
 */
export function measureRows(verdict: Verdict): MeasureRow[] {
  return [...timeMeasureRows(verdict), ...readMeasureRows(verdict)];
}

/**
 * The quantities that are about what replicas hold.
 *
 * @param verdict The verdict on a run.
 * @returns Rows as of {@linkcode measureRows}.
 */
export function timeMeasureRows(verdict: Verdict): MeasureRow[] {
  return rowsOf([
    ["divergence, likes", verdict.divergence],
    ["staleness, seconds", verdict.stalenessSeconds],
    ["spread of replicas, likes", verdict.spread],
    ["propagation, seconds, over draws", verdict.propagationSeconds],
  ]);
}

/**
 * The quantities that are about acknowledgements and reads.
 *
 * @param verdict The verdict on a run, or what is known of it so far.
 * @returns Rows as of {@linkcode measureRows}.
 */
export function readMeasureRows(
  { acknowledgementSeconds, reads }: Partial<Verdict>,
): MeasureRow[] {
  return rowsOf([
    ["acknowledgement, seconds, over draws", acknowledgementSeconds],
    ["behind, versions, over stale reads", reads?.behindVersions],
    ["behind, seconds, over stale reads", reads?.behindSeconds],
    ["latency, seconds, over reads", reads?.seconds],
  ]);
}

function rowsOf(
  measures: readonly [name: string, measure: Distribution | undefined][],
): MeasureRow[] {
  return measures.flatMap(([name, measure]) =>
    measure === undefined ? [] : [[
      name,
      ...MEASURE_HEADINGS.map((heading) => formatNumber(measure[heading])),
    ]]
  );
}

/**
 * The word of a verdict.
 *
 * @param verdict The verdict on a run.
 * @returns `CONVERGED`, `NOT CONVERGED`, or `NOT KNOWN` where the primary did
 * not tell what it counted.
 */
export function verdictWord({ converged }: Verdict): string {
  if (converged === undefined) return "NOT KNOWN";
  return converged ? "CONVERGED" : "NOT CONVERGED";
}

/**
 * The convergence time of a run.
 *
 * @param verdict The verdict on a run.
 * @returns Such as `0.8 s`; `never`; a dash where it is not known.
 */
export function convergenceText({ convergenceSeconds }: Verdict): string {
  return convergenceSeconds === null
    ? "never"
    : formatSeconds(convergenceSeconds);
}

/**
 * Says that a run was cut short, and that its command does more than it did: no
 * flag can say when somebody stopped it.
 *
 * @param stopped The moment at which it was cut short.
 * @returns The line above the command.
 */
export function describeStop(
  { afterSeconds, plannedSeconds }: StoppedRun,
): string {
  return `after ${formatSeconds(afterSeconds)} of ${
    formatSeconds(plannedSeconds)
  }: the command below does the whole run, which begins the same`;
}

/** A cost of a run: its field, and its name for one and for several. */
const COSTS = [
  ["reports", "report", "reports"],
  ["messages", "message", "messages"],
  ["bytes", "byte", "bytes"],
  ["retries", "retry", "retries"],
  ["duplicates", "duplicate", "duplicates"],
  ["rejected", "rejected", "rejected"],
] as const satisfies readonly (readonly [keyof Verdict, string, string])[];

/**
 * The cost of a run, as far as it is known.
 *
 * @param verdict The verdict on the run.
 * @returns Each cost in all and per like, in one line; empty where none is
 * known.
 */
export function describeCost(verdict: Verdict): string {
  return COSTS
    .flatMap(([field, one, many]) => {
      const amount = verdict[field];
      return amount === undefined
        ? []
        : [amountPerLike(amount, verdict.generated, one, many)];
    }).join(", ");
}
