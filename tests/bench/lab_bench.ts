/**
 * The laboratory in Chromium: how soon it is there, how smoothly it plays.
 *
 * @module
 */

import { labPage } from "../../lib/view/lab_page.ts";
import { CAN_BROWSE, Chromium, type ShownPage } from "../browser/chromium.ts";
import { type BenchContext, measureRows } from "./context.ts";
import { sampleOf, Skipped, type Table } from "./results.ts";

/** Ten replicas and ten likes servers, with readers and faults. */
const CROWD =
  "#replicas=10&servers=10&readers=5&lifetime=60s&read-from=any&latency=exp:100ms&loss=0.1&seed=7";

const FIRST_SECONDS_AT_MOST = 1;
const FRAMES_AT_LEAST = 58;
/** Frames that are counted: some seconds of them. */
const FRAMES = 240;

/**
 * Measures the laboratory, opened as a file.
 *
 * @param context How.
 * @returns One table.
 */
export async function run(context: BenchContext): Promise<Table[]> {
  const path = `${context.folder}/lab.html`;
  const measured = async (
    valueOf: (page: ShownPage) => Promise<unknown>,
  ): Promise<number[]> => {
    if (!CAN_BROWSE) throw new Skipped("There is no Chromium");
    await Deno.writeTextFile(path, (await labPage("deno task")).html);
    await using browser = await Chromium.start();
    const values: number[] = [];
    for (let run = 0; run < context.runs; run++) {
      await using page = await browser.open("about:blank", { width: 1400 });
      await page.puppet.bringToFront();
      await page.puppet.goto(`file://${path}${CROWD}`);
      await page.until("document.body.dataset.shown !== undefined");
      values.push(Number(await valueOf(page)));
    }
    return values;
  };
  return [
    await measureRows(context, "laboratory", [{
      name: "first picture of the file",
      measure: async () => ({
        unit: "s" as const,
        load: "from opening it to the first thing that is painted",
        ours: sampleOf(
          await measured((page) =>
            page.evaluate(
              "performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000",
            )
          ),
        ),
        aim: { atMost: FIRST_SECONDS_AT_MOST },
      }),
    }, {
      name: "first run of the file",
      measure: async () => ({
        unit: "s" as const,
        load: "from opening it to the verdict on ten replicas, all drawn",
        ours: sampleOf(
          await measured((page) => page.evaluate("performance.now() / 1000")),
        ),
      }),
    }, {
      name: "frames of the stage",
      measure: async () => ({
        unit: "fps" as const,
        load: "ten replicas, ten likes servers and five readers play",
        ours: sampleOf(await measured(framesASecond)),
        aim: { atLeast: FRAMES_AT_LEAST },
      }),
    }]),
  ];
}

/** Plays the film, and counts its pictures. */
async function framesASecond(page: ShownPage): Promise<unknown> {
  // Modes and quorums are compared first, in a thread of their own.
  await page.until("document.querySelectorAll('.stills svg').length > 0");
  return await page.evaluate(`new Promise((resolve) => {
    document.querySelector('.player').scrollIntoView();
    document.querySelector('.play').click();
    const times = [];
    const count = (ms) => {
      times.push(ms);
      if (times.length <= ${FRAMES}) requestAnimationFrame(count);
      else resolve(1000 * ${FRAMES} / (times.at(-1) - times[0]));
    };
    requestAnimationFrame(count);
  })`);
}
