import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { NEVER } from "../../../lib/domain/ticks.ts";
import { Agenda } from "../../../lib/sim/replicas/agenda.ts";

/** The plainest agenda: a list, searched for its first event. */
class ListAgenda {
  now = 0;
  readonly #events: {
    tick: number;
    isLast: boolean;
    order: number;
    event: number;
  }[] = [];
  #filed = 0;

  file(tick: number, event: number, isLast: boolean): void {
    this.#events.push({ tick, isLast, order: this.#filed++, event });
  }

  get nextTick(): number {
    return this.#events.reduce((min, { tick }) => Math.min(min, tick), NEVER);
  }

  take(): number {
    this.#events.sort((a, b) =>
      a.tick - b.tick || Number(a.isLast) - Number(b.isLast) ||
      a.order - b.order
    );
    const { tick, event } = this.#events.shift()!;
    this.now = tick;
    return event;
  }
}

Deno.test("Agenda gives events by tick, then in the order of filing, last ones last", () => {
  fc.assert(fc.property(
    // Now and then some are taken: the agenda grows, and more than once.
    fc.array(
      fc.record({
        takes: fc.oneof(
          { arbitrary: fc.constant(0), weight: 9 },
          fc.integer({ max: 12, min: 1 }),
        ),
        after: fc.constantFrom(0, 0, 0, 1, 5),
        isLast: fc.boolean(),
      }),
      { maxLength: 500, size: "max" },
    ),
    (steps) => {
      const agenda = new Agenda();
      const list = new ListAgenda();
      let size = 0;
      steps.forEach(({ takes, after, isLast }, event) => {
        // A last event is never filed for the present tick.
        const tick = agenda.now + after + (isLast ? 1 : 0);
        if (isLast) agenda.fileLast(tick, event);
        else agenda.file(tick, event);
        list.file(tick, event, isLast);
        size++;
        for (let i = 0; i < takes && size > 0; i++, size--) {
          assertEquals(agenda.isEmpty, false);
          assertEquals(agenda.nextTick, list.nextTick);
          assertEquals(agenda.take(), list.take());
          assertEquals(agenda.now, list.now);
        }
      });
      for (; size > 0; size--) assertEquals(agenda.take(), list.take());
      assertEquals([agenda.isEmpty, agenda.nextTick], [true, NEVER]);
    },
  ));
});

Deno.test("Agenda keeps the order of the present tick as it grows", () => {
  const agenda = new Agenda();
  const filed: [event: number, serial: number][] = [];
  const told: [event: number, serial: number][] = [];
  const file = (events: number) => {
    for (let i = 0; i < events; i++) {
      const event = filed.length;
      filed.push([event, agenda.file(0, event)]);
    }
  };
  const take = (events: number) => {
    for (let i = 0; i < events; i++) told.push([agenda.take(), agenda.serial]);
  };
  file(50);
  take(40);
  file(300);
  take(310);
  assertEquals(told, filed);
  assertEquals(agenda.isEmpty, true);
});

Deno.test("Agenda.file() gives each event a number that take() tells again", () => {
  const agenda = new Agenda();
  const serials = [0, 5, 3, 0].map((tick) => agenda.file(tick, tick));
  const told = serials.map(() => {
    agenda.take();
    return agenda.serial;
  });
  assertEquals(told, [serials[0]!, serials[3]!, serials[2]!, serials[1]!]);
  assertEquals(new Set(serials).size, 4);
});

Deno.test("Agenda files what would come after the end of time for the last tick", () => {
  const agenda = new Agenda();
  agenda.file(NEVER + 7, 1);
  agenda.fileLast(2 * NEVER, 2);
  agenda.file(5, 3);
  const told = [0, 1, 2].map(() => [agenda.take(), agenda.now]);
  assertEquals(told, [[3, 5], [1, NEVER - 1], [2, NEVER - 1]]);
});
