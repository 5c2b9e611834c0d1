import { assert, assertEquals, assertThrows } from "@std/assert";
import { LogFile, openToResume } from "../../lib/platform/log_file.ts";
import { granted } from "../permissions.ts";
import { MemoryFile } from "../live/primary/memory_log.ts";
import { TempFolder } from "../temp_folder.ts";

const encoder = new TextEncoder();
const ignore = !granted({ read: ["/tmp"], write: ["/tmp"] });

Deno.test("LogFile.append() goes on after a short write until all is written", () => {
  const file = new MemoryFile();
  file.writeBytesMax = 3;
  const log = new LogFile(file);
  log.append(encoder.encode("LikesServer0 14\n"));
  assertEquals(file.text, "LikesServer0 14\n");
  assertEquals(log.length, 16);
});

Deno.test("LogFile.append() cuts back to the last whole line when the disk is full, and goes on when there is room", () => {
  const file = new MemoryFile();
  const log = new LogFile(file);
  log.append(encoder.encode("first\n"));
  file.diskBytes = 10;
  assertThrows(() => log.append(encoder.encode("second\n")), Error, "No space");
  assertEquals(file.text, "first\n");
  assertEquals(log.length, 6);
  file.diskBytes = 100;
  log.append(encoder.encode("third\n"));
  assertEquals(file.text, "first\nthird\n");
});

Deno.test("LogFile.append() cuts before the next write what it could not cut at once", () => {
  const file = new MemoryFile();
  const log = new LogFile(file);
  file.diskBytes = 3;
  file.isUncuttable = true;
  assertThrows(() => log.append(encoder.encode("torn line\n")));
  assertEquals(file.text, "tor");
  file.diskBytes = 100;
  assertThrows(() => log.append(encoder.encode("x\n")), Error, "os error 5");
  assertEquals(file.text, "tor");
  file.isUncuttable = false;
  log.append(encoder.encode("whole\n"));
  assertEquals(file.text, "whole\n");
});

Deno.test({
  name:
    "LogFile.createAnew() replaces a planted link and leaves what it leads to alone",
  ignore,
  fn() {
    using temp = new TempFolder();
    const folder = temp.path;
    const path = `${folder}/PrimaryLikesLog`;
    Deno.writeTextFileSync(`${folder}/treasure`, "gold");
    // A symbolic link needs permission for everything, a hard link does not,
    // and it is as good a trap.
    Deno.linkSync(`${folder}/treasure`, path);
    using log = LogFile.createAnew(path);
    log.append(encoder.encode("line\n"));
    assertEquals(Deno.readTextFileSync(`${folder}/treasure`), "gold");
    assertEquals(Deno.readTextFileSync(path), "line\n");
  },
});

Deno.test({
  name: "LogFile.createAnew() refuses a folder and leaves it there",
  ignore,
  fn() {
    using temp = new TempFolder();
    const folder = temp.path;
    assertThrows(
      () => LogFile.createAnew(folder),
      Deno.errors.IsADirectory,
      "it is a folder",
    );
    assert(Deno.statSync(folder).isDirectory);
  },
});

Deno.test({
  name: "LogFile.createAnew() says that the folder is missing",
  ignore,
  fn() {
    assertThrows(
      () => LogFile.createAnew("/tmp/likes-no-such-folder/log"),
      Deno.errors.NotFound,
    );
  },
});

Deno.test({
  name:
    "LogFile.resume() cuts off what is behind the sound lines and goes on there",
  ignore,
  fn() {
    const path = Deno.makeTempFileSync({ dir: "/tmp", prefix: "likes-log-" });
    try {
      Deno.writeTextFileSync(path, "sound\ntor");
      using log = LogFile.resume(openToResume(path), 6);
      log.append(encoder.encode("next\n"));
      assertEquals(Deno.readTextFileSync(path), "sound\nnext\n");
      assertEquals(log.length, 11);
    } finally {
      Deno.removeSync(path);
    }
  },
});

Deno.test({
  name: "openToResume() refuses a folder in place of the log",
  ignore,
  fn() {
    using temp = new TempFolder();
    const folder = temp.path;
    assertThrows(() => openToResume(folder), Deno.errors.InvalidData, "file");
  },
});
