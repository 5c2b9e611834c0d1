import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { DELIVERIES } from "../../lib/domain/delivery.ts";
import { CAN_RUN, LogFolder, Program } from "./program.ts";

const RUN = [
  ...["--servers", "3", "--spawn-interval", "20ms", "--lifetime", "1.5s"],
  ...["--interval", "0.1s..0.2s", "--partition", "0.5s..1s", "--seed", "7"],
];

for (const command of ["start", "sim"]) {
  Deno.test({
    name:
      `${command} --report writes one page with verdict, faults, seed and command, with permission to write only`,
    ignore: !CAN_RUN,
    async fn() {
      using folder = new LogFolder();
      const path = `${folder.path}/report.html`;
      const words = [
        ...[command, ...RUN, "--json", "--report", path],
        ...["--port", "0", "--log-dir", folder.path],
      ];
      await using program = new Program(words);
      const { code, stdout, stderr } = await program.ended;
      assertEquals(code, 0, stderr);
      const { generated, converged } = JSON.parse(stdout);
      assertEquals(converged, true);
      const html = Deno.readTextFileSync(path);
      for (
        const text of [
          `All ${generated} likes generated are at the primary`,
          "<code>--partition 500ms..1s</code>",
          "<dd>7</dd>",
          `<code>deno task ${command} --servers 3`,
          'class="window partition all"',
          '<th scope="row">LikesServer2</th>',
        ]
      ) assertStringIncludes(html, text);
    },
  });
}

for (const world of [["--runs", "2"], ["--live"]]) {
  Deno.test({
    name: `compare ${world[0]} --report puts five modes side by side`,
    ignore: !CAN_RUN,
    async fn() {
      using folder = new LogFolder();
      const path = `${folder.path}/report.html`;
      await using program = new Program([
        ...["compare", ...RUN, ...world, "--report", path],
        ...["--port", "0", "--log-dir", folder.path],
      ], ["--allow-read=."]);
      const { code, stderr } = await program.ended;
      assertEquals(code, 0, stderr);
      const html = Deno.readTextFileSync(path);
      assertEquals(html.match(/<svg class="timeline"/g)?.length, 5);
      for (const delivery of DELIVERIES) {
        assertStringIncludes(html, `<th scope="row">${delivery}</th>`);
      }
      assertStringIncludes(html, "<code>deno task compare --servers 3");
    },
  });
}

Deno.test({
  name:
    "--report says before the run that its file cannot be written, in one line that names the flag",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    for (const path of ["/tmp/no such folder/report.html", "/report.html"]) {
      for (const command of ["start", "sim"]) {
        await using program = new Program([
          ...[command, "--report", path, "--log-dir", folder.path],
        ]);
        const { code, stdout, stderr } = await program.ended;
        assertEquals([code, stdout], [2, ""], stderr);
        assert(
          /^error: Cannot write a report to .* \(name another file with --report\)\n$/
            .test(stderr),
          stderr,
        );
      }
    }
  },
});

Deno.test({
  name: "compare --live leaves an earlier report where it has no log folder",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    const earlier = folder.putEarlier("report");
    await using program = new Program([
      ...["compare", ...RUN, "--live", "--report", `${folder.path}/report`],
      ...["--log-dir", `${folder.path}/missing`],
    ]);
    const { code, stderr } = await program.ended;
    assertEquals(code, 2);
    assertMatch(stderr, /^error: Cannot log to .*\/missing.*--log-dir\n$/);
    assertEquals(earlier(), ["report"]);
  },
});

Deno.test({
  name:
    "--history says before anything starts that its file cannot be written, in one line that names the flag",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    for (const path of ["/tmp/no such folder/history", "/history"]) {
      for (const command of ["start", "parent"]) {
        await using program = new Program([
          ...[command, "--history", path, "--log-dir", folder.path],
        ]);
        const { code, stdout, stderr } = await program.ended;
        assertEquals([code, stdout], [2, ""], stderr);
        assertMatch(
          stderr,
          /^error: Cannot log to .*, name another file with --history.*\n$/,
        );
      }
    }
    const files = [...Deno.readDirSync(folder.path)].map(({ name }) => name);
    assertEquals(files, ["ParentProcessStatus.lock"]);
  },
});
