/**
 * Closing what may be closed already.
 *
 * @module
 */

/**
 * Closes a connection; does nothing if it is closed, by the other side's reset
 * for instance.
 *
 * @param connection The connection.
 */
export function closeQuietly(connection: Pick<Deno.Conn, "close">): void {
  try {
    connection.close();
  } catch {
    // It is closed already.
  }
}
