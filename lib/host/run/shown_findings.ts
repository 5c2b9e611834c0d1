/**
 * The findings of a checker, safe to show: ids and values in them are what
 * programs of strangers made up.
 *
 * @module
 */

import { printable } from "../../platform/printable.ts";
import type { CheckResult } from "../../verdict/operations/operation.ts";

/** The most characters of a finding. */
const TEXT_CHARS_MAX = 1_000;

/**
 * Makes the findings of a checker safe to show.
 *
 * @param check The checker's account.
 * @returns The same with findings of bounded length, each on one line, in which
 * nothing is obeyed by a terminal.
 */
export function withShownFindings(check: CheckResult): CheckResult {
  const findings = check.findings.map(({ kind, text }) => ({
    ...{ kind, text: printable(text, TEXT_CHARS_MAX) },
  }));
  return { ...check, findings };
}
