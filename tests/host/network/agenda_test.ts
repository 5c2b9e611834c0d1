import { assertEquals } from "@std/assert";
import { Agenda } from "../../../lib/host/network/agenda.ts";

Deno.test("Agenda does everything in order of time, then of planning", async () => {
  let tick = 0;
  const agenda = new Agenda(() => tick);
  const done: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const numbers = Array.from({ length: 200 }, (_, i) => (i * 7919) % 50);
  for (const [i, at] of numbers.entries()) {
    agenda.at(at, () => done.push(`${at} ${i}`));
  }
  agenda.at(60, resolve);
  tick = 100;
  agenda.at(0, () => done.push("0 late"));
  await promise;
  const planned = [...numbers.entries()]
    .sort(([i, a], [j, b]) => a - b || i - j).map(([i, at]) => `${at} ${i}`);
  const zeros = numbers.filter((at) => at === 0).length;
  assertEquals(done, [
    ...planned.slice(0, zeros),
    "0 late",
    ...planned.slice(zeros),
  ]);
  agenda.close();
});

Deno.test("Agenda lets others have their turn between a deed and what it plans for now", async () => {
  const agenda = new Agenda(() => 0);
  const order: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  agenda.at(0, () => {
    setTimeout(() => order.push("other"));
    agenda.at(0, () => {
      order.push("planned");
      resolve();
    });
  });
  await promise;
  assertEquals(order, ["other", "planned"]);
  agenda.close();
});

Deno.test("Agenda.close() forgets what is planned", () => {
  const agenda = new Agenda(() => 0);
  agenda.at(0, () => {
    throw new Error("Done after all");
  });
  agenda.close();
  agenda.at(0, () => {
    throw new Error("Planned after all");
  });
});
