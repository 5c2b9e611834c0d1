/**
 * What a live run costs: the memory of a primary and of a likes server, and the time from `start` to the first report.
 *
 * @module
 */

import { LogFolder, outside, Program } from "../e2e/program.ts";

const RUNS = 5;
const ACKS = 500;

/** The aims, of which the results are told to be within or not. */
const MEMORY_MB_MAX = 75;
const START_SECONDS_MAX = 1.5;

/**
 * Measures and prints.
 *
 * @param print Takes a line.
 */
export async function liveBench(print: (line: string) => void): Promise<void> {
  const starts: number[] = [];
  let memory = { primary: 0, likesServer: 0 };
  for (let run = 0; run < RUNS; run++) {
    using folder = new LogFolder();
    const began = performance.now();
    await using program = new Program([
      "start",
      ...["--port", "0", "--log-dir", folder.path],
      // A draw falls due at once: what is left is the start of three processes.
      ...["--servers", "1", "--interval", "1ms..2ms"],
    ]);
    await program.line(/ report /);
    starts.push((performance.now() - began) / 1000);
    await program.line(/ ACK /, ACKS);
    const [, primary] = await program.line(/^PrimaryLikesServer .* pid (\d+)/);
    memory = {
      primary: await residentMB(Number(primary)),
      likesServer: await residentMB(folder.pids()[0] ?? 0),
    };
    program.kill("SIGINT");
    await program.ended;
  }
  starts.sort((a, b) => a - b);
  const median = starts[RUNS >> 1] ?? NaN;
  print(
    `from start to the first report  ${
      median.toFixed(3)
    } s, median of ${RUNS} ` +
      aim(median, START_SECONDS_MAX, "s"),
  );
  print(
    `memory of a primary             ${memory.primary.toFixed(1)} MB ` +
      aim(memory.primary, MEMORY_MB_MAX, "MB"),
  );
  print(
    `memory of a likes server        ${memory.likesServer.toFixed(1)} MB ` +
      aim(memory.likesServer, MEMORY_MB_MAX, "MB"),
  );
}

function aim(value: number, max: number, unit: string): string {
  const isWithin = value < max;
  return `(aim: below ${max} ${unit}${isWithin ? "" : ", MISSED"})`;
}

/** Resident memory. Only a process with all permissions may look into /proc. */
async function residentMB(pid: number): Promise<number> {
  const status = await outside(
    `console.log(Deno.readTextFileSync("/proc/${pid}/status"))`,
  );
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024 / 1e6;
}
