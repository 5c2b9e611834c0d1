import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { DrawQueue, type Watermarks } from "../../lib/verdict/draw_queue.ts";

const SERVERS = 50;

/**
 * A small generator, so that one number of fast-check gives a stream of tens of
 * thousands.
 */
function numbers(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9 | 0;
    return ((state ^ (state >>> 13)) >>> 0) % below;
  };
}

/** Watermarks in a row's second column, beside others that say nothing. */
class Rows implements Watermarks {
  readonly ints: Int32Array;
  readonly rowBits = 2;
  readonly column = 1;

  constructor(servers: number) {
    this.ints = new Int32Array(servers << this.rowBits).fill(2 ** 30);
    for (let server = 0; server < servers; server++) this.settle(server, 0);
  }

  settledUpTo(server: number): number {
    return this.ints[server << this.rowBits | this.column]!;
  }

  settle(server: number, seq: number): void {
    this.ints[server << this.rowBits | this.column] = seq;
  }
}

Deno.test("DrawQueue always has the oldest unsettled draw in front, in bounded memory", () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 2, max: 40 }),
      fc.boolean(),
      (seed, slowness, keeps) => {
        const next = numbers(seed);
        const settled = new Rows(SERVERS);
        const seqs = new Int32Array(SERVERS);
        const queue = new DrawQueue(settled, keeps);
        const model: { tick: number; server: number; seq: number }[] = [];
        let first = 0;
        let outstandingMax = 0;
        for (let tick = 0; tick < 30_000; tick++) {
          const server = next(SERVERS);
          const seq = ++seqs[server]!;
          queue.push(tick, server, seq);
          model.push({ tick, server, seq });
          if (next(slowness) === 0) {
            // Server 0 settles nothing for most of the time and holds the front
            // up.
            const other = tick < 25_000 ? 1 + next(SERVERS - 1) : next(SERVERS);
            settled.settle(other, seqs[other]!);
            if (
              other === queue.frontServer &&
              settled.settledUpTo(other) >= queue.frontSeq
            ) queue.findFront();
          }
          while (
            first < model.length &&
            model[first]!.seq <= settled.settledUpTo(model[first]!.server)
          ) first++;
          const front = model[first];
          assertEquals(queue.frontServer, front?.server ?? -1);
          if (front !== undefined) {
            assertEquals(queue.frontSeq, front.seq);
            assertEquals(queue.frontTick, front.tick);
          }
          if (tick % 1000 === 0) {
            const outstanding = model.filter((draw) =>
              draw.seq > settled.settledUpTo(draw.server)
            ).length;
            outstandingMax = Math.max(outstandingMax, outstanding);
          }
        }
        if (keeps) assert(queue.capacity >= 30_000);
        else {
          assert(
            queue.capacity <= 2 * outstandingMax + 28 * 1024,
            `room for ${queue.capacity}, ${outstandingMax} outstanding`,
          );
        }
      },
    ),
    { numRuns: 20 },
  );
});

Deno.test("DrawQueue.rewind() comes back to draws that were settled", () => {
  const settled = new Rows(2);
  const queue = new DrawQueue(settled, true);
  for (let seq = 1; seq <= 5000; seq++) queue.push(seq * 10, seq % 2, seq);
  settled.settle(0, 5000);
  settled.settle(1, 5000);
  queue.findFront();
  assertEquals(queue.frontServer, -1);
  settled.settle(0, 3000);
  settled.settle(1, 3000);
  queue.rewind();
  assertEquals(queue.frontSeq, 3001);
  assertEquals(queue.frontTick, 30_010);
});

Deno.test("DrawQueue gives memory back after a peak", () => {
  const settled = new Rows(1);
  const queue = new DrawQueue(settled, false);
  for (let seq = 1; seq <= 100_000; seq++) queue.push(seq, 0, seq);
  assert(queue.capacity >= 100_000);
  settled.settle(0, 100_000);
  queue.findFront();
  assert(queue.capacity <= 20 * 1024, `${queue.capacity} draws`);
});

Deno.test("DrawQueue keeps emptied chunks, as many as are in use, and few in the end", () => {
  const CHUNK = 1024;
  const settled = new Rows(1);
  const queue = new DrawQueue(settled, false);
  const settle = (seq: number) => {
    settled.settle(0, seq);
    queue.findFront();
  };
  for (let seq = 1; seq <= 100 * CHUNK; seq++) queue.push(seq, 0, seq);
  settle(70 * CHUNK);
  const chunks = queue.capacity / CHUNK;
  assert(chunks > 47 && chunks <= 62, `${chunks} chunks`);
  settle(100 * CHUNK);
  const left = queue.capacity / CHUNK;
  assert(left > 1 && left <= 17, `${left} chunks`);
});

Deno.test("DrawQueue gives memory back when it drops what is settled behind an old draw", () => {
  const CHUNK = 1024;
  const DRAWS = 1023 * CHUNK;
  const settled = new Rows(2);
  // Server 1 drew once, first of all, and never settles it.
  const queue = new DrawQueue(settled, false);
  queue.push(0, 1, 1);
  for (let seq = 1; seq <= DRAWS; seq++) queue.push(seq, 0, seq);
  assert(queue.capacity > DRAWS);
  settled.settle(0, DRAWS);
  for (let seq = DRAWS + 1; seq <= DRAWS + 4 * CHUNK; seq++) {
    queue.push(seq, 0, seq);
  }
  assert(queue.capacity <= 64 * CHUNK, `${queue.capacity} draws`);
});
