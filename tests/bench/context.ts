/**
 * The surroundings of every part of the benchmark.
 *
 * @module
 */

import { type Row, Skipped, type Table } from "./results.ts";
import { formatHead, formatRow } from "./table.ts";

/** The settings of a benchmark, and its folder. */
export interface BenchContext {
  /**
   * Whether loads are short: to see that everything works, not to quote
   * numbers.
   */
  readonly isQuick: boolean;
  /** Whether the rows that take many minutes are measured as well. */
  readonly isLong: boolean;
  /**
   * The number of measurements of each thing after its warm-up, where a part
   * has no number of its own.
   */
  readonly runs: number;
  /** The planned time of one load, in seconds. */
  readonly loadSeconds: number;
  /** A folder of the benchmark's own; it is removed at the end. */
  readonly folder: string;
  /** Whether a row was asked for. */
  wants(name: string): boolean;
  /** Tells what is going on. */
  note(text: string): void;
  /** Shows lines of a result as soon as it is there, each with its LF. */
  show(lines: string): void;
}

/** A row to be measured. */
export interface RowPlan {
  /** The part's name. */
  readonly name: string;
  /** Measures it; throws `Skipped` where this machine cannot. */
  measure(): Promise<Omit<Row, "name">>;
}

/**
 * Measures the rows that were asked for, one after the other, and shows each as
 * soon as it was measured.
 *
 * @param context How.
 * @param title What the rows are about.
 * @param plans All rows.
 * @returns The rows measured, and those that could not be.
 */
export async function measureRows(
  context: BenchContext,
  title: string,
  plans: readonly RowPlan[],
): Promise<Table> {
  const wanted = plans.filter(({ name }) => context.wants(name));
  if (wanted.length > 0) context.show(formatHead(title));
  const rows: Row[] = [];
  for (const plan of wanted) {
    context.note(plan.name);
    const row = await measureRow(plan);
    context.show(formatRow(row));
    rows.push(row);
  }
  return { title, rows };
}

async function measureRow({ name, measure }: RowPlan): Promise<Row> {
  try {
    return { name, ...await measure() };
  } catch (error) {
    if (!(error instanceof Skipped)) throw error;
    return { name, skipped: error.message };
  }
}

/** One of those that are measured in turns. */
export interface Contender {
  /** Measures once. */
  measure(): Promise<number>;
}

/**
 * Measures several things in turns, so that whatever slows the machine for a
 * while slows all of them. Who begins changes from round to round.
 *
 * @param contenders What is measured; each was warmed up.
 * @param runs How many rounds.
 * @returns The values of each contender, in the order of the rounds.
 */
export async function inTurns(
  contenders: readonly Contender[],
  runs: number,
): Promise<number[][]> {
  const values = contenders.map((): number[] => []);
  for (let round = 0; round < runs; round++) {
    for (let turn = 0; turn < contenders.length; turn++) {
      const index = (round + turn) % contenders.length;
      const value = await contenders[index]?.measure();
      if (value !== undefined) values[index]?.push(value);
    }
  }
  return values;
}
