// The house that lib/ is: which room may import which, in types as well, and
// how large a folder and a file may be.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { walk } from "@std/fs";
import { granted } from "./permissions.ts";

const ROOT = new URL("../", import.meta.url).pathname;

const FILES_MAX = 24;
const LINES_MAX = 500;

/**
 * The rooms that each room may import besides itself. A room that is not listed
 * is refused: it is to be given its place first.
 */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  platform: [],
  std: [],
  protocol: ["domain"],
  rules: ["domain", "protocol"],
  faults: ["domain"],
  verdict: ["domain", "protocol", "rules"],
  options: ["domain", "faults", "platform", "protocol", "rules"],
  sim: [
    ...["domain", "faults", "options", "platform", "protocol", "rules"],
    "verdict",
  ],
  view: ["domain", "faults", "protocol", "rules", "verdict"],
  explore: ["domain", "faults", "options", "protocol", "rules"],
  live: [
    ...["domain", "faults", "options", "platform", "protocol", "rules"],
    ...["verdict", "view"],
  ],
  host: [
    ...["domain", "faults", "platform", "protocol", "rules", "verdict"],
    "view",
  ],
  cli: [
    ...["domain", "explore", "faults", "host", "live", "options"],
    "platform",
    ...["protocol", "rules", "sim", "verdict", "view"],
  ],
};

/**
 * The laboratory runs the virtual world, with the flags of the command line.
 */
const LABORATORY = /^lib\/view\/(lab\/|page\/lab)/;
const ROOMS_OF_LABORATORY = ["explore", "options", "sim"];

/** The modules that run in a browser. */
const PAGES = ["dashboard.ts", "lab.ts", "lab_worker.ts"]
  .map((name) => `lib/view/page/${name}`);

/**
 * An import, an export from elsewhere or a dynamic import, of types as well.
 */
const IMPORT_REGEXP = /(?:\bfrom|\bimport)\s*\(?\s*"(\.[^"]+)"/g;
/** The first word of a docstring; `The same` is none. */
const DOCSTRING_REGEXP = /\/\*\*[\s*]*(The same\b|[^\s*,:;]+)/g;
/** Words that leave open what a docstring is about. */
const NO_SUBJECTS = new Set(
  ("As Of Some It Its They Them Their Those These This There Here So Such " +
    "Likewise Who Whose Whoever What Whatever Which When Where How").split(" ")
    .concat("The same"),
);
const COMMENT_REGEXP = /\/\*[^]*?\*\/|^\s*\/\/.*$/gm;

interface SourceFile {
  /** Without comments. */
  readonly code: string;
  readonly lines: number;
  /** The first words of its docstrings. */
  readonly docstrings: readonly string[];
  /** The TypeScript files of this project that it names, by path. */
  readonly imports: readonly string[];
}

async function readHouse(): Promise<ReadonlyMap<string, SourceFile>> {
  const paths = ["primary.ts", "worker.ts"];
  const lib = walk(`${ROOT}lib`, {
    exts: [".ts"],
    includeDirs: false,
    skip: [/\/built\//, /\.d\.ts$/],
  });
  for await (const { path } of lib) paths.push(path.slice(ROOT.length));
  const files = new Map<string, SourceFile>();
  for (const path of paths.sort()) {
    const text = await Deno.readTextFile(ROOT + path);
    const code = text.replace(COMMENT_REGEXP, "");
    const imports = [...code.matchAll(IMPORT_REGEXP)]
      .map(([, to = ""]) => new URL(to, `file:///${path}`).pathname.slice(1))
      .filter((to) => to.endsWith(".ts"));
    const docstrings = [...text.matchAll(DOCSTRING_REGEXP)]
      .map(([, word = ""]) => word);
    const lines = text.split("\n").length - 1;
    files.set(path, { code, lines, docstrings, imports });
  }
  return files;
}

/** The room of a file of `lib/`; of a file beside it, its own name. */
function roomOf(path: string): string {
  return /^lib\/([^/]+)\//.exec(path)?.[1] ?? path;
}

/** The files that a file imports, directly or not. */
function closureOf(
  paths: readonly string[],
  files: ReadonlyMap<string, SourceFile>,
): Set<string> {
  const found = new Set(paths);
  for (const path of found) {
    for (const to of files.get(path)?.imports ?? []) found.add(to);
  }
  return found;
}

function houseTest(
  name: string,
  check: (files: ReadonlyMap<string, SourceFile>) => void,
): void {
  Deno.test({
    name,
    ignore: !granted({ read: ["."] }),
    async fn() {
      const files = await readHouse();
      assert(files.size > 150, `${files.size} files were read`);
      check(files);
    },
  });
}

houseTest("a room imports only rooms that it may know", (files) => {
  const wrong: string[] = [];
  for (const [path, { imports }] of files) {
    const room = roomOf(path);
    if (room === path) continue;
    const allowed = [
      ...[room, ...ROOMS[room] ?? []],
      ...LABORATORY.test(path) ? ROOMS_OF_LABORATORY : [],
      ...room === "cli" ? ["primary.ts"] : [],
    ];
    assert(room in ROOMS, `${path} is in a room without a place`);
    for (const to of imports) {
      if (!allowed.includes(roomOf(to))) wrong.push(`${path} -> ${to}`);
    }
  }
  assertEquals(wrong, []);
});

houseTest(
  "primary.ts and worker.ts import no view and no virtual world",
  (files) => {
    for (const path of ["primary.ts", "worker.ts"]) {
      const rooms = files.get(path)?.imports.map(roomOf) ?? [];
      assert(rooms.length > 0);
      for (const room of ["sim", "view"]) assert(!rooms.includes(room), path);
    }
  },
);

houseTest(
  "no file imports itself by way of others, in types either",
  (files) => {
    const circles = [...files].flatMap(([path, { imports }]) =>
      closureOf(imports, files).has(path) ? [path] : []
    );
    assertEquals(circles, []);
  },
);

houseTest(
  "pages in a browser have nothing of the live run, the command line or the machine",
  (files) => {
    const rooms = new Set([...closureOf(PAGES, files)].map(roomOf));
    assert(rooms.has("sim") && rooms.has("rules"));
    assertEquals(
      rooms.intersection(new Set(["live", "cli", "platform"])).size,
      0,
    );
  },
);

houseTest("only lib/platform writes to the console", (files) => {
  const writing = [...files].flatMap(([path, { code }]) =>
    /\bconsole\./.test(code) && roomOf(path) !== "platform" ? [path] : []
  );
  assertEquals(writing, []);
});

houseTest(
  "a folder has at most 24 files, a file at most 500 lines",
  (files) => {
    const counts = new Map<string, number>();
    for (const [path, { lines }] of files) {
      assert(lines <= LINES_MAX, `${path} has ${lines} lines`);
      const folder = path.slice(0, path.lastIndexOf("/") + 1);
      counts.set(folder, (counts.get(folder) ?? 0) + 1);
    }
    for (const [folder, count] of counts) {
      assert(count <= FILES_MAX, `${folder} has ${count} files`);
    }
  },
);

houseTest("a docstring begins with its subject", (files) => {
  const wrong: string[] = [];
  for (const [path, { docstrings }] of files) {
    for (const word of docstrings) {
      if (NO_SUBJECTS.has(word)) wrong.push(`${path}: ${word} …`);
    }
  }
  assertEquals(wrong, []);
});

function readTasks(): Record<string, { readonly command: string }> {
  const path = new URL("../deno.json", import.meta.url);
  return JSON.parse(Deno.readTextFileSync(path)).tasks;
}

Deno.test({
  name: "no task gives V8 a flag",
  ignore: !granted({ read: ["."] }),
  fn() {
    const text = JSON.stringify(readTasks());
    assert(text.includes("main.ts"), text);
    assert(!text.includes("v8-flags"), text);
  },
});

Deno.test({
  name: "the tasks of the tests find what a test leaves open",
  ignore: !granted({ read: ["."] }),
  fn() {
    // Deno 2.8 and later look for it only when told to, older ones always; as
    // flags, or in deno.json, these settings would be errors to them.
    const tasks = readTasks();
    for (const name of ["test", "test:engines"]) {
      const command = tasks[name]?.command ?? "";
      assertMatch(command, /^DENO_TEST_SANITIZE_OPS=1 /);
      assertMatch(command, / DENO_TEST_SANITIZE_RESOURCES=1 /);
    }
  },
});
