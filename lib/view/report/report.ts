/**
 * A report of one run, or of several side by side: one HTML file that needs
 * nothing else, no network and no JavaScript.
 *
 * @module
 */
import reportStyle from "../built/report.css" with { type: "text" };
import { wholePage } from "../whole_page.ts";
import { TITLES } from "./headline.ts";
import { compareSections } from "./report_compare.ts";
import { type ReportRun, runSections } from "./report_run.ts";

export type { ReportRun } from "./report_run.ts";

/**
 * Writes a report.
 *
 * @param runs The run; or several runs of the same faults and seed, to be
 * compared.
 * @param extra Markup of further sections about all runs, put behind the
 * pictures: a table of theory and practice, of many seeds. Text in it must be
 * escaped.
 * @returns One HTML document. Its security policy allows its own style and
 * nothing else.
 * @throws {RangeError} If there is no run.
 */
export async function reportHtml(
  runs: readonly ReportRun[],
  extra = "",
): Promise<string> {
  const [first] = runs;
  if (first === undefined) {
    throw new RangeError("Cannot report on 0 runs: at least 1 is needed");
  }
  const isOne = runs.length === 1;
  const title = isOne
    ? TITLES[first.picture.setting.world]
    : "Delivery modes compared";
  const sections = isOne ? runSections(first) : compareSections(runs);
  return await pageHtml(
    title,
    `${sections}${extra}`,
    `The command above does the ${
      runs.some(({ verdict }) => verdict.stopped !== undefined)
        ? "whole run"
        : "same run again"
    }.`,
  );
}

/**
 * Writes a page.
 *
 * @param title Its title.
 * @param sections Markup of its sections. Text in it must be escaped.
 * @param note A sentence at its foot.
 * @returns One HTML document. Its security policy allows its own style and
 * nothing else.
 */
export async function pageHtml(
  title: string,
  sections: string,
  note: string,
): Promise<string> {
  const { html } = await wholePage({
    title,
    style: reportStyle,
    body: `<header><h1>${title}</h1></header>
<main>
${sections}
<footer>Written by the eventual consistency simulator. ${note}</footer>
</main>`,
  });
  return html;
}
