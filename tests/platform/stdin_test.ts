import { assertEquals } from "@std/assert";
import { CAN_RUN, start } from "./subprocess.ts";

Deno.test({
  name:
    "stdinClosed() waits for the end of standard input, whatever comes before it",
  ignore: !CAN_RUN,
  async fn() {
    const child = start(
      `
        import { stdinClosed } from "platform/stdin.ts";
        stdinClosed().then(() => Deno.exit(7));
        console.log("waits");
      `,
      "piped",
    );
    const reader = child.stdout.getReader();
    await reader.read();
    const writer = child.stdin.getWriter();
    await writer.write(new Uint8Array(1000));
    await writer.close();
    assertEquals((await child.status).code, 7);
    await reader.cancel();
    await child.stderr.cancel();
  },
});
