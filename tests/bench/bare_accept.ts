/**
 * The least that a primary in Deno can do for a connection per report: accept,
 * read once, reply, close. It checks, counts and logs nothing, so it is no
 * primary; it shows what Deno itself takes of the time.
 *
 * usage: deno run --allow-net=127.0.0.1 bare_accept.ts PORT
 *
 * @module
 */

const ACK = new TextEncoder().encode("ACK");

async function serve(connection: Deno.TcpConn): Promise<void> {
  try {
    if (await connection.read(new Uint8Array(256)) !== null) {
      await connection.write(ACK);
    }
  } catch {
    // It is gone.
  } finally {
    connection.close();
  }
}

const port = Number(Deno.args[0]);
using listener = Deno.listen({ hostname: "127.0.0.1", port });
for await (const connection of listener) serve(connection);
