import { assertEquals, assertRejects } from "@std/assert";
import {
  FolderLock,
  FolderLockedError,
} from "../../lib/platform/folder_lock.ts";
import { granted } from "../permissions.ts";

const ignore = !granted({ read: ["/tmp"], write: ["/tmp"] });

async function inFolder(
  test: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = Deno.makeTempDirSync({ dir: "/tmp", prefix: "likes-lock-" });
  try {
    await test(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test({
  name: "FolderLock.take() refuses a second holder and says which is running",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      const path = `${folder}/PrimaryLikesLog.lock`;
      const lock = await FolderLock.take(path, "primary");
      await assertRejects(
        () => FolderLock.take(path, "primary", 5),
        FolderLockedError,
        `a primary is already running with the log folder ${folder}`,
      );
      lock.release();
      // Also waits for the lock that came too late, and was let go of.
      (await FolderLock.take(path, "primary")).release();
    }),
});

Deno.test({
  name:
    "FolderLock.take() takes over the file of one that has ended, and waits for one that is ending",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      const path = `${folder}/lock`;
      Deno.writeTextFileSync(path, "");
      const first = await FolderLock.take(path, "primary");
      const second = FolderLock.take(path, "primary", 60_000);
      first.release();
      (await second).release();
    }),
});

Deno.test({
  name:
    "FolderLock.take() writes nothing to a file planted in place of the lock",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      Deno.writeTextFileSync(`${folder}/treasure`, "gold");
      Deno.linkSync(`${folder}/treasure`, `${folder}/lock`);
      const lock = await FolderLock.take(`${folder}/lock`, "parent");
      lock.release();
      assertEquals(Deno.readTextFileSync(`${folder}/treasure`), "gold");
    }),
});

Deno.test({
  name: "FolderLock.take() says that the folder is missing",
  ignore,
  fn: async () => {
    await assertRejects(
      () => FolderLock.take("/tmp/likes-no-such-folder/lock", "parent"),
      Deno.errors.NotFound,
    );
  },
});
