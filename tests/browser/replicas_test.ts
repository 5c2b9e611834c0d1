import { assertEquals, assertGreater } from "@std/assert";
import { VirtualPicture } from "../../lib/cli/virtual_report.ts";
import { parseFaultPlan } from "../../lib/faults/parse.ts";
import { Dashboard } from "../../lib/live/pages/dashboard.ts";
import { DEFAULT_RUN, type RunOptions } from "../../lib/options/run_options.ts";
import { verdictOf } from "../../lib/sim/run.ts";
import { Simulation } from "../../lib/sim/simulation.ts";
import type { RunPicture } from "../../lib/view/picture/picture.ts";
import { reportHtml } from "../../lib/view/report/report.ts";
import { CAN_BROWSE, Chromium } from "./chromium.ts";

const COUNTED = "document.querySelector('.numbers .counted')";

/** A virtual run that is stopped while a replica is cut off from the others. */
async function partedRun(
  replicas: number,
): Promise<{ picture: RunPicture; report: string }> {
  const run = { ...DEFAULT_RUN, seed: 7, replicas, readers: 3 };
  const faults = parseFaultPlan(
    { partition: ["10s..40s:primary2--primary0-1"] },
    run,
  );
  const options = { ...run, lifetimeTicks: 600_000, faults };
  const drawing = new VirtualPicture(options, "sim");
  const simulation = new Simulation(options, { onEvent: drawing.onEvent });
  drawing.watch(simulation);
  while (simulation.now < 300_000 && !simulation.advance(1));
  simulation.stop();
  const reported = drawing.end(verdictOf(simulation, { command: "sim" }));
  const { verdict: _none, ...picture } = reported.picture;
  return { picture, report: await reportHtml([reported]) };
}

for (const replicas of [3, 12]) {
  Deno.test({
    name:
      `Dashboard and report show ${replicas} replicas, their spread and the reads, in any width`,
    ignore: !CAN_BROWSE,
    async fn() {
      const { picture, report } = await partedRun(replicas);
      await using dashboard = new Dashboard({ picture: () => picture }, 0);
      await using browser = await Chromium.start();
      await using page = await browser.open(dashboard.link);
      await page.until(`${COUNTED}?.textContent.startsWith('at the replicas')`);
      assertEquals(
        await page.evaluate(
          "document.querySelectorAll('.replicas tbody tr').length",
        ),
        replicas,
      );
      assertEquals(
        await page.evaluate("document.querySelectorAll('.key.replica').length"),
        replicas === 3 ? 3 : 0,
      );
      assertEquals(
        await page.evaluate(
          "document.querySelector('.numbers .spread b').textContent",
        ),
        `${picture.spread}`,
      );
      assertGreater(picture.spread ?? 0, 0);
      assertEquals(
        await page.evaluate(
          "document.querySelector('.banner strong').textContent",
        ),
        "APART",
      );
      const file = await Deno.makeTempFile({ suffix: ".html" });
      try {
        await Deno.writeTextFile(file, report);
        await using still = await browser.open(`file://${file}`);
        for (const one of [page, still]) {
          await one.puppet.bringToFront();
          for (const width of [400, 1000]) {
            await one.resize({ width, height: 900 });
            // Lines are drawn anew after that.
            await one.until(
              "document.documentElement.scrollWidth <= innerWidth",
            );
          }
          assertEquals(one.complaints, []);
        }
        const drawn = await still.evaluate(
          `document.querySelectorAll('.wide ${
            replicas === 3 ? ".line.replica" : ".area.replicas"
          }').length`,
        );
        // A line each in the panels of likes and spread; one band.
        assertEquals(drawn, replicas === 3 ? 6 : 1);
      } finally {
        await Deno.remove(file);
      }
    },
  });
}

Deno.test({
  name:
    "Dashboard shows quantiles of reads and acknowledgements, and their curve beside its theory",
  ignore: !CAN_BROWSE,
  async fn() {
    const run: RunOptions = {
      ...{ ...DEFAULT_RUN, seed: 7, replicas: 3, readers: 3 },
      writeTo: "all",
      readFrom: "all",
      gossip: null,
    };
    const faults = parseFaultPlan({ latency: "exp:100ms" }, run);
    const options = { ...run, lifetimeTicks: 300_000, faults };
    const drawing = new VirtualPicture(options, "sim");
    const simulation = new Simulation(options, { onEvent: drawing.onEvent });
    drawing.watch(simulation);
    while (!simulation.advance(1e6));
    const { picture, verdict } = drawing.end(verdictOf(simulation));
    const { verdict: _none, ...goingOn } = picture;
    const { acknowledgementSeconds, writesUnserved = 0, reads } = verdict;
    const shown: RunPicture = {
      ...goingOn,
      ...reads && { readMeasures: reads },
      ...acknowledgementSeconds && {
        acknowledgements: { acknowledgementSeconds, writesUnserved },
      },
    };
    await using dashboard = new Dashboard({ picture: () => shown }, 0);
    await using browser = await Chromium.start();
    await using page = await browser.open(dashboard.link);
    await page.until("document.querySelectorAll('.readings tr').length === 5");
    await page.until(
      "document.querySelector('.readings path.theory') !== null",
    );
    assertEquals(
      await page.evaluate(
        "[...document.querySelectorAll('.readings th[scope=row]')].map((head) => head.textContent)",
      ),
      [
        "acknowledgement, seconds, over draws",
        "behind, versions, over stale reads",
        "behind, seconds, over stale reads",
        "latency, seconds, over reads",
      ],
    );
    for (const width of [400, 1000]) {
      await page.resize({ width, height: 900 });
      await page.until("document.documentElement.scrollWidth <= innerWidth");
    }
    assertEquals(page.complaints, []);
  },
});
