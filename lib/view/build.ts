/**
 * Bundles the pages: `deno task build [FOLDER]`. The bundles in `built/` are
 * committed, so that the program runs without a bundler; `.ci/run` bundles
 * again and compares.
 *
 * @module
 */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { ensureDir } from "@std/fs";
import * as esbuild from "esbuild";
import { deflateSync } from "fflate";
// Deno fetches a package when it is imported.
import "d3-array";
import "d3-shape";
import "uplot";

/** The entry points of the pages. */
const PAGES = [
  "page/dashboard.ts",
  "page/lab.ts",
  "page/lab_worker.ts",
  "style/dashboard.css",
  "style/lab.css",
  "style/report.css",
];

/** The bundle that is kept packed: half of the laboratory's code. */
const PACKED = "lab_worker.js";

/**
 * Finds packages where Deno keeps them: esbuild knows neither the import map
 * nor Deno's cache.
 */
const fromDeno: esbuild.Plugin = {
  name: "from-deno",
  setup(build) {
    build.onResolve({ filter: /^[@a-z]/ }, ({ path, importer, kind }) => {
      if (kind === "entry-point") return undefined;
      // What a package imports is resolved for that package.
      const isPackage = importer.includes("/registry.npmjs.org/");
      return {
        path: isPackage
          ? createRequire(importer).resolve(path)
          : fileURLToPath(import.meta.resolve(
            path === "uplot" ? "uplot/dist/uPlot.esm.js" : path,
          )),
        // Of d3 a part is used; it is left out where it is not.
        sideEffects: false,
      };
    });
  },
};

async function build(folder: string): Promise<void> {
  await ensureDir(folder);
  const { outputFiles } = await esbuild.build({
    absWorkingDir: fileURLToPath(new URL(".", import.meta.url)),
    entryPoints: PAGES,
    outdir: folder,
    entryNames: "[name]",
    bundle: true,
    minify: true,
    format: "iife",
    target: ["es2022"],
    charset: "utf8",
    legalComments: "none",
    plugins: [fromDeno],
    logLevel: "warning",
    write: false,
  });
  await esbuild.stop();
  for (const { path, contents } of outputFiles) {
    if (path.endsWith(`/${PACKED}`)) {
      await Deno.writeTextFile(path.replace(".js", ".txt"), pack(contents));
    } else await Deno.writeFile(path, contents);
  }
}

/**
 * A script as text of a third of its length. The packer is not the platform's:
 * its bytes are the same on every machine.
 */
function pack(script: Uint8Array): string {
  const bytes = deflateSync(script, { level: 9 });
  const letters = Array.from(bytes, (byte) => String.fromCharCode(byte));
  return `${btoa(letters.join(""))}\n`;
}

if (import.meta.main) {
  const [folder = fileURLToPath(new URL("built/", import.meta.url))] =
    Deno.args;
  await build(folder);
}
