import { assert, assertEquals } from "@std/assert";
import { lockFolder } from "../../../lib/platform/folder_lock.ts";
import { PRIMARY_LOCK } from "../../../lib/domain/log_files.ts";
import { PRIMARY_DEFAULTS } from "../../../lib/options/primary_options.ts";
import { PrimaryServer } from "../../../lib/live/primary/server.ts";
import { PrimaryRules } from "../../../lib/rules/primary_rules.ts";
import { granted } from "../../permissions.ts";
import { TempFolder } from "../../temp_folder.ts";

Deno.test({
  name: "PrimaryServer looks sessions up by a key that each one draws anew",
  ignore: !granted({ net: ["127.0.0.1"], write: ["/tmp"] }),
  async fn() {
    const keys: (number | undefined)[] = [];
    using temp = new TempFolder();
    const folder = temp.path;
    while (keys.length < 3) {
      const server = new PrimaryServer(
        PRIMARY_DEFAULTS,
        Deno.listen({ hostname: "127.0.0.1", port: 0 }),
        await lockFolder(`${folder}/${PRIMARY_LOCK}`, "primary"),
        folder,
        (options) => {
          keys.push(options.hashKey);
          return new PrimaryRules(options);
        },
      );
      await server.stop();
    }
    assert(keys.every((key) => Number.isInteger(key)), `${keys}`);
    assertEquals(new Set(keys).size, keys.length);
  },
});
