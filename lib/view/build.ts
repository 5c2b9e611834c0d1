/**
 * Bundles the pages: `deno task build`. What it writes into `built/` is
 * committed, so that nobody who runs the program needs a bundler, and a test
 * checks that it is up to date.
 *
 * @module
 */
import * as esbuild from "esbuild";
import { hashesOf, MANIFEST, PAGES } from "./built_manifest.ts";

const ROOT = new URL("../../", import.meta.url);
const BUILT = new URL("./built/", import.meta.url);

/**
 * Finds npm packages where Deno keeps them; esbuild knows nothing of import
 * maps.
 */
const fromDeno: esbuild.Plugin = {
  name: "from-deno",
  setup(build) {
    build.onResolve({ filter: /^(uplot|@std|deno-std)(\/|$)/ }, ({ path }) => ({
      path: new URL(
        import.meta.resolve(
          path === "uplot" ? "uplot/dist/uPlot.esm.js" : path,
        ),
      ).pathname,
    }));
  },
};

async function build(): Promise<void> {
  // Deno fetches a package when it is imported.
  await import("uplot");
  const files = new Set<string>();
  for (const page of PAGES) {
    const built = page.replace(/\.ts$/, ".js");
    const { metafile } = await esbuild.build({
      absWorkingDir: ROOT.pathname,
      entryPoints: [`lib/view/page/${page}`],
      outfile: new URL(built, BUILT).pathname,
      bundle: true,
      minify: true,
      format: "iife",
      target: ["es2022"],
      charset: "utf8",
      legalComments: "none",
      metafile: true,
      plugins: [fromDeno],
      logLevel: "warning",
    });
    for (const input of Object.keys(metafile.inputs)) {
      // Packages are pinned by version.
      if (input.startsWith("lib/")) files.add(input);
    }
    // A manifest beside the bundle of another build is noticed, too.
    files.add(`lib/view/built/${built}`);
  }
  await esbuild.stop();
  const hashes = await hashesOf([...files].sort(), readFile);
  const text = `${JSON.stringify(hashes, null, 2)}\n`;
  await Deno.writeTextFile(new URL(MANIFEST, BUILT), text);
}

function readFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return Deno.readFile(new URL(path, ROOT));
}

if (import.meta.main) await build();
