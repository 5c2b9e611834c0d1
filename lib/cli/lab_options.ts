/**
 * The options of `lab`, checked as a whole.
 *
 * @module
 */

import { type FlagValues, PAGE_PORT_DEFAULT } from "../options/flags.ts";
import { refuseGiven } from "../options/read_run.ts";
import type { LabCommandOptions } from "./command_options.ts";
import type { FlagKeyOf } from "./commands.ts";

/**
 * Checks what `lab` is told.
 *
 * @param values The values of its flags.
 * @param program The words before the command.
 * @returns Its options.
 * @throws {UsageError} If a file is given a port.
 */
export function labOptions(
  values: FlagValues<Exclude<FlagKeyOf<"lab">, "pagePort">> & {
    readonly pagePort: number | undefined;
  },
  program: string,
): LabCommandOptions {
  const { export: path, pagePort } = values;
  if (path === undefined) {
    return { pagePort: pagePort ?? Number(PAGE_PORT_DEFAULT), program };
  }
  refuseGiven(values, ["pagePort"], "with --export: it serves nothing");
  return { pagePort: 0, program, export: path };
}
