import { assertEquals } from "@std/assert";
import { terminalColumns } from "../../lib/platform/terminal.ts";
import { CAN_RUN, outputOf } from "./subprocess.ts";

Deno.test({
  name: "terminalColumns() is 80 without a terminal",
  ignore: !CAN_RUN,
  async fn() {
    const { stdout } = await outputOf(`
      import { terminalColumns } from "platform/terminal.ts";
      console.log(terminalColumns());
    `);
    assertEquals(stdout, "80\n");
  },
});

Deno.test("terminalColumns() is asked anew each time, and 80 where the terminal does not know", () => {
  const { consoleSize } = Deno;
  const widths = [132, 0, 40];
  Deno.consoleSize = () => ({ columns: widths.shift() ?? 0, rows: 24 });
  try {
    const told = [terminalColumns(), terminalColumns(), terminalColumns()];
    assertEquals(told, [132, 80, 40]);
  } finally {
    Deno.consoleSize = consoleSize;
  }
});
