/**
 * Diagnostics, for people: on standard error, one line each.
 *
 * @module
 */

import { configureSync, getTextFormatter, type LogRecord } from "@std/log";

/**
 * Sends everything that is logged in this process, from "info" on, to standard
 * error. Standard output is for data.
 */
export function logToStderr(): void {
  const format = getTextFormatter({
    timestamp: "rfc3339",
    level: "full",
    category: ".",
    value: (value) => String(value),
  });
  // deno-lint-ignore no-console
  const stderr = (record: LogRecord) => console.error(format(record).trimEnd());
  configureSync({
    reset: true,
    sinks: { stderr },
    loggers: [
      { category: [], sinks: ["stderr"], lowestLevel: "info" },
      {
        category: ["logtape", "meta"],
        sinks: ["stderr"],
        lowestLevel: "warning",
      },
    ],
  });
}
