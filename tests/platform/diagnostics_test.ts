import { assertEquals, assertMatch } from "@std/assert";
import { CAN_RUN, outputOf } from "./subprocess.ts";

const LOGTAPE = import.meta.resolve("@std/log");

Deno.test({
  name:
    "logToStderr() sends every level from info on to standard error, a line each",
  ignore: !CAN_RUN,
  async fn() {
    const { code, stdout, stderr } = await outputOf(`
      import { getLogger } from "${LOGTAPE}";
      import { logToStderr } from "platform/diagnostics.ts";
      logToStderr();
      const logger = getLogger(["likes"]);
      logger.debug("no");
      logger.info("one {n}", { n: 1 });
      logger.error("two");
    `);
    assertEquals([code, stdout], [0, ""]);
    assertMatch(
      stderr,
      /^\S+ \[info\] likes: one 1\n\S+ \[error\] likes: two\n$/,
    );
  },
});
