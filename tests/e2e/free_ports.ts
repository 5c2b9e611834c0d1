/**
 * Ports that are told to several processes before any of them listens.
 *
 * @module
 */

/**
 * Below the ports that Linux and macOS give to outgoing connections: one of
 * those could be taken by anybody before the process is up that it is for.
 */
const PORT_MIN = 10_000;
const PORT_MAX = 32_000;

/**
 * Finds ports at 127.0.0.1 on which nothing listens.
 *
 * @param count How many, from 1 on
 * @returns As many different ports, drawn so that tests beside each other do
 * not find the same
 */
export function freePorts(count: number): number[] {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = PORT_MIN +
      Math.floor(Math.random() * (PORT_MAX - PORT_MIN));
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      ports.add(port);
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
  return [...ports];
}
