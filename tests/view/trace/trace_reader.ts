/**
 * A reader of Chrome trace events that knows their format and nothing else: it
 * checks what a viewer relies on.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";

/** An event as it stands in a file. */
export interface ReadEvent {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  readonly dur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly id?: number;
  readonly bp?: string;
  readonly args?: Record<string, unknown>;
}

/** A slice or a span on a row, in microseconds. */
export interface ReadSpan {
  readonly name: string;
  readonly row: string;
  readonly from: number;
  readonly to: number;
  readonly args: Record<string, unknown>;
}

/** An arrow between two slices. */
export interface ReadArrow {
  readonly from: ReadSpan;
  readonly to: ReadSpan;
}

/** A trace as a viewer has it. */
export interface ReadTrace {
  /** Slices: whole events. */
  readonly slices: readonly ReadSpan[];
  /** Spans: those that begin and end. */
  readonly spans: readonly ReadSpan[];
  readonly arrows: readonly ReadArrow[];
  readonly instants: readonly ReadEvent[];
  /** The values of each counter, in order. */
  readonly counters: ReadonlyMap<string, readonly number[]>;
  /** The names of rows, by group. */
  readonly rows: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads a file as viewers do: its array may lack its end.
 *
 * @param text The file.
 * @returns Its events.
 */
export function parseTrace(text: string): ReadEvent[] {
  const whole = text.trimEnd().replace(/,$/, "");
  return JSON.parse(whole.endsWith("]") ? whole : `${whole}]`);
}

/**
 * Reads a trace, and checks that all of it can be shown: rows have names,
 * slices and spans of a row nest, both ends of each arrow are on a slice.
 *
 * @param events Its events, in any order.
 * @returns The trace.
 */
export function readTrace(events: readonly ReadEvent[]): ReadTrace {
  const groups = new Map<number, string>();
  const names = new Map<string, string>();
  const rows = new Map<string, string[]>();
  for (const { name, ph, pid, tid, args } of events) {
    if (ph !== "M") continue;
    if (name === "process_name") groups.set(pid, String(args?.name));
    if (name !== "thread_name") continue;
    const group = groups.get(pid) ?? "";
    assert(group !== "", `group ${pid} has no name`);
    assertEquals(names.has(`${pid} ${tid}`), false);
    names.set(`${pid} ${tid}`, String(args?.name));
    rows.set(group, [...rows.get(group) ?? [], String(args?.name)]);
  }
  const rowOf = ({ pid, tid }: ReadEvent): string => {
    const name = names.get(`${pid} ${tid}`);
    assert(name !== undefined, `row ${pid} ${tid} has no name`);
    return name;
  };
  const slices: ReadSpan[] = [];
  const spans: ReadSpan[] = [];
  const instants: ReadEvent[] = [];
  const counters = new Map<string, number[]>();
  const begun = new Map<string, ReadEvent[]>();
  const starts = new Map<number, ReadEvent>();
  const ends = new Map<number, ReadEvent>();
  const byTime = events.filter(({ ph }) => ph !== "M")
    .toSorted((one, other) => one.ts - other.ts);
  for (const event of byTime) {
    const { name, ph, ts, dur = 0, args = {}, id = -1 } = event;
    assert(Number.isFinite(ts) && ts >= 0, `${name} at ${ts}`);
    switch (ph) {
      case "X":
        slices.push({ name, row: rowOf(event), from: ts, to: ts + dur, args });
        break;
      case "B": {
        const row = rowOf(event);
        begun.set(row, [...begun.get(row) ?? [], event]);
        break;
      }
      case "E": {
        const row = rowOf(event);
        const begin = begun.get(row)?.pop();
        assert(begin !== undefined, `a span of ${row} ends that has not begun`);
        assertEquals(begin.name, name);
        spans.push({ name, row, from: begin.ts, to: ts, args: begin.args! });
        break;
      }
      case "i":
        rowOf(event);
        instants.push(event);
        break;
      case "C":
        counters.set(name, [
          ...counters.get(name) ?? [],
          Number(args.likes),
        ]);
        break;
      case "s":
      case "f": {
        const known = ph === "s" ? starts : ends;
        assertEquals(known.has(id), false, `arrow ${id} twice`);
        known.set(id, event);
        if (ph === "f") assertEquals(event.bp, "e");
        break;
      }
      default:
        throw new Error(`Phase ${ph}`);
    }
  }
  assertEquals([...begun.values()].flat(), []);
  checkNesting([...slices, ...spans]);
  const at = new Map<string, ReadSpan>();
  for (const slice of slices) at.set(`${slice.row} ${slice.from}`, slice);
  const sliceAt = (event: ReadEvent): ReadSpan => {
    const slice = at.get(`${rowOf(event)} ${event.ts}`);
    assert(slice !== undefined, `arrow ${event.id} has an end in the void`);
    return slice;
  };
  assertEquals([...starts.keys()].sort(), [...ends.keys()].sort());
  const arrows = [...starts].map(([id, start]) => {
    const end = ends.get(id) as ReadEvent;
    assert(end.ts >= start.ts, `arrow ${id} goes back in time`);
    return { from: sliceAt(start), to: sliceAt(end) };
  });
  return { slices, spans, arrows, instants, counters, rows };
}

/** Of two on a row, one is within the other, or they do not touch. */
function checkNesting(spans: readonly ReadSpan[]): void {
  const open = new Map<string, number[]>();
  const byTime = spans.toSorted((one, other) =>
    one.from - other.from || other.to - one.to
  );
  for (const { name, row, from, to } of byTime) {
    const ends = open.get(row) ?? [];
    open.set(row, ends);
    while (ends.length > 0 && (ends.at(-1) as number) <= from) ends.pop();
    const around = ends.at(-1) ?? Infinity;
    assert(to <= around, `${name} of ${row} ends after what is around it`);
    ends.push(to);
  }
}
