import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  Deadline,
  type DeadlineClock,
  Deadlines,
} from "../../../lib/live/primary/deadlines.ts";

/** A clock that stands still until it is told to go on. */
class TestClock implements DeadlineClock {
  #nowMs = 0;
  #timers: { atMs: number; call: () => void }[] = [];

  get timers(): number {
    return this.#timers.length;
  }

  now(): number {
    return this.#nowMs;
  }

  after(ms: number, call: () => void): () => void {
    const timer = { atMs: this.#nowMs + ms, call };
    this.#timers.push(timer);
    return () => this.#timers.splice(this.#timers.indexOf(timer), 1);
  }

  goTo(ms: number): void {
    this.#nowMs = ms;
    const due = this.#timers.filter((timer) => timer.atMs <= ms);
    this.#timers = this.#timers.filter((timer) => timer.atMs > ms);
    for (const timer of due) timer.call();
  }
}

Deno.test("Deadlines.set() calls back for what missed its deadline, and only for that", () => {
  const clock = new TestClock();
  const missed: string[] = [];
  const deadlines = new Deadlines<string>(10, (s) => missed.push(s), clock);
  const first = new Deadline("first");
  const met = new Deadline("met");
  deadlines.set(first);
  clock.goTo(4);
  deadlines.set(new Deadline("second"));
  deadlines.set(met);
  assertEquals([first.isSet, met.isSet], [true, true]);
  deadlines.meet(met);
  clock.goTo(9);
  assertEquals(missed, []);
  clock.goTo(10);
  assertEquals(missed, ["first"]);
  assertEquals([first.isSet, met.isSet], [false, false]);
  clock.goTo(14);
  assertEquals(missed, ["first", "second"]);
});

Deno.test("Deadlines.set() moves a deadline that was set before", () => {
  const clock = new TestClock();
  const missed: string[] = [];
  const deadlines = new Deadlines<string>(10, (s) => missed.push(s), clock);
  const moved = new Deadline("moved");
  deadlines.set(moved);
  clock.goTo(8);
  deadlines.set(moved);
  clock.goTo(10);
  assertEquals(missed, []);
  clock.goTo(18);
  assertEquals(missed, ["moved"]);
});

Deno.test("Deadlines.set() needs one timer for all, and none when nothing is watched", () => {
  const clock = new TestClock();
  const deadlines = new Deadlines<number>(10, () => {}, clock);
  for (let i = 0; i < 1000; i++) deadlines.set(new Deadline(i));
  assertEquals(clock.timers, 1);
  clock.goTo(10);
  assertEquals(clock.timers, 0);
  const met = new Deadline(1);
  deadlines.set(met);
  deadlines.meet(met);
  clock.goTo(20);
  assertEquals(clock.timers, 0);
});

Deno.test("Deadlines.clear() forgets all deadlines and stops the timer", () => {
  const clock = new TestClock();
  const missed: number[] = [];
  const deadlines = new Deadlines<number>(10, (n) => missed.push(n), clock);
  const forgotten = [1, 2, 3].map((n) => new Deadline(n));
  for (const deadline of forgotten) deadlines.set(deadline);
  deadlines.clear();
  assertEquals(clock.timers, 0);
  assertEquals(forgotten.map(({ isSet }) => isSet), [false, false, false]);
  clock.goTo(100);
  assertEquals(missed, []);
});

Deno.test("Deadlines agrees with a Map of times, whatever is set and met in which order", () => {
  const steps = fc.array(fc.record({
    what: fc.constantFrom("set", "meet", "wait"),
    which: fc.nat(5),
    ms: fc.nat(12),
  }));
  fc.assert(fc.property(steps, (steps) => {
    const clock = new TestClock();
    const missed: number[] = [];
    const deadlines = new Deadlines<number>(10, (n) => missed.push(n), clock);
    const all = [0, 1, 2, 3, 4, 5].map((n) => new Deadline(n));
    const setAt = new Map<number, number>();
    const expected: number[] = [];
    let nowMs = 0;
    for (const { what, which, ms } of steps) {
      const deadline = all[which];
      assert(deadline !== undefined);
      setAt.delete(what === "wait" ? -1 : which);
      if (what === "set") {
        deadlines.set(deadline);
        setAt.set(which, nowMs);
      } else if (what === "meet") {
        deadlines.meet(deadline);
      } else {
        for (const end = nowMs + ms; nowMs < end;) {
          clock.goTo(++nowMs);
          for (const [n, at] of setAt) {
            if (at + 10 > nowMs) continue;
            expected.push(n);
            setAt.delete(n);
          }
        }
      }
      assertEquals(missed, expected);
      assertEquals(all.filter(({ isSet }) => isSet).length, setAt.size);
    }
  }));
});
