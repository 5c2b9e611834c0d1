import { assert, assertEquals, assertRejects } from "@std/assert";
import { lockFolder } from "../../lib/platform/folder_lock.ts";
import { StartError } from "../../lib/platform/start_error.ts";
import { CAN_RUN, outputOf } from "./subprocess.ts";
import { granted } from "../permissions.ts";
import { TempFolder } from "../temp_folder.ts";

const ignore = !granted({ read: ["/tmp"], write: ["/tmp"] });

async function inFolder(
  test: (folder: string) => Promise<void>,
): Promise<void> {
  using temp = new TempFolder();
  const folder = temp.path;
  await test(folder);
}

Deno.test({
  name: "lockFolder() refuses a second holder and says which is running",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      const path = `${folder}/PrimaryLikesLog.lock`;
      const lock = await lockFolder(path, "primary");
      await assertRejects(
        () => lockFolder(path, "primary", 5),
        StartError,
        `a primary is already running with the log folder ${folder} (stop it, or name another folder with --log-dir)`,
      );
      lock.close();
      // Also waits for the lock that came too late, and was let go of.
      (await lockFolder(path, "primary")).close();
    }),
});

Deno.test({
  name:
    "lockFolder() takes over the file of one that has ended, and waits for one that is ending",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      const path = `${folder}/lock`;
      Deno.writeTextFileSync(path, "");
      const first = await lockFolder(path, "primary");
      const second = lockFolder(path, "primary", 60_000);
      first.close();
      (await second).close();
    }),
});

Deno.test({
  name: "lockFolder() writes nothing to a file planted in place of the lock",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      Deno.writeTextFileSync(`${folder}/treasure`, "gold");
      Deno.linkSync(`${folder}/treasure`, `${folder}/lock`);
      const lock = await lockFolder(`${folder}/lock`, "parent");
      lock.close();
      assertEquals(Deno.readTextFileSync(`${folder}/treasure`), "gold");
    }),
});

Deno.test({
  name:
    "lockFolder() refuses a link that leads nowhere, which it neither removes nor follows",
  ignore: ignore || !CAN_RUN,
  fn: () =>
    inFolder(async (folder) => {
      const path = `${folder}/lock`;
      // To make a link needs permission to read and write all.
      const [from, to] = [JSON.stringify(path), JSON.stringify("nowhere")];
      await outputOf(`Deno.symlinkSync(${to}, ${from})`);
      await assertRejects(
        () => lockFolder(path, "primary"),
        StartError,
        `the lock file ${path} is a link that leads nowhere (remove it, or name another folder with --log-dir)`,
      );
      assert(Deno.lstatSync(path).isSymlink);
      assertEquals([...Deno.readDirSync(folder)].length, 1);
    }),
});

Deno.test({
  name: "lockFolder() says that the folder is missing",
  ignore,
  fn: async () => {
    await assertRejects(
      () => lockFolder("/tmp/likes-no-such-folder/lock", "parent"),
      Deno.errors.NotFound,
    );
  },
});
