import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { makeRows } from "../../lib/rules/rows.ts";
import { NEVER } from "../../lib/domain/ticks.ts";
import { ServerQueue } from "../../lib/sim/server_queue.ts";

/**
 * The queue's contract in the plainest way: a list, sorted by tick and then
 * by order of filing.
 */
class SortedList {
  readonly #entries: { server: number; tick: number; filed: number }[] = [];
  #filed = 0;

  push(server: number, tick: number): void {
    if (tick === NEVER) return;
    this.#entries.push({ server, tick, filed: this.#filed++ });
    this.#entries.sort((a, b) => a.tick - b.tick || a.filed - b.filed);
  }

  pop(before: number): { server: number; tick: number } | undefined {
    const [first] = this.#entries;
    if (first === undefined || first.tick >= before) return undefined;
    this.#entries.shift();
    return first;
  }

  move(server: number, tick: number): void {
    const at = this.#entries.findIndex((entry) => entry.server === server);
    if (at >= 0) this.#entries.splice(at, 1);
    this.push(server, tick);
  }
}

/** Serves the next server, and files it nowhere; -1 if there is none. */
function serveOne(queue: ServerQueue, before: number): number {
  let served = -1;
  const handle = (server: number) => {
    served = server;
    return NEVER;
  };
  queue.serve(before, 1, { handle });
  return served;
}

const SERVERS = 12;

/**
 * A delay from a range that is wide on a logarithmic scale: within a slot, a
 * bucket, a turn, and far beyond.
 */
function delays() {
  return fc.tuple(fc.integer({ min: 0, max: 22 }), fc.integer({ min: 0 })).map(
    ([bits, value]) => value & (2 ** bits - 1),
  );
}

function queueOptions() {
  return fc.record({
    servers: fc.constant(SERVERS),
    eventsPerMillionTicks: fc.constantFrom(1, 100, 1e4, 1e6, 1e8),
    spanTicks: fc.constantFrom(1, 1000, 50_000, 10_000_000, 2 ** 31 - 2),
    lastTick: fc.constant(2 ** 31 - 2),
  });
}

Deno.test("ServerQueue gives what a sorted list gives, whatever its sizes", () => {
  fc.assert(
    fc.property(
      queueOptions(),
      fc.array(
        fc.record({
          what: fc.constantFrom("pop", "pop", "pop", "wait", "move", "drop"),
          server: fc.integer({ min: 0, max: SERVERS - 1 }),
          delay: delays(),
        }),
        { maxLength: 300 },
      ),
      (options, steps) => {
        const queue = new ServerQueue(makeRows(SERVERS), options);
        const list = new SortedList();
        const queued = new Set<number>();
        let now = 0;
        const file = (server: number, delay: number) => {
          if (queued.has(server)) return;
          queue.push(server, now + delay);
          list.push(server, now + delay);
          queued.add(server);
        };
        for (let server = 0; server < SERVERS; server++) file(server, server);
        for (const { what, server, delay } of steps) {
          if (now + delay >= 2 ** 30) break;
          if (what === "move" || what === "drop") {
            const tick = what === "move" ? now + delay : NEVER;
            queue.move(server, tick);
            list.move(server, tick);
            if (what === "move") queued.add(server);
            else queued.delete(server);
            continue;
          }
          // A limit makes the queue look ahead without moving on.
          const before = what === "wait" ? now + delay : NEVER;
          const expected = list.pop(before);
          const popped = serveOne(queue, before);
          assertEquals(popped, expected?.server ?? -1);
          if (expected === undefined) {
            if (what === "wait") now = Math.max(now, before - 1);
          } else {
            assertEquals(queue.now, expected.tick);
            now = Math.max(now, expected.tick);
            queued.delete(popped);
            file(popped, delay);
          }
        }
        for (;;) {
          const expected = list.pop(NEVER);
          assertEquals(serveOne(queue, NEVER), expected?.server ?? -1);
          if (expected === undefined) return;
        }
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("ServerQueue.serve() keeps the order of filing among many of one tick", () => {
  const servers = 1000;
  const queue = new ServerQueue(makeRows(servers), {
    servers,
    eventsPerMillionTicks: 100,
    spanTicks: 50_000,
    lastTick: 200_000,
  });
  for (let i = 0; i < servers; i++) queue.push((i * 7) % servers, 123_456);
  for (let i = 0; i < servers; i++) {
    assertEquals(serveOne(queue, NEVER), (i * 7) % servers);
  }
  assertEquals(serveOne(queue, NEVER), -1);
});

Deno.test("ServerQueue.serve() opens no bucket that begins at its limit", () => {
  const queue = new ServerQueue(makeRows(2), {
    servers: 2,
    eventsPerMillionTicks: 1e9, // a bucket is a tick
    spanTicks: 1000,
    lastTick: 2000,
  });
  queue.push(0, 100);
  assertEquals(serveOne(queue, 50), -1);
  queue.move(0, 49); // the tick before the limit is still allowed
  assertEquals([serveOne(queue, NEVER), queue.now], [0, 49]);
});

Deno.test("ServerQueue.serve() goes over long gaps at once", () => {
  const queue = new ServerQueue(makeRows(1), {
    servers: 1,
    eventsPerMillionTicks: 1e7,
    spanTicks: 10,
    lastTick: NEVER - 1,
  });
  const began = performance.now();
  for (const tick of [1, 2 ** 20, 2 ** 30, NEVER - 1]) {
    queue.push(0, tick);
    assertEquals(serveOne(queue, NEVER), 0);
    assertEquals(queue.now, tick);
  }
  assert(performance.now() - began < 5_000);
});

Deno.test("ServerQueue gives what a sorted list gives up to the last tick of all", () => {
  fc.assert(
    fc.property(
      queueOptions(),
      fc.array(delays(), { minLength: SERVERS, maxLength: SERVERS }),
      fc.array(fc.tuple(fc.nat(SERVERS - 1), delays()), { maxLength: 20 }),
      (options, before, moves) => {
        const queue = new ServerQueue(makeRows(SERVERS), options);
        const list = new SortedList();
        before.forEach((ticks, server) => {
          queue.push(server, NEVER - 1 - ticks);
          list.push(server, NEVER - 1 - ticks);
        });
        for (const [server, ticks] of moves) {
          queue.move(server, NEVER - 1 - ticks);
          list.move(server, NEVER - 1 - ticks);
        }
        for (let popped = 0;; popped++) {
          const expected = list.pop(NEVER);
          assertEquals(serveOne(queue, NEVER), expected?.server ?? -1);
          if (expected === undefined) return;
          assertEquals(queue.now, expected.tick);
          if (popped >= SERVERS) continue;
          queue.push(expected.server, NEVER - 1);
          list.push(expected.server, NEVER - 1);
        }
      },
    ),
    { numRuns: 300 },
  );
});
