import { assert, assertEquals } from "@std/assert";
import { walk } from "@std/fs";
import { granted } from "../permissions.ts";

const BUILT = new URL("../../lib/view/built", import.meta.url).pathname;

Deno.test({
  name:
    "lib/view/built holds what the program serves, the laboratory in at most 400 kB",
  ignore: !granted({ read: [BUILT] }),
  async fn() {
    const files: string[] = [];
    let lab = 0;
    for await (const { path, name } of walk(BUILT, { includeDirs: false })) {
      const { size } = await Deno.stat(path);
      assert(size > 1000, `${name}: ${size} bytes`);
      if (name.startsWith("lab")) lab += size;
      else assert(size < 250_000, `${name}: ${size} bytes`);
      files.push(name);
    }
    assert(lab <= 400_000, `${lab} bytes`);
    assertEquals(files.sort(), [
      "dashboard.css",
      "dashboard.js",
      "lab.css",
      "lab.js",
      "lab_worker.txt",
      "report.css",
    ]);
  },
});
