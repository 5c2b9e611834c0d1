import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { parseInvocation } from "../../../lib/cli/invocation.ts";
import { OwnPrimary } from "../../../lib/live/run/own_primary.ts";
import { Interruption } from "../../../lib/platform/interruption.ts";
import { StartError } from "../../../lib/platform/start_error.ts";
import { granted } from "../../permissions.ts";
import { TempFolder } from "../../temp_folder.ts";

const permissions = {
  net: ["127.0.0.1"],
  write: ["/tmp"],
  run: [Deno.execPath()],
};

function startOptions(logDir: string) {
  const invocation = parseInvocation(
    ["start", "--port", "0", "--log-dir", logDir],
    { program: "likes", drawSeed: () => 0 },
  );
  assert(invocation.command === "start");
  return invocation.options;
}

Deno.test({
  name: "OwnPrimary stays down where it cannot be started again, and says why",
  ignore: !granted(permissions),
  permissions,
  async fn() {
    using temp = new TempFolder();
    const logDir = temp.path;
    using interruption = new Interruption();
    const notes: string[] = [];
    const primary = await OwnPrimary.start({
      live: startOptions(logDir),
      interruption,
      onLine: () => {},
      onNote: (text) => notes.push(text),
    });
    assertEquals(await primary.up(), true);
    // From now on nothing is started any more, as if its program was gone.
    Deno.permissions.revokeSync({ name: "run" });
    primary.crash(false);
    primary.restart();
    assertEquals(await primary.up(), false);
    assertMatch(
      primary.whyDown,
      /^it could not be started again: Requires run/,
    );
    assertEquals(notes.at(-1), `The primary stays down: ${primary.whyDown}`);
    await primary.stop();
  },
});

Deno.test({
  name: "OwnPrimary.start() says why the first process could not be started",
  ignore: !granted(permissions),
  permissions: { write: ["/tmp"] },
  async fn() {
    using temp = new TempFolder();
    const logDir = temp.path;
    using interruption = new Interruption();
    await assertRejects(
      () =>
        OwnPrimary.start({
          live: startOptions(logDir),
          interruption,
          onLine: () => {},
          onNote: () => {},
        }),
      StartError,
      "Cannot start the primary: Requires run access",
    );
  },
});
