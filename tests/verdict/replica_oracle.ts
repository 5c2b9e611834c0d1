/**
 * The definitions of the replica meter, spelled out tick by tick and replica by
 * replica.
 *
 * @module
 */

/** One event as the meter is told of it. */
export type ReplicaStep =
  | { kind: "up"; tick: number; replica: number; seqs: number[] }
  | { kind: "down"; tick: number; replica: number }
  | { kind: "change"; tick: number; replica: number; row: number; seq: number }
  | { kind: "drawn"; tick: number }
  | { kind: "acknowledged"; tick: number; row: number; seq: number };

/** Likes of an entry: any function of row and seq, so that totals differ. */
export function likesOf(row: number, seq: number): number {
  return seq * (row + 3);
}

/** Likes of all entries of a replica. */
export function totalOf(seqs: readonly number[]): number {
  return seqs.reduce((sum, seq, row) => sum + likesOf(row, seq), 0);
}

/** Everything that the meter measures, from the definitions. */
export function measureReplicasNaively(
  steps: readonly ReplicaStep[],
  replicas: number,
  rows: number,
  endTick: number,
) {
  const held: (number[] | null)[] = Array(replicas).fill(null);
  const draws: { row: number; seq: number; tick: number }[] = [];
  const acknowledged: number[] = Array(rows).fill(0);
  const propagation: number[] = [];
  const spreads: number[] = [];
  let apartTicks = 0;
  let agreeingSince: number | null = null;
  let isApart = false;
  let lastDrawTick = 0;
  const settle = (tick: number) => {
    const up = held.filter((seqs) => seqs !== null);
    if (up.length === 0) return;
    for (const draw of [...draws]) {
      if (!up.every((seqs) => seqs[draw.row]! >= draw.seq)) continue;
      propagation.push(tick - draw.tick);
      draws.splice(draws.indexOf(draw), 1);
    }
  };
  let next = 0;
  for (let tick = 0; tick <= endTick; tick++) {
    for (; steps[next]?.tick === tick; next++) {
      const step = steps[next]!;
      if (step.kind === "up") held[step.replica] = [...step.seqs];
      if (step.kind === "down") held[step.replica] = null;
      if (step.kind === "change") held[step.replica]![step.row] = step.seq;
      if (step.kind === "drawn") lastDrawTick = tick;
      if (step.kind === "acknowledged") {
        const { row } = step;
        while (acknowledged[row]! < step.seq) {
          draws.push({ row, seq: ++acknowledged[row]!, tick });
        }
      }
      settle(tick);
    }
    const up = held.filter((seqs) => seqs !== null);
    isApart = up.some((seqs) => String(seqs) !== String(up[0]));
    if (isApart) agreeingSince = null;
    else agreeingSince ??= tick;
    if (tick === endTick) break;
    const totals = up.map(totalOf);
    spreads.push(up.length < 2 ? 0 : Math.max(...totals) - Math.min(...totals));
    if (isApart) apartTicks++;
  }
  return {
    spreads,
    apartTicks,
    propagation,
    unpropagated: draws.length,
    agreementTicks: isApart ? null : Math.max(0, agreeingSince! - lastDrawTick),
  };
}
