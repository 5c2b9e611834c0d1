import { assertEquals } from "@std/assert";
import { parseInvocation } from "../../lib/cli/invocation.ts";
import { reportRunOf } from "../../lib/cli/virtual_report.ts";
import { reportHtml } from "../../lib/view/report/report.ts";
import { CAN_BROWSE, Chromium, type ShownPage } from "./chromium.ts";

/**
 * Shows the report of a virtual run of ten likes servers, 300 s long, in a
 * browser.
 */
async function withReport(
  flags: readonly string[],
  act: (page: ShownPage) => Promise<void>,
): Promise<void> {
  const invocation = parseInvocation(["sim", "--seed", "7", ...flags], {
    program: "likes",
    drawSeed: () => 7,
  });
  if (invocation.command !== "sim") throw new Error(invocation.command);
  const { options } = invocation;
  const run = reportRunOf(options.run, options.command);
  const path = Deno.makeTempFileSync({ dir: "/tmp", suffix: ".html" });
  try {
    Deno.writeTextFileSync(path, await reportHtml([run]));
    await using browser = await Chromium.start();
    await using page = await browser.open(`file://${path}`);
    await act(page);
    assertEquals(page.complaints, []);
  } finally {
    Deno.removeSync(path);
  }
}

Deno.test({
  name:
    "a report of ten likes servers fills two sheets of paper, with and without faults",
  ignore: !CAN_BROWSE,
  async fn() {
    const faults = ["--partition", "60s..120s", "--crash", "random:5"];
    for (const flags of [["--loss", "0.1"], faults]) {
      await withReport(flags, async (page) => {
        assertEquals(await page.sheets(), 2, flags.join(" "));
      });
    }
  },
});

Deno.test({
  name: "a report on paper shows all that scrolls on a screen",
  ignore: !CAN_BROWSE,
  async fn() {
    await withReport(["--loss", "0.1"], async (page) => {
      const hidden = () =>
        page.evaluate(
          "[...document.querySelectorAll('.events, .scroll')].filter((one) => one.scrollHeight > one.clientHeight + 1).length",
        );
      assertEquals(await hidden(), 1);
      await page.puppet.emulateMediaType("print");
      assertEquals(await hidden(), 0);
    });
  },
});
