import { assert, assertEquals } from "@std/assert";
import { serveLab } from "../../lib/live/pages/lab.ts";
import { DELIVERIES } from "../../lib/domain/delivery.ts";
import { simulate } from "../../lib/sim/run.ts";
import type { ReadsVerdict } from "../../lib/verdict/replica_verdict.ts";
import { formatPercent } from "../../lib/view/numbers.ts";
import { SCENARIOS } from "../../lib/view/lab/scenarios.ts";
import { hashOfSetting } from "../../lib/view/lab/setting.ts";
import { granted } from "../permissions.ts";
import {
  CAN_BROWSE,
  Chromium,
  type PageOptions,
  type ShownPage,
} from "./chromium.ts";

const ignore = !CAN_BROWSE ||
  !granted({ read: ["."], run: [Deno.execPath()] });

/**
 * Tries the laboratory out at an address, and holds that it complained of
 * nothing and asked nobody else.
 */
async function withLab(
  hash: string,
  act: (page: ShownPage, link: string) => Promise<void>,
  options: PageOptions = {},
): Promise<void> {
  const server = await serveLab({ pagePort: 0, program: "deno task" });
  try {
    await using browser = await Chromium.start();
    await using page = await browser.open(`${server.link}${hash}`, options);
    await page.until(SHOWN);
    await act(page, server.link);
    assertEquals(page.complaints, []);
    // Its own worker comes from a blob.
    const own = [server.link, `blob:${new URL(server.link).origin}/`];
    for (const url of page.requests) {
      assertEquals(own.some((start) => url.startsWith(start)), true, url);
    }
  } finally {
    await server.stop();
  }
}

/** Whether the run of the setting is shown. */
const SHOWN = "document.body.dataset.shown !== undefined";

/** The verdict that the page shows as JSON. */
async function verdictOf(page: ShownPage): Promise<Record<string, unknown>> {
  const text = await page.evaluate(
    "document.querySelector('.json pre').textContent",
  );
  return JSON.parse(String(text));
}

/** The verdict that a command line comes to, run as it stands. */
async function verdictOfCommand(
  words: readonly string[],
): Promise<Record<string, unknown>> {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--allow-read=.",
      "main.ts",
      ...words,
      "--json",
    ],
    stdout: "piped",
    stderr: "piped",
  }).output();
  const text = new TextDecoder().decode(stdout);
  if (text === "") throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(text);
}

async function text(page: ShownPage, selector: string): Promise<string> {
  return String(
    await page.evaluate(`document.querySelector('${selector}')?.textContent`),
  );
}

/** Does something that changes the setting, and waits for its run. */
async function andRun(
  page: ShownPage,
  act: () => Promise<unknown>,
): Promise<void> {
  await page.evaluate("delete document.body.dataset.shown");
  await act();
  await page.until(SHOWN);
}

Deno.test({
  name:
    "lab shows the verdict of sim --json for the same setting, digest included",
  ignore,
  async fn() {
    const setting = {
      servers: "7",
      lifetime: "120s",
      delivery: "at-least-once",
      latency: "exp:50ms",
      loss: "3/100",
      duplicate: "0.05",
      partition: "20s..40s:LikesServer0-4:<-primary",
      crash: "primary@60s+10s",
      pause: "LikesServer2@80s+5s",
      seed: "42",
    };
    await withLab(`#${new URLSearchParams(setting)}`, async (page) => {
      const shown = await verdictOf(page);
      const flags = Object.entries(setting).flatMap(([name, value]) => [
        `--${name}`,
        value,
      ]);
      const expected = await verdictOfCommand(["sim", ...flags]);
      const same = (verdict: Record<string, unknown>) => {
        const { wallSeconds: _, command: _command, ...others } = verdict;
        return others;
      };
      assertEquals(same(shown), same(expected));

      // The command line that the page tells does the same again.
      const command = await text(page, ".copy code");
      const words = [...command.matchAll(/'([^']*)'|(\S+)/g)]
        .map(([, quoted, plain]) => quoted ?? plain ?? "");
      assertEquals(words.slice(0, 3), ["deno", "task", "sim"]);
      const again = await verdictOfCommand(words.slice(2));
      assertEquals(again.digest, shown.digest);

      // And what is read off the page is what the JSON says.
      const grouped = Number(shown.generated).toLocaleString("en-US");
      assertEquals(await text(page, ".numbers .generated b"), grouped);
    });
  },
});

Deno.test({
  name: "lab compares the five modes as compare --json does",
  ignore,
  async fn() {
    await withLab("#servers=5&lifetime=60s&loss=0.1&seed=3", async (page) => {
      await page.until("document.querySelectorAll('.stills svg').length === 5");
      const rows = await page.evaluate(
        "[...document.querySelectorAll('.compare tbody tr')].map((row) => [...row.children].slice(0, 4).map((cell) => cell.textContent))",
      );
      const expected = await verdictOfCommand([
        ...["compare", "--servers", "5", "--lifetime", "60s"],
        ...["--loss", "0.1", "--seed", "3"],
      ]) as unknown as Record<string, unknown>[];
      assertEquals(
        rows,
        expected.map(({ delivery, converged, generated, counted }) => [
          delivery,
          converged ? "✓ yes" : "✗ no",
          Number(generated).toLocaleString("en-US"),
          Number(counted).toLocaleString("en-US"),
        ]),
      );
      assertEquals(expected.map(({ delivery }) => delivery), [...DELIVERIES]);
    });
  },
});

Deno.test({
  name:
    "lab draws, moves and removes a partition with mouse and keys, and the address follows",
  ignore,
  async fn() {
    await withLab("#seed=7", async (page) => {
      const { left, width, top } = await page.evaluate(
        "(() => { document.querySelector('.strip').scrollIntoView({ block: 'center' }); const { left, width, top } = document.querySelector('.ground').getBoundingClientRect(); return { left, width, top } })()",
      ) as { left: number; width: number; top: number };
      // The ground is the planned run: 309 s.
      const at = (seconds: number): [number, number] => [
        left + width * seconds / 309,
        top + 10,
      ];
      const hash = () => page.evaluate("location.hash");
      await andRun(page, () => page.drag(at(100), at(160)));
      assertEquals(await hash(), "#partition=100s..160s&seed=7");
      assertEquals((await verdictOf(page)).faults, [
        "--partition 100s..160s",
      ]);
      await andRun(page, () => page.puppet.keyboard.press("ArrowRight"));
      assertEquals(await hash(), "#partition=101s..161s&seed=7");
      // By its end, and then as a whole.
      await andRun(page, () => page.drag(at(161), at(200)));
      assertEquals(await hash(), "#partition=101s..200s&seed=7");
      await andRun(page, () => page.drag(at(150), at(100)));
      assertEquals(await hash(), "#partition=51s..150s&seed=7");
      await andRun(page, () => page.puppet.keyboard.press("Delete"));
      assertEquals(await hash(), "#seed=7");
    });
  },
});

Deno.test({
  name: "lab reads its form, says what is wrong with it, and goes on",
  ignore,
  async fn() {
    await withLab("#seed=7", async (page) => {
      const type = (name: string, value: string) =>
        page.evaluate(
          `{ const field = document.querySelector('[name="${name}"]'); field.value = '${value}'; field.dispatchEvent(new Event('input')); }`,
        );
      await type("loss", "2");
      await page.until("document.querySelector('.error').textContent !== ''");
      const label = await page.evaluate(
        "document.querySelector('[name=loss][aria-invalid=true]').closest('label').textContent",
      );
      assertEquals(
        await text(page, ".error"),
        `Cannot use “${label}” "2": a ratio must be from 0 to 1`,
      );
      await andRun(page, () => type("loss", "0.2"));
      assertEquals(await text(page, ".error"), "");
      assertEquals(await page.evaluate("location.hash"), "#loss=0.2&seed=7");
      await andRun(page, () => type("delivery", "at-most-once"));
      assert((await text(page, ".banner")).includes("NOT CONVERGED"));
      await andRun(page, () => page.evaluate("location.hash = '#seed=9'"));
      assertEquals((await verdictOf(page)).seed, 9);
      await page.evaluate("location.hash = '#servers=none'");
      await page.until("document.querySelector('.error').textContent !== ''");
    });
  },
});

Deno.test({
  name: "lab steps through a run, scrubs and plays it",
  ignore,
  async fn() {
    const [, lostAck] = SCENARIOS;
    assert(lostAck !== undefined);
    await withLab(hashOfSetting(lostAck.options), async (page) => {
      const click = (label: string) =>
        page.evaluate(
          `document.querySelector('[aria-label="${label}"]').click()`,
        );
      await click("To the beginning");
      assertEquals(await text(page, ".moment .when"), "0.0 s");
      await click("Step on, one event");
      assert((await text(page, ".moment .event")).includes("draws"));
      await click("Step on, one event");
      assert((await text(page, ".moment .event")).includes("sends"));
      const said = () => text(page, ".stage [role=status]");
      assert((await said()).endsWith("On their way: 1 report."), await said());
      await click("Step back, one event");
      assert((await text(page, ".moment .event")).includes("draws"));
      // The ACK of LikesServer1, lost at 31.2 s, is seen to fall off a little
      // later.
      await page.evaluate(
        "{ const moment = document.querySelector('.scrubber'); moment.value = 33; moment.dispatchEvent(new Event('input')); }",
      );
      await page.until(
        "document.querySelector('.stage [role=status]').textContent.includes('lost repl')",
      );
      await page.evaluate("document.querySelector('.play').click()");
      await page.until("document.querySelector('.scrubber').value > 34");
      await page.evaluate("document.querySelector('.play').click()");
      assertEquals(await text(page, ".play"), "▶ Play");
    });
  },
});

Deno.test({
  name:
    "lab runs 1,000 likes servers for 300 s, shows some of them and says so",
  ignore,
  async fn() {
    await withLab("#servers=1000&spawn-interval=0s&seed=7", async (page) => {
      const { wallSeconds, generated } = await verdictOf(page);
      // Measured, not asserted closely: issue 5 asks for less than a second on
      // an idle machine.
      // deno-lint-ignore no-console
      console.log(`1,000 likes servers for 300 s: ${wallSeconds} s`);
      assert(Number(wallSeconds) < 10);
      assert(Number(generated) > 1_000_000);
      assert(
        (await text(page, ".player > .note")).includes(
          "10 of 1,000 likes servers are shown",
        ),
      );
    });
  },
});

Deno.test({
  name:
    "lab fits a phone, a tablet and a wide screen, light and dark, and is not blank",
  ignore,
  async fn() {
    await withLab("", async (page) => {
      for (const width of [360, 800, 1400]) {
        for (const isDark of [false, true]) {
          await page.resize({ width, height: 900, isDark });
          await page.until(`innerWidth >= ${width - 20}`);
          // Lines and stage are drawn anew for another width.
          await page.until(
            "document.documentElement.scrollWidth <= innerWidth",
          );
          const { length } = await page.puppet.screenshot();
          // An empty page of this size is a few kilobytes.
          assert(length > 25_000, `${width} pixels: ${length} bytes`);
        }
      }
    });
  },
});

Deno.test({
  name: "lab can be read by name: every field, button and picture has one",
  ignore,
  async fn() {
    await withLab("", async (page) => {
      const nameless = await page.evaluate(`
        [...document.querySelectorAll("button, input, select, [role=img], [tabindex]")]
          .filter((one) => !one.closest("[hidden]") && !(
            one.getAttribute("aria-label") || one.closest("label")?.textContent.trim() ||
            one.textContent.trim()
          ))
          .map((one) => one.outerHTML.slice(0, 120))
      `);
      assertEquals(nameless, []);
    });
  },
});

/** Three replicas and readers, cut apart for a while. */
const APART =
  "#servers=4&lifetime=60s&replicas=3&readers=2&read-from=any&latency=exp:100ms" +
  "&partition=20s..40s:primary2--primary0-1&seed=7";

/** Winds the film to a moment. */
function wind(page: ShownPage, seconds: number): Promise<unknown> {
  return page.evaluate(
    `{ const moment = document.querySelector('.scrubber'); moment.value = ${seconds}; moment.dispatchEvent(new Event('input')); }`,
  );
}

Deno.test({
  name:
    "lab shows replicas, readers and what they lack, and marks a stale answer by more than its colour",
  ignore,
  async fn() {
    await withLab(APART, async (page) => {
      await wind(page, 38);
      const names = await page.evaluate(
        "[...document.querySelectorAll('.stage .node')].map((node) => node.querySelector('.unseen').textContent.split(':')[0])",
      );
      assertEquals(names, [
        ...[0, 1, 2, 3].map((id) => `LikesServer${id}`),
        ...[0, 1, 2].map((id) => `primary${id}`),
        ...[0, 1].map((id) => `Reader${id}`),
      ]);
      assert(
        (await text(page, ".in-force")).includes(
          "✂ partition primary2--primary0-1",
        ),
      );
      assert((await text(page, ".in-force")).includes("≠ spread"));
      const replica = await text(page, ".stage .replica");
      assert(/−\d/.test(replica), replica);
      // Some answer of the next moments is stale.
      for (let seconds = 38; seconds < 40; seconds += 0.1) {
        await wind(page, seconds);
        if ((await text(page, ".stage .reader.stale"))?.includes("▲ −")) break;
      }
      const stale = await text(page, ".stage .reader.stale");
      assert(/▲ −\d+, .*\/\d+ stale/.test(stale), stale);
      // The lines have a dash of their own each, the reads a panel.
      assertEquals(
        await page.evaluate(
          "new Set([...document.querySelectorAll('.key .dashes')].map((line) => getComputedStyle(line).strokeDasharray)).size",
        ),
        3,
      );
      assert((await text(page, ".reads-key")).includes("▲"));
    });
  },
});

Deno.test({
  name:
    "lab cuts two groups of processes apart, chosen with the mouse and with keys",
  ignore,
  async fn() {
    const setting = "replicas=3&servers=2&lifetime=60s";
    await withLab(`#${setting}&seed=7`, async (page) => {
      const click = (name: string) =>
        page.evaluate(
          `[...document.querySelectorAll('.stage .node')].find((node) => node.querySelector('.unseen').textContent.startsWith('${name}')).click()`,
        );
      const who = () =>
        page.evaluate("document.querySelector('.fault-fields .who').value");
      await click("primary0");
      await click("LikesServer0");
      assertEquals(await who(), "primary0,LikesServer0");
      await click("primary2");
      await click("primary2");
      assertEquals(await who(), "primary0,LikesServer0--primary2");
      assertEquals(await text(page, ".stage .group-b .badge"), "B");
      // Once more is out of both; and the rest with the keyboard alone.
      await click("LikesServer0");
      await click("LikesServer0");
      assertEquals(await who(), "primary0--primary2");
      await page.evaluate(
        "document.querySelector('.stage .node[tabindex=\"0\"]').focus()",
      );
      const { keyboard } = page.puppet;
      // LikesServer0, LikesServer1, primary0, primary1.
      for (let i = 0; i < 3; i++) await keyboard.press("ArrowDown");
      await keyboard.press("b");
      assertEquals(await who(), "primary0--primary1-2");
      await page.evaluate(
        "[...document.querySelectorAll('.fault-fields button')].find((one) => one.textContent === 'Add').focus()",
      );
      await andRun(page, () => keyboard.press("Enter"));
      const hash = String(await page.evaluate("location.hash"));
      assert(hash.includes(":primary0--primary1-2&seed=7"), hash);
      const fault = async () =>
        ((await verdictOf(page)).faults as string[])[0]?.split(":")[1];
      assertEquals(await fault(), "primary0--primary1-2");
      // It is selected now, so that the stage changes it.
      await andRun(page, () => click("LikesServer1"));
      assertEquals(await fault(), "primary0,LikesServer1--primary1-2");
    });
  },
});

Deno.test({
  name:
    "lab offers each field that has an effect, refuses others as the command line does, and takes a command",
  ignore,
  async fn() {
    await withLab("#seed=7", async (page) => {
      const type = (name: string, value: string) =>
        page.evaluate(
          `{ const field = document.querySelector('[name="${name}"]'); field.value = '${value}'; field.dispatchEvent(new Event('input')); }`,
        );
      const isOffered = (name: string) =>
        page.evaluate(
          `(() => { const field = document.querySelector('[name="${name}"]'); return !field.matches(':disabled') && field.checkVisibility(); })()`,
        );
      assertEquals(await isOffered("gossip"), false);
      await andRun(page, () => type("replicas", "3"));
      assertEquals(await isOffered("gossip"), true);
      assertEquals(await isOffered("read-from"), false);
      await andRun(page, () => type("readers", "2"));
      await andRun(page, () => type("read-from", "any"));
      await type("write-quorum", "2");
      await page.until("document.querySelector('.error').textContent !== ''");
      assert(
        (await text(page, ".error")).startsWith(
          'Cannot use “Write quorum W” "2" with “Report to” home',
        ),
        await text(page, ".error"),
      );
      await andRun(page, () => type("write-to", "all"));
      assertEquals(
        await page.evaluate("location.hash"),
        "#replicas=3&write-to=all&write-quorum=2&readers=2&read-from=any&seed=7",
      );
      const line = "likes sim --replicas 2 --no-failover --seed 3 --servers 4";
      await page.evaluate(
        `{ document.querySelector('.paste input').value = '${line}'; }`,
      );
      await andRun(
        page,
        () => page.evaluate("document.querySelector('.paste button').click()"),
      );
      assertEquals(
        await page.evaluate("location.hash"),
        "#servers=4&replicas=2&no-failover=on&seed=3",
      );
      const expected = await verdictOfCommand(line.split(" ").slice(1));
      assertEquals((await verdictOf(page)).digest, expected.digest);
    });
  },
});

Deno.test({
  name: "lab compares pairs of quorums as compare --quorums --json does",
  ignore,
  async fn() {
    const setting = {
      servers: "4",
      lifetime: "30s",
      replicas: "3",
      readers: "2",
      latency: "exp:100ms",
      seed: "3",
    };
    await withLab(`#${new URLSearchParams(setting)}`, async (page) => {
      await page.until(
        "document.querySelectorAll('.square td b').length === 9",
      );
      const fresh = await page.evaluate(
        "[...document.querySelectorAll('.square td b')].map((one) => one.textContent)",
      );
      const expected = await verdictOfCommand([
        ...["compare", "--quorums"],
        ...Object.entries(setting).flatMap(([name, value]) => [
          `--${name}`,
          value,
        ]),
      ]) as unknown as { read: number; write: number; reads: ReadsVerdict }[];
      assertEquals(
        fresh,
        expected.map(({ read, write, reads }) =>
          `${formatPercent(reads.fresh ?? NaN)}${read + write > 3 ? " ✓" : ""}`
        ),
      );
      await andRun(
        page,
        () =>
          page.evaluate(
            "document.querySelectorAll('.square button')[4].click()",
          ),
      );
      const hash = String(await page.evaluate("location.hash"));
      assert(hash.includes("write-quorum=2"), hash);
      assert(hash.includes("read-quorum=2"), hash);
    });
  },
});

Deno.test({
  name:
    "lab plays every scenario, and shows the verdict that its command line comes to",
  ignore,
  async fn() {
    await withLab("", async (page) => {
      for (const { id, options, question } of SCENARIOS) {
        await andRun(
          page,
          () =>
            page.evaluate(
              `document.querySelector('[data-id="${id}"]').click()`,
            ),
        );
        assertEquals(
          (await verdictOf(page)).digest,
          simulate(options).digest,
          id,
        );
        assert((await text(page, ".look-for")).endsWith(question), id);
        await page.evaluate("document.querySelector('.play').click()");
        const moment = await page.evaluate(
          "document.querySelector('.scrubber').value",
        );
        await page.until(
          `document.querySelector('.scrubber').value > ${moment}`,
        );
        await page.evaluate("document.querySelector('.play').click()");
      }
    });
  },
});

Deno.test({
  name: "lab draws no stage of more than ten replicas, but a band",
  ignore,
  async fn() {
    await withLab(
      "#replicas=12&lifetime=30s&readers=2&seed=7",
      async (page) => {
        assertEquals(
          await page.evaluate("document.querySelector('.player').hidden"),
          true,
        );
        assertEquals(
          await page.evaluate(
            "document.querySelectorAll('.replicas tbody tr').length",
          ),
          12,
        );
        assert((await text(page, ".measures")).includes("12, that counted"));
        await andRun(
          page,
          () => page.evaluate("location.hash = '#replicas=2&seed=7'"),
        );
        assertEquals(
          await page.evaluate("document.querySelector('.player').hidden"),
          false,
        );
      },
    );
  },
});
