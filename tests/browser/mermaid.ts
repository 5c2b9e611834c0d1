/**
 * Mermaid itself, in a page of a browser: it draws the diagrams that GitHub
 * shows. An older release than the newest, as sites that draw with it have.
 *
 * @module
 */

import mermaid from "@mermaid-js/tiny/dist/mermaid.tiny.js" with {
  type: "text",
};
import { Chromium, type ShownPage } from "./chromium.ts";

/** A diagram as it is drawn. */
export interface DrawnDiagram {
  /** Names over the lines of participants, from left to right. */
  readonly participants: readonly string[];
  /** Texts at arrows, in order; lines of one text are joined by a line feed. */
  readonly messages: readonly string[];
  /** Texts of notes, in order. */
  readonly notes: readonly string[];
  /** The line above the diagram. */
  readonly title: string;
  /** How many arrows end in a cross. */
  readonly crosses: number;
}

/** A browser with a page that draws diagrams. */
export class MermaidPage {
  readonly #browser: Chromium;
  /** The page. */
  readonly page: ShownPage;

  private constructor(browser: Chromium, page: ShownPage) {
    this.#browser = browser;
    this.page = page;
  }

  /**
   * Starts a browser.
   *
   * @returns The page, with Mermaid in it.
   */
  static async open(): Promise<MermaidPage> {
    const browser = await Chromium.start();
    const page = await browser.open("about:blank", { width: 1400 });
    await page.puppet.setContent("<body style='background: white'></body>");
    await page.puppet.addScriptTag({ content: mermaid });
    await page.evaluate("mermaid.initialize({ startOnLoad: false })");
    return new MermaidPage(browser, page);
  }

  /**
   * Draws a diagram.
   *
   * @param text What Mermaid is given.
   * @returns What is seen.
   * @throws {Error} If Mermaid cannot read the text.
   */
  async draw(text: string): Promise<DrawnDiagram> {
    const drawn = await this.page.evaluate(`(async () => {
      const { svg } = await mermaid.render("diagram", ${JSON.stringify(text)});
      document.body.innerHTML = svg;
      const all = (selector) => [...document.querySelectorAll(selector)];
      // One text element for each line; lines of one text follow each other.
      const joined = (selector, isNext) => {
        const texts = [];
        for (const element of all(selector)) {
          if (isNext(element)) texts[texts.length - 1] += "\\n" + element.textContent;
          else texts.push(element.textContent);
        }
        return texts;
      };
      const isText = (element, name) =>
        element?.localName === "text" && element.classList.contains(name);
      const names = all("text.actor-box");
      const top = Math.min(...names.map((name) => Number(name.getAttribute("y"))));
      return {
        participants: names
          .filter((name) => Number(name.getAttribute("y")) === top)
          .sort((one, other) => one.getAttribute("x") - other.getAttribute("x"))
          .map(({ textContent }) => textContent),
        messages: joined("text.messageText", (element) =>
          isText(element.previousElementSibling, "messageText")),
        notes: joined("text.noteText", (element) =>
          isText(element.previousElementSibling, "noteText")),
        title: document.querySelector("svg > text:not([class])")?.textContent ?? "",
        crosses: all("[marker-end*=crosshead]").length,
      };
    })()`);
    return drawn as DrawnDiagram;
  }

  /** Closes the browser. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.page[Symbol.asyncDispose]();
    await this.#browser[Symbol.asyncDispose]();
  }
}
