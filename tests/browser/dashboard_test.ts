import { assert, assertEquals, assertGreater } from "@std/assert";
import { granted } from "../permissions.ts";
import { CAN_RUN, LogFolder, Program } from "../e2e/program.ts";
import { CAN_BROWSE, Chromium, type ShownPage } from "./chromium.ts";

const ignore = !CAN_BROWSE || !CAN_RUN;

const SIZES = [[400, 900], [1000, 900], [1600, 1000]] as const;

/**
 * More than a page has that shows no picture: its own few, and the shades of
 * its letters.
 */
const COLOURS_MIN = 60;

const BANNER = "(document.querySelector('.banner strong')?.textContent ?? '')";

/** The numbers of the headline and of the table, as text. */
const NUMBERS = `({
  generated: document.querySelector(".numbers .generated b").textContent,
  counted: document.querySelector(".numbers .counted b").textContent,
  gap: document.querySelector(".numbers .gap b").textContent,
  rows: [...document.querySelectorAll(".servers tbody tr")].map((row) =>
    [...row.children].map((cell) => cell.textContent)),
})`;

function grouped(likes: number): string {
  return likes.toLocaleString("en-US");
}

async function assertShown(page: ShownPage): Promise<void> {
  for (const [width, height] of SIZES) {
    for (const isDark of [false, true]) {
      await page.resize({ width, height, isDark });
      assertGreater(await page.colours(), COLOURS_MIN, `${width} ${isDark}`);
      const wider = await page.evaluate(
        "document.documentElement.scrollWidth - innerWidth",
      );
      assert(Number(wider) <= 0, `${wider} pixels too wide at ${width}`);
    }
  }
}

Deno.test({
  name:
    "start --dashboard shows a run's lines part and meet, and ends with the numbers of --json",
  ignore,
  async fn() {
    using folder = new LogFolder();
    // Ten seconds apart, so that there is time to look at it in between, on a
    // slow machine as well.
    await using program = new Program([
      "start",
      ...["--port", "0", "--servers", "3", "--lifetime", "14s"],
      ...["--spawn-interval", "20ms", "--interval", "50ms..150ms"],
      ...["--partition", "1s..11s", "--crash", "LikesServer1@2s+1s"],
      ...["--log-dir", folder.path, "--report", `${folder.path}/report.html`],
      ...["--dashboard", "--page-port", "0", "--json"],
    ]);
    const [, link = ""] = await program.line(/^Dashboard: (http:\S+)$/);
    await using browser = await Chromium.start();
    await using page = await browser.open(link);
    await page.until(`${BANNER} === "APART"`);
    await page.until(
      "document.querySelector('.banner').textContent.includes('partition until 11 s')",
    );

    // A page that comes late knows what was before.
    await using late = await browser.open(link);
    await late.until("document.querySelectorAll('.events li').length > 5");
    const width = "document.querySelectorAll('.lanes .fault').length";
    assertEquals(await late.evaluate(width), 2);
    await late.evaluate("document.querySelector('.plots').focus()");
    await late.puppet.keyboard.press("Home");
    await late.until(
      "document.querySelector('.when').textContent.match(/^at 0\\.\\d s$/) !== null",
    );
    // The pictures last: where they take long, the run may be over before the
    // last of them.
    await assertShown(page);

    const { stdout, code, stderr } = await program.ended;
    assertEquals(code, 0, stderr);
    const verdict = JSON.parse(stdout);
    for (const one of [page, late]) {
      await one.puppet.bringToFront();
      await one.until(`${BANNER} === "CONVERGED"`);
      const numbers = await one.evaluate(NUMBERS);
      assertEquals(numbers, {
        generated: grouped(verdict.generated),
        counted: grouped(verdict.counted),
        gap: "0",
        rows: verdict.servers.map((
          server: Record<string, number>,
        ) => [
          server.name,
          "ended",
          "0",
          "",
          grouped(server.generated ?? -1),
          grouped(server.acknowledged ?? -1),
          grouped(server.counted ?? -1),
        ]),
      });
      await assertShown(one);
      assertEquals(one.complaints, []);
      for (const url of one.requests) assert(url.startsWith(link), url);
    }
    await using report = await browser.open(
      `file://${folder.path}/report.html`,
    );
    await assertShown(report);
    assertEquals(report.complaints, []);
    assertEquals(report.requests.length, 1);
    assertEquals(
      await report.evaluate("document.querySelector('.banner').textContent"),
      `CONVERGED All ${
        grouped(verdict.generated)
      } likes generated are at the primary: nothing lost, nothing counted twice.`,
    );
  },
});

Deno.test({
  name:
    "start --dashboard is not held up by ten pages, one of which never reads",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    await using program = new Program([
      "start",
      ...["--port", "0", "--servers", "2", "--lifetime", "2s"],
      ...["--spawn-interval", "0s", "--interval", "10ms..20ms"],
      ...["--log-dir", folder.path, "--dashboard", "--page-port", "0"],
      "--json",
    ]);
    const [, link = ""] = await program.line(/^Dashboard: (http:\S+)$/);
    const stuck = await fetch(`${link}events`);
    const pages = await Promise.all(
      Array.from({ length: 9 }, async () => {
        const response = await fetch(`${link}events`);
        return response.text();
      }),
    );
    for (const text of pages) {
      const names = [...text.matchAll(/^event: (\w+)$/gm)].map(([, name]) =>
        name
      );
      assertEquals([names[0], names.at(-1)], ["picture", "end"]);
      // Four a second, for about two seconds, and some for the start and the
      // end on a slow machine.
      assert(names.length < 60, `${names.length} updates`);
    }
    await stuck.body?.cancel();
    const { code, stdout, stderr } = await program.ended;
    assertEquals(code, 0, stderr);
    assertEquals(JSON.parse(stdout).converged, true);
  },
});

Deno.test({
  name: "primary --dashboard shows what is counted, and for whom",
  ignore: ignore || !granted({ net: ["127.0.0.1"] }),
  async fn() {
    using folder = new LogFolder();
    await using program = new Program([
      "primary",
      ...["--port", "0", "--log-dir", folder.path],
      ...["--dashboard", "--page-port", "0"],
    ]);
    const [, port] = await program.line(/listening on 127\.0\.0\.1:(\d+)$/);
    const [, link = ""] = await program.line(/^Dashboard: (http:\S+)$/);
    await using browser = await Chromium.start();
    await using page = await browser.open(link);
    {
      using client = await Deno.connect({
        hostname: "127.0.0.1",
        port: Number(port),
      });
      const lines = "LikesServer3 14\nLikesServer3 28\nLikesServer3 99\n";
      await client.write(new TextEncoder().encode(lines));
      await page.until(
        "document.querySelector('.numbers .counted b')?.textContent === '42'",
      );
    }
    await page.until(
      "document.querySelector('.events').textContent.includes('refused 1: ')",
    );
    await assertShown(page);
    assertEquals(page.complaints, []);
    program.kill("SIGTERM");
    const { code, stderr } = await program.ended;
    assertEquals(code, 0, stderr);
  },
});
