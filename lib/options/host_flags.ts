/**
 * Flags of runs of other people's programs.
 *
 * @module
 */

import { LATENCY_FORMS } from "../faults/latency_settings.ts";
import { DECIMAL_REGEXP, unreadable, unusable } from "../faults/notation.ts";
import { NODES_MAX, TOPOLOGIES, WORKLOADS } from "../domain/workloads.ts";
import {
  duration,
  type Flag,
  integer,
  nonEmpty,
  oneOf,
  optional,
  optionalText,
  type Reader,
  suchAs,
  textList,
  toggle,
  value,
} from "./flag.ts";

/** The most operations a second. */
const RATE_MAX = 100_000;

/** Flags that no other command takes. */
export const HOST_FLAGS = {
  workload: suchAs(
    "broadcast",
    optional(
      "NAME",
      `What the nodes are to do: ${WORKLOADS.join(", ")}`,
      oneOf(WORKLOADS),
    ),
  ),
  nodes: value(
    "N",
    "How many nodes, each a process of the program",
    "5",
    integer(1, NODES_MAX),
  ),
  firstNode: value(
    "N",
    "Number of the first node: n1, or n0",
    "1",
    integer(0, 1),
  ),
  clients: suchAs(
    "10",
    optional(
      "N",
      "How many clients, each with one operation under way (when absent: as many as wait if no answer ever comes)",
      integer(1, NODES_MAX),
    ),
  ),
  rate: value(
    "N",
    "Operations a second, over all nodes",
    "100",
    decimal(RATE_MAX),
  ),
  timeout: value(
    "TIME",
    "How long a client waits for an answer",
    "5s",
    duration("1ms"),
  ),
  topology: value(
    "SHAPE",
    `Neighbours that a broadcast is told: ${TOPOLOGIES.join(", ")}`,
    "grid",
    oneOf(TOPOLOGIES),
  ),
  shrink: toggle(
    "Of a run that fails, look for fewer faults, nodes and operations with which it still does",
  ),
} satisfies Record<string, Flag<unknown>>;

/** Flags that `host` takes as others do, told in the words of its runs. */
export const HOST_FLAGS_OF_OTHERS = {
  lifetime: value("TIME", "How long there is load", "20s", duration("1ms")),
  drain: value(
    "TIME",
    "How long after it nodes have to agree, until the last reads",
    "10s",
    duration(),
  ),
  latency: optionalText(
    "DELAY",
    `One-way delay of each message: ${LATENCY_FORMS}`,
    "20ms",
  ),
  ackLatency: optionalText(
    "DELAY",
    "The same for answers to clients (as --latency when absent)",
    "20ms",
  ),
  peerLatency: optionalText(
    "DELAY",
    "The same between nodes, and between them and services (as --latency when absent)",
    "20ms",
  ),
  ackLoss: optionalText(
    "RATIO",
    "The same for answers to clients alone (as --loss when absent)",
    "0.03",
  ),
  partition: textList(
    "WINDOW",
    "Nothing passes: 5s..10s, 5s..10s:n1,n2 (from everybody else, clients too), …:n1-2--n3-5 (between two groups), '…:n1->n3' (one way); clients are c1…, services lin-kv and seq-kv",
    "5s..10s",
  ),
  crash: textList(
    "WHO@TIME",
    "Kill: n1@10s+2s (a new process 2 s later), n1@10s (for good), random:5",
    "n1@10s+2s",
  ),
  pause: textList("WHO@TIME", "Stop and continue: n1@10s+2s", "n1@10s+2s"),
  logDir: value(
    "FOLDER",
    "Folder of what nodes print on standard error: n1.log, …",
    "/tmp",
    nonEmpty,
  ),
} satisfies Record<string, Flag<unknown>>;

/** A number above 0. */
function decimal(max: number): Reader<number> {
  return (text, flag) => {
    if (!DECIMAL_REGEXP.test(text)) {
      throw unreadable(flag, text, "a number such as 100 or 0.5 is needed");
    }
    const number = Number(text);
    if (number > 0 && number <= max) return number;
    throw unusable(flag, text, `it must be above 0 and at most ${max}`);
  };
}
