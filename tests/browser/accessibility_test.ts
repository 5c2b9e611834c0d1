import { assert, assertEquals } from "@std/assert";
import { VirtualPicture } from "../../lib/cli/virtual_report.ts";
import { parseFaultPlan } from "../../lib/faults/parse.ts";
import { Dashboard } from "../../lib/live/pages/dashboard.ts";
import { DEFAULT_RUN, type RunOptions } from "../../lib/options/run_options.ts";
import { verdictOf } from "../../lib/sim/run.ts";
import { Simulation } from "../../lib/sim/simulation.ts";
import { SCENARIOS } from "../../lib/view/lab/scenarios.ts";
import { labPage } from "../../lib/view/lab_page.ts";
import { reportHtml } from "../../lib/view/report/report.ts";
import { seriousFindings } from "./axe.ts";
import { CAN_BROWSE, Chromium, type ShownPage } from "./chromium.ts";

const ignore = !CAN_BROWSE;

/** Every width in every colour scheme. */
const LOOKS = [360, 800, 1400].flatMap((width) =>
  [false, true].map((isDark) => ({ width, isDark }))
);

/** Holds that axe-core finds nothing serious, and that nothing is cut off. */
async function assertAccessible(
  page: ShownPage,
  name: string,
  looks: readonly { width: number; isDark: boolean }[] = LOOKS,
): Promise<void> {
  for (const look of looks) {
    await page.resize({ ...look, height: 900 });
    // Lines are drawn anew after that.
    await page.until("document.documentElement.scrollWidth <= innerWidth");
    assertEquals(
      await seriousFindings(page),
      [],
      `${name} at ${JSON.stringify(look)}`,
    );
  }
}

/** Opens the laboratory as a file. */
async function withFile(
  act: (page: ShownPage, link: string) => Promise<void>,
): Promise<void> {
  const path = Deno.makeTempFileSync({ dir: "/tmp", suffix: ".html" });
  try {
    Deno.writeTextFileSync(path, (await labPage("deno task")).html);
    await using browser = await Chromium.start();
    await using page = await browser.open(`file://${path}`);
    await page.until(SHOWN);
    await act(page, `file://${path}`);
    assertEquals(page.complaints, []);
  } finally {
    Deno.removeSync(path);
  }
}

const SHOWN = "document.body.dataset.shown !== undefined";

Deno.test({
  name:
    "lab is accessible in every scenario, and explorations are, by axe-core, in any width, light and dark",
  ignore,
  async fn() {
    await withFile(async (page) => {
      const choices = [
        ...SCENARIOS.map(({ id }) => `[data-id="${id}"]`),
        ".examples button",
      ];
      for (const [index, choice] of choices.entries()) {
        await page.evaluate(
          `{ delete document.body.dataset.shown; document.querySelector('${choice}').click(); }`,
        );
        await page.until(SHOWN);
        // The page is the same in all of them but for its numbers: the first
        // and the last are looked at in every look, the others in one each.
        const isWhole = index === 0 || index === choices.length - 1;
        const one = LOOKS[index % LOOKS.length];
        await assertAccessible(
          page,
          choice,
          isWhole || one === undefined ? LOOKS : [one],
        );
      }
    });
  },
});

/** A run of replicas with readers, cut apart. */
function apartRun() {
  const run: RunOptions = {
    ...{ ...DEFAULT_RUN, seed: 7, replicas: 3, readers: 3 },
    lifetimeTicks: 300_000,
  };
  const faults = parseFaultPlan(
    { partition: ["10s..20s:primary2--primary0-1"], latency: "exp:20ms" },
    run,
  );
  const options = { ...run, faults };
  const drawing = new VirtualPicture(options, "sim");
  const simulation = new Simulation(options, { onEvent: drawing.onEvent });
  drawing.watch(simulation);
  while (!simulation.advance(1e6));
  return drawing.end(verdictOf(simulation, { command: "sim" }));
}

Deno.test({
  name: "dashboard and reports are accessible by axe-core, light and dark",
  ignore,
  async fn() {
    const run = apartRun();
    await using dashboard = new Dashboard({ picture: () => run.picture }, 0);
    await using browser = await Chromium.start();
    {
      await using page = await browser.open(dashboard.link);
      await page.until("document.querySelector('.numbers') !== null");
      await assertAccessible(page, "dashboard");
    }
    const path = Deno.makeTempFileSync({ dir: "/tmp", suffix: ".html" });
    try {
      for (const runs of [[run], [run, run]]) {
        Deno.writeTextFileSync(path, await reportHtml(runs));
        await using page = await browser.open(`file://${path}`);
        await assertAccessible(page, `report of ${runs.length}`);
      }
    } finally {
      Deno.removeSync(path);
    }
  },
});

Deno.test({
  name: "lab can be used by keyboard alone: every control is reached and seen",
  ignore,
  async fn() {
    await withFile(async (page) => {
      await page.resize({ width: 1400, height: 900 });
      await page.puppet.bringToFront();
      // Folded parts and processes other than the one in turn are reached from
      // their heading, and by arrow keys.
      await page.evaluate(
        "document.querySelectorAll('details').forEach((one) => { one.open = true; })",
      );
      const expected = Number(
        await page.evaluate(`(() => {
          globalThis.reached = new Set();
          // A bar of a fault is drawn anew when it gets the focus.
          globalThis.labelOf = (one) => one.dataset.index === undefined ? one : 'fault ' + one.dataset.index;
          globalThis.controls = [...document.querySelectorAll('button, input, select, summary, a[href], [tabindex="0"]')]
            .filter((one) => one.checkVisibility() && !one.matches(':disabled') && one.tabIndex >= 0);
          return controls.length;
        })()`),
      );
      assert(expected > 40, `${expected} controls`);
      await page.evaluate("document.activeElement.blur(); scrollTo(0, 0)");
      for (let presses = 0; presses < 2 * expected; presses++) {
        await page.puppet.keyboard.press("Tab");
        const seen = await page.evaluate(`(() => {
          const one = document.activeElement;
          if (one === document.body) return -1;
          if (reached.has(labelOf(one))) return -2;
          reached.add(labelOf(one));
          const { outlineStyle, outlineWidth } = getComputedStyle(one);
          return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 ? reached.size : one.outerHTML.slice(0, 100);
        })()`);
        if (typeof seen === "string") throw new Error(`No outline: ${seen}`);
        if (Number(seen) < 0) break;
      }
      assertEquals(
        await page.evaluate(
          "controls.filter((one) => !reached.has(labelOf(one))).map((one) => one.outerHTML.slice(0, 100))",
        ),
        [],
      );
    });
  },
});
