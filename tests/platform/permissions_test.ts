import { assertEquals } from "@std/assert";
import { CAN_RUN, outputOf } from "./subprocess.ts";

Deno.test({
  name:
    "giveUpPermissions() takes writing, reading and running away, and nothing that is open",
  ignore: !CAN_RUN,
  async fn() {
    const { code, stdout, stderr } = await outputOf(`
      import { giveUpPermissions } from "platform/permissions.ts";
      const path = Deno.makeTempFileSync();
      const file = Deno.openSync(path, { write: true });
      Deno.removeSync(path);
      giveUpPermissions();
      file.writeSync(new Uint8Array(1));
      const names = ["write", "read", "run", "net"];
      console.log(names.map((name) => Deno.permissions.querySync({ name }).state));
    `);
    assertEquals([code, stderr], [0, ""]);
    assertEquals(stdout, '[ "prompt", "prompt", "prompt", "granted" ]\n');
  },
});
