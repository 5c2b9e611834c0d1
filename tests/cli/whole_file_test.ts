import { assertEquals, assertThrows } from "@std/assert";
import { WholeFile } from "../../lib/cli/whole_file.ts";
import { StartError } from "../../lib/platform/start_error.ts";
import { granted } from "../permissions.ts";
import { TempFolder } from "../temp_folder.ts";

const ignore = !granted({ read: ["/tmp"], write: ["/tmp"] });

/** Does something while no file takes more than some bytes in all. */
function withRoomFor(bytes: number, act: () => void): void {
  const { writeSync } = Deno.FsFile.prototype;
  let left = bytes;
  Deno.FsFile.prototype.writeSync = function (part) {
    if (left === 0) throw new Error("No space left on device");
    const fitting = part.subarray(0, left);
    left -= fitting.length;
    return writeSync.call(this, fitting);
  };
  try {
    act();
  } finally {
    Deno.FsFile.prototype.writeSync = writeSync;
  }
}

Deno.test({
  name:
    "WholeFile.write() leaves what is there, and nothing beside it, where the disk is full",
  ignore,
  fn() {
    using temp = new TempFolder();
    const folder = temp.path;
    const path = `${folder}/lab.html`;
    Deno.writeTextFileSync(path, "an earlier page");
    const complaints: string[] = [];
    const file = new WholeFile(
      "export",
      path,
      (text) => complaints.push(text),
    );
    withRoomFor(5, () => assertEquals(file.write("a new page"), false));
    assertEquals(complaints, [
      `error: Cannot write the export to ${path}: No space left on device`,
    ]);
    assertEquals([...Deno.readDirSync(folder)].length, 1);
    assertEquals(Deno.readTextFileSync(path), "an earlier page");
    assertEquals(file.write("a new page"), true);
    assertEquals(Deno.readTextFileSync(path), "a new page");
    assertEquals([...Deno.readDirSync(folder)].length, 1);
  },
});

Deno.test({
  name: "WholeFile refuses a place where no file can be created",
  ignore,
  fn() {
    using temp = new TempFolder();
    for (const path of [temp.path, `${temp.path}/none/report.html`]) {
      assertThrows(
        () => new WholeFile("report", path, () => {}),
        StartError,
        "--report",
      );
    }
  },
});
