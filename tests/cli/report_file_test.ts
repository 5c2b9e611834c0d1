import { assertEquals } from "@std/assert";
import { writeReport } from "../../lib/cli/report_file.ts";
import { WholeFile } from "../../lib/cli/whole_file.ts";
import { reportRunOf } from "../../lib/cli/virtual_report.ts";
import { DEFAULT_RUN } from "../../lib/options/run_options.ts";
import { granted } from "../permissions.ts";
import { TempFolder } from "../temp_folder.ts";

const ignore = !granted({ read: ["/tmp"], write: ["/tmp"] });

const RUN = reportRunOf(
  { ...DEFAULT_RUN, servers: 1, lifetimeTicks: 50_000 },
  "likes sim",
);

function withFolder(
  action: (folder: string) => Promise<void> | void,
): () => Promise<void> {
  return async () => {
    using temp = new TempFolder();
    const folder = temp.path;
    await action(folder);
  };
}

Deno.test({
  name: "writeReport() leaves what is there as it is until the report is whole",
  ignore,
  fn: withFolder(async (folder) => {
    const path = `${folder}/report.html`;
    new WholeFile("report", path, () => {});
    assertEquals([...Deno.readDirSync(folder)], []);
    Deno.writeTextFileSync(path, "an earlier report");
    const report = new WholeFile("report", path, () => {});
    assertEquals(Deno.readTextFileSync(path), "an earlier report");
    assertEquals(await writeReport(report, [RUN]), true);
    assertEquals(Deno.readTextFileSync(path).startsWith("<!doctype"), true);
  }),
});

Deno.test({
  name: "writeReport() says why there is no report",
  ignore,
  fn: withFolder(async (folder) => {
    const path = `${folder}/report.html`;
    const complaints: string[] = [];
    const report = new WholeFile(
      "report",
      path,
      (text) => complaints.push(text),
    );
    Deno.mkdirSync(path);
    assertEquals(await writeReport(report, [RUN]), false);
    assertEquals(complaints, [
      `error: Cannot write the report to ${path}: it is a folder`,
    ]);
  }),
});
