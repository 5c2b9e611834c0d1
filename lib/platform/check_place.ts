/**
 * A look at where a file is to be, before anything is started or replaced.
 *
 * @module
 */

import { LogFile } from "./log_file.ts";

/**
 * Looks whether {@linkcode LogFile.createAnew} can be expected to work and is
 * permitted, and changes nothing. A run replaces files of earlier ones only
 * when nothing is left that could keep it from beginning.
 *
 * @param path Where a file is to be.
 * @throws {Deno.errors.NotCapable} Without permission to write there.
 * @throws {Error} If it cannot be created, as {@linkcode LogFile.check} says
 * it.
 */
export function checkPlace(path: string): void {
  const { state } = Deno.permissions.querySync({ name: "write", path });
  if (state !== "granted") {
    throw new Deno.errors.NotCapable(`Requires write access to "${path}"`);
  }
  LogFile.check(path);
}
