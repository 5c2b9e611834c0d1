/**
 * axe-core in a page: rules of WCAG that a program can check.
 *
 * @module
 */

import axe from "axe-core/axe.min.js" with { type: "text" };
import type { ShownPage } from "./chromium.ts";

/** WCAG 2.2 at level AA, and what else axe-core knows to be good. */
const TAGS = [
  ...["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
  "best-practice",
];

/**
 * Looks for what keeps people out of a page.
 *
 * @param page The page, which gets axe-core at the first call.
 * @returns Findings that are serious or critical: the rule, and where.
 */
export async function seriousFindings(page: ShownPage): Promise<string[]> {
  // Not by a script element, which no policy of these pages lets in.
  if (await page.evaluate("typeof axe === 'undefined'")) {
    await page.evaluate(`${axe}; undefined`);
  }
  const found = await page.evaluate(`axe.run(document, {
    runOnly: ${JSON.stringify(TAGS)},
    resultTypes: ["violations"],
    elementRef: false,
  }).then(({ violations }) => violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
      id + ": " + target.join(" ") + ": " + failureSummary.split("\\n").slice(1).join(";"))))`);
  return found as string[];
}
