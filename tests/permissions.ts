/**
 * The choice of tests that can run: plain `deno test` grants nothing, and a
 * test that needs a permission is then reported as ignored instead of failing.
 *
 * @module
 */

/**
 * The permissions that a test needs. `true` asks for the whole grant; a list
 * asks for each of its entries: hosts, paths, programs, names of variables or
 * of system information.
 */
export interface Needs {
  /** Hosts, each `host` or `host:port`. */
  readonly net?: true | readonly string[];
  /** Paths that are read. */
  readonly read?: true | readonly string[];
  /** Paths that are written. */
  readonly write?: true | readonly string[];
  /** Programs that are started. */
  readonly run?: true | readonly string[];
  /** Environment variables that are read. */
  readonly env?: true | readonly string[];
  /** System information that is read, such as `hostname`. */
  readonly sys?: true | readonly Sys[];
}

type Sys = NonNullable<Deno.SysPermissionDescriptor["kind"]>;

/**
 * Whether all of `needs` are granted to this process. Asks without a prompt.
 *
 * @param needs What the test needs.
 * @returns `true` when each is granted.
 *
 * @example
 * ```ts ignore
 * import { granted } from "./permissions.ts";
 *
 * Deno.test({
 *   name: "servePrimary() answers a valid report with ACK",
 *   ignore: !granted({ net: ["127.0.0.1"], write: ["/tmp"] }),
 *   async fn() {
 *     // …
 *   },
 * });
 * ```
 */
export function granted(needs: Needs): boolean {
  return descriptorsOf(needs).every((descriptor) =>
    Deno.permissions.querySync(descriptor).state === "granted"
  );
}

function descriptorsOf(needs: Needs): Deno.PermissionDescriptor[] {
  return [
    ...each(needs.net, (host) => ({ name: "net", ...host && { host } })),
    ...each(needs.read, (path) => ({ name: "read", ...path && { path } })),
    ...each(needs.write, (path) => ({ name: "write", ...path && { path } })),
    ...each(
      needs.run,
      (command) => ({ name: "run", ...command && { command } }),
    ),
    ...each(
      needs.env,
      (variable) => ({ name: "env", ...variable && { variable } }),
    ),
    ...each(needs.sys, (kind) => ({ name: "sys", ...kind && { kind } })),
  ];
}

function each<T extends string>(
  need: true | readonly T[] | undefined,
  descriptor: (entry: T | undefined) => Deno.PermissionDescriptor,
): Deno.PermissionDescriptor[] {
  if (need === undefined) return [];
  return need === true ? [descriptor(undefined)] : need.map(descriptor);
}
