import { assertThrows } from "@std/assert";
import { closeQuietly } from "../../lib/platform/close_quietly.ts";
import { granted } from "../permissions.ts";

Deno.test({
  name: "closeQuietly() closes a connection, and one that is closed as well",
  ignore: !granted({ net: ["127.0.0.1"] }),
  async fn() {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const connection = await Deno.connect({ port: listener.addr.port });
    (await listener.accept()).close();
    closeQuietly(connection);
    assertThrows(() => connection.close(), Deno.errors.BadResource);
    closeQuietly(connection);
  },
});
