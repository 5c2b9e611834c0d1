/**
 * Permissions of this process.
 *
 * @module
 */

/**
 * Gives up writing, reading and running, for good. Files that are open stay
 * usable; nothing else can be opened or started from now on, whatever a client
 * sends and whatever was granted.
 */
export function giveUpPermissions(): void {
  for (const name of ["write", "read", "run"] as const) {
    Deno.permissions.revokeSync({ name });
  }
}
