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
// Deno fetches a package when it is imported.
import "d3-scale";
import "d3-shape";
import "uplot";

/** The entry points of the pages. */
const PAGES = [
  "page/dashboard.ts",
  "page/lab.ts",
  "style/dashboard.css",
  "style/lab.css",
  "style/report.css",
];

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
  await esbuild.build({
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
  });
  await esbuild.stop();
}

if (import.meta.main) {
  const [folder = fileURLToPath(new URL("built/", import.meta.url))] =
    Deno.args;
  await build(folder);
}
