import { assert, assertEquals } from "@std/assert";
import { hashesOf, MANIFEST, PAGES } from "../../lib/view/built_manifest.ts";
import { granted } from "../permissions.ts";

const ROOT = new URL("../../", import.meta.url);
const BUILT = new URL("lib/view/built/", ROOT);

const CAN_READ = granted({ read: [ROOT.pathname] });

Deno.test({
  name:
    "deno task build has been run since the last change of what the pages are built from, and nothing built has changed since",
  ignore: !CAN_READ,
  async fn() {
    const known: Record<string, string> = JSON.parse(
      await Deno.readTextFile(new URL(MANIFEST, BUILT)),
    );
    const paths = Object.keys(known);
    for (const page of PAGES) {
      const built = page.replace(/\.ts$/, ".js");
      assert(paths.includes(`lib/view/page/${page}`));
      assert(paths.includes(`lib/view/built/${built}`));
    }
    const now = await hashesOf(
      paths,
      (path) => Deno.readFile(new URL(path, ROOT)),
    );
    const changed = paths.filter((path) => now[path] !== known[path]);
    assertEquals(changed, [], "Run deno task build and commit what it writes");
  },
});

Deno.test({
  name: "lib/view/built holds a file for each page, below 250 kB each",
  ignore: !CAN_READ,
  async fn() {
    for (const page of PAGES) {
      const path = new URL(page.replace(/\.ts$/, ".js"), BUILT);
      const { size } = await Deno.stat(path);
      assert(size > 1000 && size < 250_000, `${page}: ${size} bytes`);
    }
  },
});
