/**
 * `lab`: a page in which the virtual run can be tried out.
 *
 * @module
 */

import { Exit } from "../../domain/exit_codes.ts";
import { type LabOptions, serveLab } from "../../live/pages/lab.ts";
import { Interruption } from "../../platform/interruption.ts";
import { stdout } from "../../platform/output.ts";
import { giveUpPermissions } from "../../platform/permissions.ts";

/**
 * Serves the laboratory until a signal stops it.
 *
 * @param options Where, and for whom.
 * @returns The exit code, 0.
 * @throws {StartError} If no port is free, or it may not listen there.
 */
export async function runLab(options: LabOptions): Promise<number> {
  using interruption = new Interruption();
  const server = serveLab(options);
  // The page is in memory and the port is open: nothing else is needed,
  // whatever the binary was granted.
  giveUpPermissions();
  stdout.print(`Laboratory: ${server.link}\n`);
  await interruption.stopped();
  await server.stop();
  return Exit.DONE;
}
