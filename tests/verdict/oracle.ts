/**
 * The meter's definition, spelled out tick by tick: slow, and too simple to be
 * wrong.
 *
 * @module
 */

/** One event as the meter is told of it. */
export type Step =
  | { kind: "drawn"; tick: number; server: number; seq: number; likes: number }
  | {
    kind: "counted";
    tick: number;
    server: number;
    seq: number;
    newly: number;
  }
  | { kind: "givenUp"; tick: number; server: number; seq: number }
  | { kind: "observed"; tick: number; likes: number }
  | { kind: "forgotten"; tick: number; likes: number; settled: number[] };

/**
 * Divergence and staleness at each tick up to the end, and since when the two
 * totals agree.
 */
export function measureNaively(steps: readonly Step[], endTick: number) {
  const draws: { tick: number; server: number; seq: number }[] = [];
  const settled = new Map<number, number>();
  const divergences: number[] = [];
  const ages: number[] = [];
  let generated = 0;
  let counted = 0;
  let lastDrawTick = 0;
  let next = 0;
  for (let tick = 0; tick <= endTick; tick++) {
    for (; steps[next]?.tick === tick; next++) {
      const step = steps[next]!;
      switch (step.kind) {
        case "drawn":
          lastDrawTick = tick;
          generated += step.likes;
          if (step.likes > 0) draws.push(step);
          break;
        case "counted":
          counted += step.newly;
          raise(settled, step);
          break;
        case "givenUp":
          raise(settled, step);
          break;
        case "observed":
          counted = step.likes;
          break;
        case "forgotten":
          counted = step.likes;
          step.settled.forEach((seq, server) => settled.set(server, seq));
      }
    }
    const waiting = draws.filter(({ server, seq }) =>
      seq > (settled.get(server) ?? 0)
    );
    divergences.push(generated - counted);
    ages.push(
      waiting.length === 0
        ? 0
        : tick - Math.min(...waiting.map((draw) => draw.tick)),
    );
  }
  let agreeingSince: number | null = null;
  for (let t = endTick; t >= 0 && divergences[t] === 0; t--) agreeingSince = t;
  // The last tick is where the run ends: it takes no time.
  divergences.pop();
  ages.pop();
  return { divergences, ages, agreeingSince, lastDrawTick };
}

/** The smallest value that at least a share of all are not above. */
export function quantileOf(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted.find((_, at) => at + 1 >= share * sorted.length) ?? 0;
}

/** The mean. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) /
    Math.max(1, values.length);
}

function raise(
  settled: Map<number, number>,
  { server, seq }: { server: number; seq: number },
): void {
  settled.set(server, Math.max(seq, settled.get(server) ?? 0));
}
