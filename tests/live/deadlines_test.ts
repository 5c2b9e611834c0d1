import { assertEquals } from "@std/assert";
import { type DeadlineClock, Deadlines } from "../../lib/live/deadlines.ts";

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
  deadlines.set("first");
  clock.goTo(4);
  deadlines.set("second");
  deadlines.set("met");
  deadlines.meet("met");
  clock.goTo(9);
  assertEquals(missed, []);
  clock.goTo(10);
  assertEquals(missed, ["first"]);
  assertEquals(deadlines.has("first"), false);
  clock.goTo(14);
  assertEquals(missed, ["first", "second"]);
});

Deno.test("Deadlines.set() moves a deadline that was set before", () => {
  const clock = new TestClock();
  const missed: string[] = [];
  const deadlines = new Deadlines<string>(10, (s) => missed.push(s), clock);
  deadlines.set("moved");
  clock.goTo(8);
  deadlines.set("moved");
  clock.goTo(10);
  assertEquals(missed, []);
  clock.goTo(18);
  assertEquals(missed, ["moved"]);
});

Deno.test("Deadlines.set() needs one timer for all, and none when nothing is watched", () => {
  const clock = new TestClock();
  const deadlines = new Deadlines<number>(10, () => {}, clock);
  for (let i = 0; i < 1000; i++) deadlines.set(i);
  assertEquals(clock.timers, 1);
  clock.goTo(10);
  assertEquals(clock.timers, 0);
  deadlines.set(1);
  deadlines.meet(1);
  clock.goTo(20);
  assertEquals(clock.timers, 0);
});

Deno.test("Deadlines.clear() forgets all deadlines and stops the timer", () => {
  const clock = new TestClock();
  const missed: number[] = [];
  const deadlines = new Deadlines<number>(10, (n) => missed.push(n), clock);
  deadlines.set(1);
  deadlines.clear();
  assertEquals(clock.timers, 0);
  clock.goTo(100);
  assertEquals(missed, []);
});
