/**
 * A report of one run, or of several side by side: one HTML file that needs
 * nothing else, no network and no JavaScript.
 *
 * @module
 */
import reportStyle from "../built/report.css" with { type: "text" };
import { escapeMarkup } from "../chart/markup.ts";
import { compareSections } from "./report_compare.ts";
import { type ReportRun, runSections } from "./report_run.ts";

export type { ReportRun } from "./report_run.ts";

/** Options of {@linkcode reportHtml}. */
export interface ReportOptions {
  /**
   * The title of the page.
   *
   * @default {"Live run", "Virtual run" or "Delivery modes compared"}
   */
  readonly title?: string;
  /**
   * Markup of further sections about all runs, put behind the pictures: a table
   * of theory and practice, of many seeds. Text in it must be escaped.
   */
  readonly extra?: string;
}

const TITLES = {
  live: "Live run",
  virtual: "Virtual run",
  primary: "Primary",
} as const;

/**
 * Writes a report.
 *
 * @param runs The run; or several runs of the same faults and seed, to be
 * compared.
 * @param options Title and further sections.
 * @returns One HTML document. Its security policy allows its own style and
 * nothing else.
 * @throws {RangeError} If there is no run.
 */
export async function reportHtml(
  runs: readonly ReportRun[],
  options: ReportOptions = {},
): Promise<string> {
  const [first] = runs;
  if (first === undefined) {
    throw new RangeError("Cannot report on 0 runs: at least 1 is needed");
  }
  const isOne = runs.length === 1;
  const { extra = "" } = options;
  const title = options.title ??
    (isOne ? TITLES[first.picture.setting.world] : "Delivery modes compared");
  const sections = isOne ? runSections(first) : compareSections(runs);
  const policy =
    `default-src 'none'; style-src 'sha256-${await hashOf(reportStyle)}'; ` +
    "base-uri 'none'; form-action 'none'";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeMarkup(title)} · likes</title>
<style>${reportStyle}</style>
</head>
<body>
<header><h1>${escapeMarkup(title)}</h1></header>
<main>
${sections}${extra}
<footer>Written by the eventual consistency simulator. The command above does the ${
    runs.some(({ verdict }) => verdict.stopped !== undefined)
      ? "whole run"
      : "same run again"
  }.</footer>
</main>
</body>
</html>
`;
}

async function hashOf(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}
