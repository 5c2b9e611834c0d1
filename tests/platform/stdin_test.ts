import { assertEquals } from "@std/assert";
import { CAN_RUN, outputOf, start } from "./subprocess.ts";

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

Deno.test({
  name: "stdinClosed() ends with an error in what listens, not as if closed",
  ignore: !CAN_RUN,
  async fn() {
    const child = start(
      `
        import { stdinClosed } from "platform/stdin.ts";
        await stdinClosed(() => {
          throw new TypeError("x is undefined");
        }).catch((error) => Deno.exit(error instanceof TypeError ? 7 : 8));
      `,
      "piped",
    );
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode("Hello\n"));
    const { code } = await child.status;
    await writer.close().catch(() => {});
    await child.stdout.cancel();
    await child.stderr.cancel();
    assertEquals(code, 7);
  },
});

Deno.test({
  name: "stdinClosed() takes standard input that cannot be read for closed",
  ignore: !CAN_RUN,
  async fn() {
    const { code } = await outputOf(`
      import { stdinClosed } from "platform/stdin.ts";
      Deno.stdin.close();
      await stdinClosed();
      Deno.exit(7);
    `);
    assertEquals(code, 7);
  },
});
