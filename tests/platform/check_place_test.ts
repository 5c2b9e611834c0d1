import { assertEquals, assertThrows } from "@std/assert";
import { checkPlace } from "../../lib/platform/check_place.ts";
import { granted } from "../permissions.ts";
import { outputOf } from "./subprocess.ts";
import { TempFolder } from "../temp_folder.ts";

const CAN_WRITE = granted({ read: ["/tmp"], write: ["/tmp"] });

Deno.test({
  name:
    "checkPlace() finds what would keep a file from being created, and changes nothing",
  ignore: !CAN_WRITE,
  fn() {
    using temp = new TempFolder();
    const folder = temp.path;
    const path = `${folder}/log`;
    checkPlace(path);
    Deno.writeTextFileSync(path, "earlier\n");
    checkPlace(path);
    assertEquals(Deno.readTextFileSync(path), "earlier\n");
    assertThrows(() => checkPlace(`${path}/log`), Deno.errors.NotADirectory);
    assertThrows(() => checkPlace(`${folder}/no/log`), Deno.errors.NotFound);
    assertThrows(() => checkPlace(folder), Deno.errors.IsADirectory);
    assertEquals([...Deno.readDirSync(folder)].length, 1);
  },
});

Deno.test({
  name:
    "checkPlace() says which permission is missing, and does not ask for it",
  ignore: !granted({ run: [Deno.execPath()] }),
  async fn() {
    const { stdout } = await outputOf(`
      import { checkPlace } from "platform/check_place.ts";
      Deno.permissions.revokeSync({ name: "write" });
      try {
        checkPlace("/tmp/log");
      } catch (error) {
        console.log(String(error));
      }
    `);
    assertEquals(stdout, 'NotCapable: Requires write access to "/tmp/log"\n');
  },
});
