import { assert, assertEquals } from "@std/assert";
import { labPage } from "../../lib/view/lab_page.ts";
import { CAN_BROWSE, Chromium } from "./chromium.ts";

const FLAGS =
  "--delivery at-least-once --exact --replay draw0,deliver0,lose0,timeout0,retry0,deliver0";

Deno.test({
  name:
    "lab plays what explore finds, from a command line and from the address, with buttons and keys",
  ignore: !CAN_BROWSE,
  async fn() {
    const path = Deno.makeTempFileSync({ dir: "/tmp", suffix: ".html" });
    try {
      Deno.writeTextFileSync(path, (await labPage("deno task")).html);
      await using browser = await Chromium.start();
      await using page = await browser.open(`file://${path}#seed=7`);
      const text = async (selector: string) =>
        String(
          await page.evaluate(
            `document.querySelector('${selector}').textContent`,
          ),
        );
      const shown = () => text(".explored .when");
      await page.until("document.body.dataset.shown !== undefined");
      await page.evaluate(
        `{ document.querySelector('.paste input').value = 'deno task explore ${FLAGS}'; document.querySelector('.paste button').click(); }`,
      );
      await page.until("document.querySelector('.explored').checkVisibility()");
      assertEquals(
        await page.evaluate(
          "document.querySelector('.story').checkVisibility()",
        ),
        false,
      );
      assert((await text(".explored .banner")).includes("counted twice"));
      assertEquals(
        await text(".explored .copy code"),
        `deno task explore ${FLAGS}`,
      );
      assertEquals(await shown(), "1 of 6 steps");
      // Of the next steps each is reached by another way.
      const { keyboard } = page.puppet;
      await keyboard.press("ArrowRight");
      assertEquals(await shown(), "2 of 6 steps");
      await page.evaluate(
        "document.querySelector('[aria-label=\"Step on\"]').click()",
      );
      assertEquals(await shown(), "3 of 6 steps");
      assert((await text(".on-way")).endsWith("ACK: ✗ lost"));
      assertEquals(
        await page.evaluate(
          "document.querySelectorAll('.story-stage .way.lost').length",
        ),
        1,
      );
      await keyboard.press("End");
      assertEquals(await shown(), "6 of 6 steps");
      assert((await text(".knowledge")).includes("holds LikesServer0 28"));
      await keyboard.press("Home");
      assertEquals(await shown(), "0 of 6 steps");
      await keyboard.press("p");
      await page.until(
        "document.querySelector('.explored .when').textContent === '2 of 6 steps'",
      );
      await keyboard.press("p");

      // The address alone is the story, and a run takes its place.
      const link = String(await page.evaluate("location.href"));
      await using other = await browser.open(link);
      await other.until("document.body.dataset.shown !== undefined");
      assertEquals(
        await other.evaluate(
          "document.querySelectorAll('.explored .steps li').length",
        ),
        6,
      );
      await other.evaluate(
        "{ delete document.body.dataset.shown; document.querySelector('[data-id]').click(); }",
      );
      await other.until("document.body.dataset.shown !== undefined");
      assertEquals(
        await other.evaluate(
          "document.querySelector('.explored').checkVisibility()",
        ),
        false,
      );
      // What cannot be explored is said, and the page is there nevertheless.
      await using wrong = await browser.open(
        `file://${path}#explore=--replay+read0`,
      );
      await wrong.until("document.body.dataset.shown !== undefined");
      assert(
        String(
          await wrong.evaluate("document.querySelector('.error').textContent"),
        ).includes("Event 1, read0, is not possible there"),
      );
      assertEquals(
        await wrong.evaluate(
          "document.querySelector('.story').checkVisibility()",
        ),
        true,
      );
      assertEquals(
        [...page.complaints, ...other.complaints, ...wrong.complaints],
        [],
      );
    } finally {
      Deno.removeSync(path);
    }
  },
});
