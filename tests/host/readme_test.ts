import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { LogFolder, outside } from "../e2e/program.ts";
import { ignore } from "./hosted.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

Deno.test({
  name: "lib/host/README.md begins with three commands that give a verdict",
  ignore,
  async fn() {
    using folder = new LogFolder();
    const text = await Deno.readTextFile(`${ROOT}lib/host/README.md`);
    const [, block = ""] = /```sh\n([^]*?)\n```/.exec(text) ?? [];
    const [install = "", ...rest] = block.split("\n");
    assert(install.startsWith("npm install --global deno@"), install);
    // As written, but for a moment, and with this test's Deno and folder.
    const script = rest.join("\n").replaceAll("/tmp/", `${folder.path}/`)
      .replace("--lifetime 10s", "--lifetime 0.5s --drain 0.5s")
      .replace("deno task host", `deno task host --log-dir ${folder.path}`);
    const [code, stdout] = JSON.parse(
      await outside(`
        const { code, stdout } = await new Deno.Command("sh", {
          args: ["-c", ${JSON.stringify(`deno() { "$0" "$@"; }\n${script}`)},
            Deno.execPath()],
          cwd: ${JSON.stringify(ROOT)},
        }).output();
        console.log(JSON.stringify([code, new TextDecoder().decode(stdout)]));
      `),
    );
    assertEquals(code, 1, stdout);
    assertStringIncludes(stdout, "NOT CONVERGED");
    assertStringIncludes(stdout, "are lost: missing");
  },
});
