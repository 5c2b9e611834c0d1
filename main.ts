/**
 * The command line of the simulator.
 *
 * Each command is imported when it is asked for, so that a likes server or a
 * primary starts without loading the others.
 *
 * @module
 */

import { type Invocation, parseInvocation } from "./lib/cli/invocation.ts";
import { checkPermissions } from "./lib/cli/permissions.ts";
import { runToExit } from "./lib/cli/exit.ts";
import { Exit } from "./lib/domain/exit_codes.ts";
import { stdout } from "./lib/platform/output.ts";

/**
 * Does what a command line asks for.
 *
 * @param args The words after the program's name.
 * @returns The exit code.
 * @throws {Error} What `runToExit()` of `lib/cli/exit.ts` makes an exit code
 * of.
 */
export async function main(args: readonly string[]): Promise<number> {
  // The binary starts itself for each likes server, and every live run for each
  // reader. Nobody else types these words, so no help tells them.
  if (args[0] === "worker") {
    return (await import("./worker.ts")).main(args.slice(1));
  }
  if (args[0] === "reader") {
    return (await import("./lib/live/reader/reader.ts")).main(args.slice(1));
  }
  const invocation = parseInvocation(args, {
    program: Deno.build.standalone ? "likes" : "deno task",
    drawSeed,
  });
  checkPermissions(invocation);
  return await run(invocation);
}

async function run(invocation: Invocation): Promise<number> {
  switch (invocation.command) {
    case "help":
      stdout.deliver(invocation.text);
      return Exit.DONE;
    case "primary":
      return (await import("./lib/cli/command/primary.ts")).runPrimary(
        invocation.options,
      );
    case "parent":
      return (await import("./lib/cli/command/parent.ts")).runParent(
        invocation.options,
      );
    case "start":
      return (await import("./lib/cli/command/start.ts")).runStart(
        invocation.options,
      );
    case "read":
      return (await import("./lib/cli/command/read.ts")).runRead(
        invocation.options,
      );
    case "sim":
      return (await import("./lib/cli/command/sim.ts")).runSim(
        invocation.options,
      );
    case "compare":
      return (await import("./lib/cli/command/compare.ts")).runCompare(
        invocation.options,
      );
    case "merge":
      return (await import("./lib/cli/command/merge.ts")).runMerge(
        invocation.options,
      );
    case "predict":
      return (await import("./lib/cli/command/predict.ts")).runPredict(
        invocation.options,
      );
    case "explore":
      return (await import("./lib/cli/command/explore.ts")).runExplore(
        invocation.options,
      );
    case "shrink":
      return (await import("./lib/cli/command/shrink.ts")).runShrink(
        invocation.options,
      );
    case "storm":
      return (await import("./lib/cli/command/storm.ts")).runStorms(
        invocation.options,
      );
    case "host":
      return (await import("./lib/cli/command/host.ts")).runHostCommand(
        invocation.options,
      );
    case "node":
      return (await import("./lib/cli/command/node.ts")).runNode(
        invocation.options,
      );
    case "lab":
      return (await import("./lib/cli/command/lab.ts")).runLab(
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
  await runToExit(() => main(Deno.args));
}
