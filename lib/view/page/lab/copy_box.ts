/**
 * A text to be copied.
 *
 * @module
 */
/// <reference lib="dom" />
import { button, element, setText } from "../dom.ts";

/** Duration of the message that a text was copied, in milliseconds. */
const SAID_MS = 2500;

/** A text with a button that copies it. */
export class CopyBox {
  /** The root element, to be put into the page. */
  readonly root: HTMLElement;
  readonly #code = element("code", {});
  readonly #said = element("span", { role: "status", class: "said" });

  /**
   * @param label The name of the text, for screen readers.
   * @param action The label of the button.
   */
  constructor(label: string, action: string) {
    this.root = element(
      "section",
      { class: "copy", "aria-label": label },
      element("p", { class: "copy-text", tabindex: "0" }, this.#code),
      element(
        "p",
        { class: "actions" },
        button(action, () => this.#copy()),
        " ",
        this.#said,
      ),
    );
  }

  /**
   * Shows a text.
   *
   * @param text The text.
   */
  show(text: string): void {
    setText(this.#code, text);
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.#code.textContent ?? "");
      setText(this.#said, "Copied");
    } catch {
      // Without leave to write the clipboard, the user does it.
      getSelection()?.selectAllChildren(this.#code);
      setText(this.#said, "Selected: copy it with Ctrl+C");
    }
    setTimeout(() => setText(this.#said, ""), SAID_MS);
  }
}
