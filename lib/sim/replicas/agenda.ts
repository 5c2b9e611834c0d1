/**
 * Agenda of the events that are not those of likes servers: a priority queue.
 *
 * @module
 */

import { NEVER } from "../../domain/ticks.ts";

const FIRST_EVENTS = 64;

/**
 * Numbers of events by tick; those of one tick in the order in which they were
 * filed, last ones behind all others. What is filed for a tick beyond the end
 * of time is filed for the last one, as NEVER means that there is nothing.
 *
 * A binary heap, and a queue beside it for the events of the present tick: with
 * messages that take no time most are of that kind, and none of them can come
 * before what the heap holds for the tick.
 *
 * @example Usage
 * ```ts
 * import { Agenda } from "./agenda.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const agenda = new Agenda();
 * agenda.file(200, 7);
 * agenda.file(100, 5);
 * agenda.file(200, 6);
 * assertEquals([agenda.take(), agenda.take(), agenda.now], [5, 7, 200]);
 * ```
 */
export class Agenda {
  /** The tick of the event taken last. */
  now = 0;
  /** Serial number of the event taken last, as {@linkcode file} told. */
  serial = 0;

  // The heap, by tick and serial:
  #ticks = new Int32Array(FIRST_EVENTS);
  #serials = new Float64Array(FIRST_EVENTS);
  #events = new Int32Array(FIRST_EVENTS);
  #size = 0;
  // The events of the present tick, in a ring:
  #present = new Int32Array(FIRST_EVENTS);
  #presentSerials = new Float64Array(FIRST_EVENTS);
  #first = 0;
  #waiting = 0;

  #filed = 0;

  /** Whether nothing is to happen. */
  get isEmpty(): boolean {
    return this.#size + this.#waiting === 0;
  }

  /** The tick of the next event, NEVER if there is none. */
  get nextTick(): number {
    if (this.#waiting > 0) return this.now;
    return this.#size === 0 ? NEVER : this.#ticks[0] as number;
  }

  /**
   * Files an event.
   *
   * @param tick For when, not before {@linkcode now}.
   * @param event Its number, of 32 bits.
   * @returns A number that no other event has.
   */
  file(tick: number, event: number): number {
    const serial = ++this.#filed;
    if (tick === this.now) this.#append(event, serial);
    else this.#push(tick, serial, event);
    return serial;
  }

  /**
   * Files an event behind all others of its tick.
   *
   * @param tick For when, after {@linkcode now}.
   * @param event Its number, of 32 bits.
   * @returns A number that no other event has.
   */
  fileLast(tick: number, event: number): number {
    const serial = LAST + ++this.#filed;
    this.#push(tick, serial, event);
    return serial;
  }

  /**
   * Takes the next event out; there is one.
   *
   * @returns Its number.
   */
  take(): number {
    const isPresent = this.#waiting > 0 && !(
      this.#size > 0 && this.#ticks[0] === this.now &&
      this.#serials[0]! < LAST
    );
    return isPresent ? this.#shift() : this.#pop();
  }

  #append(event: number, serial: number): void {
    if (this.#waiting === this.#present.length) this.#growPresent();
    const at = (this.#first + this.#waiting++) & (this.#present.length - 1);
    this.#present[at] = event;
    this.#presentSerials[at] = serial;
  }

  #shift(): number {
    const at = this.#first;
    this.#first = (at + 1) & (this.#present.length - 1);
    this.#waiting--;
    this.serial = this.#presentSerials[at] as number;
    return this.#present[at] as number;
  }

  #push(plannedTick: number, serial: number, event: number): void {
    if (this.#size === this.#ticks.length) this.#growHeap();
    const tick = Math.min(plannedTick, NEVER - 1);
    const ticks = this.#ticks;
    const serials = this.#serials;
    const events = this.#events;
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const parentTick = ticks[parent] as number;
      if (parentTick < tick) break;
      if (parentTick === tick && serials[parent]! < serial) break;
      ticks[at] = parentTick;
      serials[at] = serials[parent] as number;
      events[at] = events[parent] as number;
      at = parent;
    }
    ticks[at] = tick;
    serials[at] = serial;
    events[at] = event;
  }

  #pop(): number {
    const ticks = this.#ticks;
    const serials = this.#serials;
    const events = this.#events;
    this.now = ticks[0] as number;
    this.serial = serials[0] as number;
    const event = events[0] as number;
    const size = --this.#size;
    const tick = ticks[size] as number;
    const serial = serials[size] as number;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      let childTick = ticks[child] as number;
      if (child + 1 < size) {
        const other = ticks[child + 1] as number;
        const isLess = other < childTick || other === childTick &&
            serials[child + 1]! < serials[child]!;
        if (isLess) {
          child++;
          childTick = other;
        }
      }
      if (tick < childTick) break;
      if (tick === childTick && serial < serials[child]!) break;
      ticks[at] = childTick;
      serials[at] = serials[child] as number;
      events[at] = events[child] as number;
      at = child;
    }
    ticks[at] = tick;
    serials[at] = serial;
    events[at] = events[size] as number;
    return event;
  }

  #growHeap(): void {
    const length = 2 * this.#size;
    const { ticks, serials, events } = {
      ticks: new Int32Array(length),
      serials: new Float64Array(length),
      events: new Int32Array(length),
    };
    ticks.set(this.#ticks);
    serials.set(this.#serials);
    events.set(this.#events);
    this.#ticks = ticks;
    this.#serials = serials;
    this.#events = events;
  }

  #growPresent(): void {
    const length = this.#present.length;
    const present = new Int32Array(2 * length);
    const serials = new Float64Array(2 * length);
    for (let i = 0; i < length; i++) {
      const at = (this.#first + i) & (length - 1);
      present[i] = this.#present[at] as number;
      serials[i] = this.#presentSerials[at] as number;
    }
    this.#present = present;
    this.#presentSerials = serials;
    this.#first = 0;
  }
}

/** Serials of last events are above this, all others below. */
const LAST = 2 ** 52;
