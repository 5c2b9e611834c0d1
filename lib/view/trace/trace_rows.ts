/**
 * Rows of a trace, with slices, instants, spans and arrows on them.
 *
 * Source: "Trace Event Format", Google, in its form of a JSON array.
 *
 * @module
 */

/** The length of a slice, in microseconds. */
const SLICE_US = 3;

/** One event of the Trace Event Format. */
export interface TraceEvent {
  /** The name that is shown. */
  readonly name: string;
  /**
   * The phase: `M` metadata, `X` a slice, `B` and `E` the beginning and the end
   * of a span, `i` an instant, `s` and `f` the two ends of an arrow, `C` a
   * counter.
   */
  readonly ph: "M" | "X" | "B" | "E" | "i" | "s" | "f" | "C";
  /** Microseconds since the first likes server started. */
  readonly ts?: number;
  /** Microseconds that a slice takes. */
  readonly dur?: number;
  /** A group of rows. */
  readonly pid: number;
  /** A row. */
  readonly tid?: number;
  /** A category to filter by: `message`, `event` or `fault`. */
  readonly cat?: string;
  /** The number of an arrow, the same at both of its ends. */
  readonly id?: number;
  /** The end of an arrow is at the slice that is around it. */
  readonly bp?: "e";
  /** The scope of an instant: its row. */
  readonly s?: "t";
  /** More about it. */
  readonly args?: Readonly<Record<string, unknown>>;
}

/** A row of the trace. */
export interface Row {
  /** The group that it is in. */
  readonly pid: number;
  /** The number of the row. */
  readonly tid: number;
}

/** Further fields of an event. */
export type TraceArguments = Readonly<Record<string, unknown>>;

/** Writes the rows of a trace and what is on them. */
export class TraceRows {
  readonly #write: (event: TraceEvent) => void;
  readonly #rows = new Map<string, Row>();
  /** Spans that have begun on each row, by their names. */
  readonly #spans = new Map<Row, string>();
  #arrows = 0;

  /**
   * @param groups The names of the groups of rows, which the format calls
   * processes; they have the numbers 1, 2, …
   * @param write Is given each trace event.
   */
  constructor(
    groups: readonly string[],
    write: (event: TraceEvent) => void,
  ) {
    this.#write = write;
    for (const [i, name] of groups.entries()) {
      const pid = i + 1;
      this.#tell("process_name", { pid }, { name });
      this.#tell("process_sort_index", { pid }, { sort_index: pid });
    }
  }

  /**
   * A row, which is made when it is first asked for.
   *
   * @param key What it is known by.
   * @param pid The number of its group.
   * @param name The name that is shown.
   * @param order Its place in the group.
   * @returns The row.
   */
  row(key: string, pid: number, name: string, order: number): Row {
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    const row = { pid, tid: this.#rows.size + 1 };
    this.#rows.set(key, row);
    this.#tell("thread_name", row, { name });
    this.#tell("thread_sort_index", row, { sort_index: Math.abs(order) });
    return row;
  }

  /**
   * Writes a slice: a message at one of its ends.
   *
   * @param name The name that is shown.
   * @param row Its row.
   * @param ts When, in microseconds.
   * @param args More about it.
   */
  slice(name: string, row: Row, ts: number, args: TraceArguments): void {
    this.#write({
      ...{ name, ph: "X", cat: "message", ts, dur: SLICE_US, ...row },
      args,
    });
  }

  /**
   * Writes an instant.
   *
   * @param name The name that is shown.
   * @param row Its row.
   * @param ts When, in microseconds.
   * @param cat The category to filter by.
   * @param args More about it.
   */
  instant(
    name: string,
    row: Row,
    ts: number,
    cat: string,
    args: TraceArguments = {},
  ): void {
    this.#write({ name, ph: "i", s: "t", cat, ts, ...row, args });
  }

  /**
   * Writes an arrow between two slices.
   *
   * @param name The name that is shown.
   * @param from The row that it begins at.
   * @param fromUs When, in microseconds.
   * @param to The row that it ends at.
   * @param toUs When, in microseconds.
   */
  arrow(name: string, from: Row, fromUs: number, to: Row, toUs: number): void {
    const id = ++this.#arrows;
    const both = { name, cat: "message", id };
    this.#write({ ...both, ph: "s", ts: fromUs, ...from });
    this.#write({
      ...{ ...both, ph: "f", bp: "e", ts: Math.max(fromUs, toUs) },
      ...to,
    });
  }

  /**
   * Begins a span; one that has begun on the row ends.
   *
   * @param row Its row.
   * @param name The name that is shown.
   * @param ts When, in microseconds.
   * @param args More about it.
   */
  begin(row: Row, name: string, ts: number, args: TraceArguments): void {
    this.end(row, ts);
    this.#spans.set(row, name);
    this.#write({ name, ph: "B", cat: "fault", ts, ...row, args });
  }

  /**
   * Ends the span of a row, if there is one.
   *
   * @param row The row.
   * @param ts When, in microseconds.
   * @returns Whether there was one.
   */
  end(row: Row, ts: number): boolean {
    const name = this.#spans.get(row);
    if (name === undefined) return false;
    this.#spans.delete(row);
    this.#write({ name, ph: "E", cat: "fault", ts, ...row });
    return true;
  }

  /**
   * Ends all spans.
   *
   * @param ts When, in microseconds.
   */
  endAll(ts: number): void {
    for (const row of [...this.#spans.keys()]) this.end(row, ts);
  }

  /**
   * Writes the value of a counter.
   *
   * @param name The name that is shown.
   * @param pid The group that it is in.
   * @param ts When, in microseconds.
   * @param args The value, by its unit.
   */
  counter(name: string, pid: number, ts: number, args: TraceArguments): void {
    this.#write({ name, ph: "C", ts, pid, args });
  }

  #tell(
    name: string,
    row: { readonly pid: number; readonly tid?: number },
    args: TraceArguments,
  ): void {
    this.#write({ name, ph: "M", ...row, args });
  }
}
