/**
 * Writing to a connection, whole.
 *
 * @module
 */

/**
 * Writes bytes, however often the system takes only some of them.
 *
 * @param connection Where to.
 * @param bytes What.
 * @returns Fulfils when all are written.
 * @throws {Error} If the connection is gone, as Deno says it.
 */
export async function writeAll(
  connection: Pick<Deno.Conn, "write">,
  bytes: Uint8Array,
): Promise<void> {
  for (let sent = 0; sent < bytes.length;) {
    sent += await connection.write(bytes.subarray(sent));
  }
}
