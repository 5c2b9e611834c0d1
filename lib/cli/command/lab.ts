/**
 * `lab`: a page in which the virtual run can be tried out.
 *
 * @module
 */

import { Exit } from "../../domain/exit_codes.ts";
import { serveLab } from "../../live/pages/lab.ts";
import { Interruption } from "../../platform/interruption.ts";
import { stderr, stdout } from "../../platform/output.ts";
import { giveUpPermissions } from "../../platform/permissions.ts";
import { labPage } from "../../view/lab_page.ts";
import type { LabCommandOptions } from "../command_options.ts";
import { WholeFile } from "../whole_file.ts";

/**
 * Serves the laboratory until a signal stops it, or writes it to a file.
 *
 * @param options The place of the page, and for whom it is.
 * @returns The exit code: 0 done; 3 the file could not be written.
 * @throws {StartError} If no port is free, it may not listen there, or no file
 * can be created.
 */
export async function runLab(options: LabCommandOptions): Promise<number> {
  if (options.export !== undefined) {
    return await write(options.export, options.program);
  }
  using interruption = new Interruption();
  const server = await serveLab(options);
  // The page is in memory and the port is open: nothing else is needed,
  // whatever was granted.
  giveUpPermissions();
  stdout.print(`Laboratory: ${server.link}\n`);
  await interruption.stopped();
  await server.stop();
  return Exit.DONE;
}

async function write(path: string, program: string): Promise<number> {
  const file = new WholeFile(
    "export",
    path,
    (text) => stderr.print(`${text}\n`),
  );
  const { html } = await labPage(program);
  if (!file.write(html)) return Exit.UNWRITTEN;
  stdout.deliver(`Laboratory: ${path}\n`);
  return Exit.DONE;
}
