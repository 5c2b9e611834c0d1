import { assert, assertEquals } from "@std/assert";
import { parseInvocation } from "../../../lib/cli/invocation.ts";
import { failureStory } from "../../../lib/cli/diagram/failure_diagram.ts";
import { formatMermaid } from "../../../lib/view/diagram/mermaid.ts";
import { granted } from "../../permissions.ts";

const FILE = new URL("../../../lib/view/diagram/README.md", import.meta.url);

Deno.test({
  name: "the diagram in README.md is what its command writes",
  ignore: !granted({ read: [FILE.pathname] }),
  async fn() {
    const readme = Deno.readTextFileSync(FILE);
    const [, diagram = ""] = /```mermaid\n([^]*?)```/.exec(readme) ?? [];
    const [, line = ""] = /^%% deno task (.*)\n/.exec(diagram) ?? [];
    assert(readme.includes(`deno task ${line} --diagram `), line);
    const invocation = parseInvocation(line.split(" "), {
      program: "deno task",
      drawSeed: () => 0,
    });
    assert(invocation.command === "sim");
    const { run, command, check } = invocation.options;
    const story = await failureStory(run, command, { check });
    assert(typeof story !== "string");
    assertEquals(formatMermaid(story), diagram);
  },
});
