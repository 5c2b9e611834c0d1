import { assertEquals } from "@std/assert";
import { CAN_RUN, outputOf } from "./subprocess.ts";

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  Deno.test({
    name:
      `Interruption stops in order with the first signal, and at once with a later one: ${signal}`,
    ignore: !CAN_RUN,
    async fn() {
      const { code, stdout } = await outputOf(`
        import { Interruption } from "platform/interruption.ts";
        const interruption = new Interruption();
        const { stop, kill } = interruption;
        Deno.kill(Deno.pid, "${signal}");
        await interruption.stopped();
        await interruption.stopped();
        console.log(stop.aborted, kill.aborted);
        // Signals of one moment are one.
        const killed = new Promise((resolve) => kill.onabort = resolve);
        const again = setInterval(() => Deno.kill(Deno.pid, "${signal}"), 20);
        await killed;
        clearInterval(again);
        console.log(stop.aborted, kill.aborted);
      `);
      assertEquals([code, stdout], [0, "true false\ntrue true\n"]);
    },
  });
}

Deno.test({
  name:
    "Interruption lets signals end the process again when it is disposed of",
  ignore: !CAN_RUN,
  async fn() {
    const { code } = await outputOf(`
      import { Interruption } from "platform/interruption.ts";
      new Interruption()[Symbol.dispose]();
      Deno.kill(Deno.pid, "SIGHUP");
      await new Promise(() => setInterval(() => {}, 1000));
    `);
    assertEquals(code, 128 + 1);
  },
});

Deno.test({
  name:
    "ignoreSuspension() keeps Ctrl-Z from stopping the process, and tells of it",
  ignore: !CAN_RUN,
  async fn() {
    const { code, stdout } = await outputOf(`
      import { ignoreSuspension } from "platform/interruption.ts";
      const told = Promise.withResolvers();
      using _ignored = ignoreSuspension(() => told.resolve("told"));
      Deno.kill(Deno.pid, "SIGTSTP");
      console.log(await told.promise);
    `);
    assertEquals([code, stdout], [0, "told\n"]);
  },
});
