/**
 * Elements of a page.
 *
 * @module
 */
/// <reference lib="dom" />

/** A child of an element: another element, or text. */
export type Content = Node | string;

/**
 * Makes an element.
 *
 * @param tag The name of the element.
 * @param attributes Its attributes.
 * @param content Its children; text is never taken for markup.
 * @returns The element.
 */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...content: readonly Content[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value);
  }
  made.append(...content);
  return made;
}

/**
 * Makes a button.
 *
 * @param text Its label.
 * @param onClick Called when it is pressed.
 * @param attributes Its attributes.
 * @returns The button.
 */
export function button(
  text: string,
  onClick: () => void,
  attributes: Readonly<Record<string, string>> = {},
): HTMLButtonElement {
  const made = element("button", { type: "button", ...attributes }, text);
  made.addEventListener("click", onClick);
  return made;
}

/**
 * Makes a table that scrolls where it is wider than the page.
 *
 * @param label The name of the table, for screen readers.
 * @param headings The headings of its columns; empty: the corner.
 * @param body The body of the table.
 * @returns The element around the table.
 */
export function scrollingTable(
  label: string,
  headings: readonly string[],
  body: HTMLTableSectionElement,
): HTMLElement {
  const head = element(
    "tr",
    {},
    ...headings.map((text) =>
      text === "" ? element("td") : element("th", { scope: "col" }, text)
    ),
  );
  return element(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": label },
    element("table", {}, element("thead", {}, head), body),
  );
}

/**
 * Makes the rows of a table what they are now. Cells that stay the same are
 * left alone.
 *
 * @param body The body of the table.
 * @param rows Texts of the cells; the first names the row.
 */
export function fillRows(
  body: HTMLTableSectionElement,
  rows: readonly (readonly string[])[],
): void {
  rows.forEach((texts, index) => {
    const row = body.rows[index] ?? body.insertRow();
    texts.forEach((text, column) => {
      const cell = row.cells[column] ??
        row.appendChild(
          column === 0 ? element("th", { scope: "row" }) : element("td"),
        );
      setText(cell, text);
    });
  });
  while (body.rows.length > rows.length) body.deleteRow(-1);
}

/**
 * Changes the text of an element. Where it is the same already, selections and
 * screen readers are left alone.
 *
 * @param target The element.
 * @param text The new text.
 */
export function setText(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/**
 * A colour of the page's style.
 *
 * @param name The name of a custom property, with its dashes.
 * @returns The colour as it is now, in light or dark.
 */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name)
    .trim();
}

/**
 * Calls back when colours change from light to dark or back.
 *
 * @param onChange Called after each change.
 */
export function onColoursChange(onChange: () => void): void {
  matchMedia("(prefers-color-scheme: dark)")
    .addEventListener("change", onChange);
}
