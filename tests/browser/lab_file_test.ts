import { assert, assertEquals } from "@std/assert";
import { VERSION } from "../../lib/domain/version.ts";
import { simulate } from "../../lib/sim/run.ts";
import { hashOfSetting, settingFromHash } from "../../lib/view/lab/setting.ts";
import { labPage } from "../../lib/view/lab_page.ts";
import { CAN_BROWSE, Chromium, type ShownPage } from "./chromium.ts";

const ignore = !CAN_BROWSE;

/** Opens the laboratory as a file, and holds that it asked nobody else. */
async function withFile(
  hash: string,
  act: (page: ShownPage) => Promise<void>,
): Promise<void> {
  const path = Deno.makeTempFileSync({ dir: "/tmp", suffix: ".html" });
  try {
    Deno.writeTextFileSync(path, (await labPage("deno task")).html);
    await using browser = await Chromium.start();
    await using page = await browser.open(`file://${path}${hash}`);
    await page.until("document.body.dataset.shown !== undefined");
    await act(page);
    assertEquals(page.complaints, []);
    const asked = page.requests.filter((url) =>
      !/^(?:blob|data):/.test(url) && !url.startsWith(`file://${path}`)
    );
    assertEquals(asked, []);
  } finally {
    Deno.removeSync(path);
  }
}

Deno.test({
  name:
    "lab as a file runs from the disk, says its version, and plays a run to the digest of the terminal",
  ignore,
  async fn() {
    const hash = "#servers=4&lifetime=60s&replicas=3&loss=0.1&seed=5";
    await withFile(hash, async (page) => {
      const options = settingFromHash(hash);
      assertEquals(
        await page.evaluate("document.body.dataset.shown"),
        simulate(options).digest,
      );
      assertEquals(
        await page.evaluate("location.hash"),
        hashOfSetting(options),
      );
      const said = String(
        await page.evaluate("document.querySelector('footer').innerText"),
      );
      assert(said.includes(`Version ${VERSION} `), said);
      const moment = await page.evaluate(
        "document.querySelector('.scrubber').value",
      );
      await page.evaluate("document.querySelector('.play').click()");
      await page.until(`document.querySelector('.scrubber').value > ${moment}`);
    });
  },
});

Deno.test({
  name: "lab takes what comes from its address as text",
  ignore,
  async fn() {
    const evil = `"><img src=x onerror="document.title='evil'"><script>1`;
    const named = (name: string) => `#${new URLSearchParams({ [name]: evil })}`;
    await withFile(named("servers"), async (page) => {
      const hashes = [
        ...["loss", "partition", "crash", "latency", "delivery", "seed"],
        evil,
      ].map(named);
      for (const hash of [`#${evil}`, `#%zz${evil}`, ...hashes]) {
        await page.evaluate(
          "document.querySelector('.error').textContent = ''",
        );
        await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
        await page.until("document.querySelector('.error').textContent !== ''");
        assertEquals(
          await page.evaluate(
            "document.querySelectorAll('img, body script').length",
          ),
          0,
          hash,
        );
        assert(
          String(await page.evaluate("document.title")).endsWith("· likes"),
        );
      }
    });
  },
});

Deno.test({
  name:
    "lab lays its page out at most once a frame while ten replicas and ten likes servers play",
  ignore,
  async fn() {
    const hash =
      "#replicas=10&servers=10&readers=5&lifetime=60s&read-from=any&latency=exp:100ms&seed=7";
    await withFile(hash, async (page) => {
      // The comparison is made in the background, and laid out when it is
      // there.
      await page.until("document.querySelectorAll('.stills svg').length > 0");
      await page.puppet.bringToFront();
      const layouts = async () => (await page.puppet.metrics()).LayoutCount;
      await page.evaluate(`{
        globalThis.frames = 0;
        const count = () => { frames++; requestAnimationFrame(count); };
        requestAnimationFrame(count);
        document.querySelector('.play').click();
      }`);
      const before = [
        Number(await page.evaluate("frames")),
        await layouts() ?? NaN,
      ] as const;
      await page.until(`frames > ${before[0]} + 60`);
      const laidOut = (await layouts() ?? NaN) - before[1];
      const frames = Number(await page.evaluate("frames")) - before[0];
      // What a frame reads after it has written would lay it out again.
      assert(laidOut <= frames + 2, `${laidOut} layouts in ${frames} frames`);
    });
  },
});
