/**
 * Diagnostics, for people: on standard error, one line each.
 *
 * @module
 */

import { configureSync, getTextFormatter, type LogRecord } from "@std/log";
import { stderr } from "./output.ts";

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
  const print = (record: LogRecord) => stderr.print(format(record));
  configureSync({
    reset: true,
    sinks: { stderr: print },
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
