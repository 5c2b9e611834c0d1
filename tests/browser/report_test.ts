import { assertEquals } from "@std/assert";
import { granted } from "../permissions.ts";
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

const REPLICAS = [
  ...["--replicas", "3", "--readers", "3", "--seed", "7"],
  ...["--lifetime", "20s", "--latency", "exp:50ms"],
];

/** Commands whose reports have the widest tables. */
const WIDE: readonly (readonly string[])[] = [
  ["sim", ...REPLICAS],
  ["compare", ...REPLICAS],
  ["compare", ...REPLICAS, "--runs", "3", "--workers", "1"],
  ["compare", ...REPLICAS, "--quorums"],
];

/** Tables that are cut, in the page or on paper, and the width of the page. */
const CUT = `[
  ...[...document.querySelectorAll('.scroll')]
    .filter((one) => one.scrollWidth > one.clientWidth + 1 || one.getBoundingClientRect().right > innerWidth)
    .map((one) => one.getAttribute('aria-label') + ' ' + one.scrollWidth),
  ...document.documentElement.scrollWidth > innerWidth ? ['page'] : [],
]`;

for (const words of WIDE) {
  Deno.test({
    name: `the report of ${
      words.filter((word) => !REPLICAS.includes(word)).join(" ")
    } shows all columns at 1,200 pixels, on a phone and on paper`,
    ignore: !CAN_BROWSE || !granted({ read: ["."], run: [Deno.execPath()] }),
    async fn() {
      const path = Deno.makeTempFileSync({ dir: "/tmp", suffix: ".html" });
      try {
        const { success, stderr } = await new Deno.Command(Deno.execPath(), {
          args: [
            ...["run", "--no-prompt", "--allow-read=.", "--allow-write=/tmp"],
            ...["main.ts", ...words, "--report", path],
          ],
        }).output();
        assertEquals(success, true, new TextDecoder().decode(stderr));
        await using browser = await Chromium.start();
        await using page = await browser.open(`file://${path}`);
        for (const width of [1200, 360]) {
          await page.resize({ width, height: 900 });
          assertEquals(await page.evaluate(CUT), [], `${width} pixels`);
        }
        // The width of A4 between margins of a centimetre.
        await page.resize({ width: 718, height: 900 });
        await page.puppet.emulateMediaType("print");
        assertEquals(await page.evaluate(CUT), [], "paper");
      } finally {
        Deno.removeSync(path);
      }
    },
  });
}
