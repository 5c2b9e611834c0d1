// deno-lint-ignore-file no-console
/**
 * One measurement of a run of other people's programs, in a process of its own:
 * a JSON object on standard output.
 *
 * ```sh
 * deno run --allow-write=/tmp --allow-run tests/bench/host_run.ts '{"nodes":25,"lifetimeSeconds":5,"program":"/tmp/node_echo","args":["100"],"logDir":"/tmp"}'
 * ```
 *
 * @module
 */

import { TICKS_PER_SECOND } from "../../lib/domain/ticks.ts";
import { NO_FAULTS } from "../../lib/faults/plan.ts";
import { runHost } from "../../lib/host/run/host_run.ts";
import { Interruption } from "../../lib/platform/interruption.ts";

/** The run that is to be measured. */
export interface HostRunRequest {
  /** Number of nodes. */
  readonly nodes: number;
  /** How long there is load, in seconds. */
  readonly lifetimeSeconds: number;
  /** The program of each node, which answers echoes. */
  readonly program: string;
  /** Its arguments. */
  readonly args: readonly string[];
  /** Where nodes' standard error goes. */
  readonly logDir: string;
}

/** The measurements of a run. */
export interface HostRunResult {
  /** Messages between nodes for each second of load. */
  readonly messagesPerSecond: number;
  /** Until all nodes were ready, in seconds. */
  readonly startSeconds: number;
  /** The most resident memory of the host, in bytes. */
  readonly bytes: number;
}

/** Between two looks at the memory, in milliseconds. */
const LOOK_MS = 100;

if (import.meta.main) {
  const request: HostRunRequest = JSON.parse(Deno.args[0] ?? "");
  const { nodes, lifetimeSeconds, program, args, logDir } = request;
  using interruption = new Interruption();
  let bytes = 0;
  const look = () => bytes = Math.max(bytes, Deno.memoryUsage().rss);
  const timer = setInterval(look, LOOK_MS);
  const beganMs = performance.now();
  let readyMs = 0;
  let before = 0;
  let messages = 0;
  const verdict = await runHost(
    {
      hosted: {
        ...{ workload: "echo", nodes, firstNode: 1, clients: nodes, rate: 100 },
        lifetimeTicks: lifetimeSeconds * TICKS_PER_SECOND,
        ...{ drainTicks: 0, timeoutTicks: 50_000, topology: "grid" },
        ...{ likesMin: 0, likesMax: 42, seed: 7, faults: NO_FAULTS },
        ...{ program, args },
      },
      ...{ logDir, json: true, command: "" },
    },
    interruption,
    {
      onNote: (text) => console.error(text),
      onComplaint: ({ text }) => console.error(text),
      onBegin: (state) => {
        readyMs = performance.now();
        before = state().betweenNodes;
        setTimeout(
          () => messages = state().betweenNodes - before,
          1000 * lifetimeSeconds,
        );
      },
    },
  );
  clearInterval(timer);
  look();
  if (!verdict.passed) throw new Error("Not all echoes came back");
  const result: HostRunResult = {
    messagesPerSecond: messages / lifetimeSeconds,
    startSeconds: (readyMs - beganMs) / 1000,
    bytes,
  };
  console.log(JSON.stringify(result));
  Deno.exit(0);
}
