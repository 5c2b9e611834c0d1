/**
 * Words of runs of other people's programs: workloads and topologies.
 *
 * @module
 */

/** The names of the workloads. */
export const WORKLOADS = [
  "echo",
  "unique-ids",
  "broadcast",
  "g-set",
  "g-counter",
  "pn-counter",
] as const;

/** The name of a workload. */
export type WorkloadName = typeof WORKLOADS[number];

/** The shapes of neighbours that `--topology` takes. */
export const TOPOLOGIES = [
  "line",
  "grid",
  "tree2",
  "tree3",
  "tree4",
  "total",
] as const;

/** A shape of neighbours. */
export type Topology = typeof TOPOLOGIES[number];

/** The most nodes of a run, and the most clients. */
export const NODES_MAX = 10_000;
