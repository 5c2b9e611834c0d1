import { assert, assertEquals } from "@std/assert";
import { walk } from "@std/fs";
import { granted } from "../permissions.ts";

const BUILT = new URL("../../lib/view/built", import.meta.url).pathname;

Deno.test({
  name: "lib/view/built holds what the program serves, below 250 kB each",
  ignore: !granted({ read: [BUILT] }),
  async fn() {
    const files: string[] = [];
    for await (const { path, name } of walk(BUILT, { includeDirs: false })) {
      const { size } = await Deno.stat(path);
      assert(size > 1000 && size < 250_000, `${name}: ${size} bytes`);
      files.push(name);
    }
    assertEquals(files.sort(), [
      "dashboard.css",
      "dashboard.js",
      "lab.css",
      "lab.js",
      "report.css",
    ]);
  },
});
