/**
 * The command line of the simulator.
 *
 * Each command is imported when it is asked for, so that a likes server or a
 * primary starts without loading the others.
 *
 * @module
 */

import { type Invocation, parseInvocation } from "./lib/cli/invocation.ts";
import { UsageError } from "./lib/options/usage_error.ts";
import { writeResult } from "./lib/platform/output.ts";
import { StartError } from "./lib/platform/start_error.ts";

/**
 * Exit code when the command line cannot be followed, or what it asks for
 * cannot be started.
 */
const EXIT_USAGE = 2;

/**
 * Does what a command line asks for.
 *
 * @param args The words after the program's name.
 * @returns The exit code.
 */
export async function main(args: readonly string[]): Promise<number> {
  // The binary starts itself for each likes server. Nobody else types this
  // word, so no help tells it.
  if (args[0] === "worker") {
    return (await import("./worker.ts")).main(args.slice(1));
  }
  try {
    const invocation = parseInvocation(args, {
      program: Deno.build.standalone ? "likes" : "deno task",
      drawSeed,
    });
    return await run(invocation);
  } catch (error) {
    // A permission that is missing is told in one line as well: the message
    // names the flag that grants it.
    const isExpected = error instanceof UsageError ||
      error instanceof StartError ||
      error instanceof Deno.errors.NotCapable;
    if (!isExpected) throw error;
    console.error(`error: ${error.message}`);
    return EXIT_USAGE;
  }
}

async function run(invocation: Invocation): Promise<number> {
  switch (invocation.command) {
    case "help":
      return writeResult(invocation.text);
    case "primary":
      return (await import("./primary.ts")).runPrimary(invocation.options);
    case "parent":
      return (await import("./lib/cli/parent_command.ts")).runParent(
        invocation.options,
      );
    case "start":
      return (await import("./lib/cli/start_command.ts")).runStart(
        invocation.options,
      );
    case "read":
      return (await import("./lib/cli/read_command.ts")).runRead(
        invocation.options,
      );
    case "sim":
      return (await import("./lib/cli/sim_command.ts")).runSim(
        invocation.options,
      );
    case "compare":
      return (await import("./lib/cli/compare_command.ts")).runCompare(
        invocation.options,
      );
    case "shrink":
      return (await import("./lib/cli/shrink_command.ts")).runShrink(
        invocation.options,
      );
    case "storm":
      return (await import("./lib/cli/storm_command.ts")).runStorms(
        invocation.options,
      );
    case "lab":
      return (await import("./lib/live/pages/lab.ts")).runLabServer(
        invocation.options,
      );
  }
}

/** Draws a seed that is short enough to be typed. */
function drawSeed(): number {
  const [seed = 0] = crypto.getRandomValues(new Uint32Array(1));
  return seed;
}

if (import.meta.main) {
  // A call to the system that cannot be taken back (a wait for a lock, a read
  // of standard input, on Deno 2.4 a write to a client that does not read) must
  // not keep the process.
  Deno.exit(await main(Deno.args));
}
