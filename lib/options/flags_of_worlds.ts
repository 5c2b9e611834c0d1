/**
 * Flags that are others in a live run, where nothing runs, or in the
 * laboratory.
 *
 * @module
 */

import { latencyForms, SAMPLES_FORM } from "../faults/latency.ts";
import { SETTING_NAMES } from "../faults/latency_settings.ts";
import { SEED_MAX } from "../domain/random.ts";
import {
  LIVE_READERS_MAX,
  LIVE_REPLICAS_MAX,
  PREDICT_REPLICAS_MAX,
} from "../domain/replicas.ts";
import { LIVE_SERVER_MAX } from "../protocol/validator.ts";
import {
  type Flag,
  integer,
  optional,
  optionalText,
  suchAs,
  value,
} from "./flag.ts";
import { type FlagKey, FLAGS, PAGE_PORT_DEFAULT, PORT_MAX } from "./flags.ts";

/**
 * Flags that are bound closer where the run is live, by what the protocol
 * allows.
 */
export const LIVE_FLAGS = {
  servers: inLiveRun(FLAGS.servers, 1, LIVE_SERVER_MAX + 1),
  replicas: inLiveRun(FLAGS.replicas, 1, LIVE_REPLICAS_MAX),
  readers: inLiveRun(FLAGS.readers, 0, LIVE_READERS_MAX),
} satisfies Partial<Record<FlagKey, Flag<unknown>>>;

/** Flags that are others where nothing runs and all is computed. */
export const PREDICT_FLAGS = {
  replicas: value(
    "N",
    FLAGS.replicas.help,
    "3",
    integer(1, PREDICT_REPLICAS_MAX),
  ),
  latency: optionalText(
    "DELAY",
    `One-way delay of a report: ${
      latencyForms([SAMPLES_FORM, ...SETTING_NAMES])
    }; samples are numbers of milliseconds, one a line, what has a name says it of all messages`,
    "20ms",
  ),
  ackLatency: optionalText(
    "DELAY",
    "The same of an acknowledgement (as --latency when absent)",
    "20ms",
  ),
  readLatency: optionalText(
    "DELAY",
    "The same of a read, and of its answer (as --latency when absent)",
    "20ms",
  ),
  seed: suchAs(
    "7",
    optional(
      "N",
      "All delays come from it (drawn when absent)",
      integer(0, SEED_MAX),
    ),
  ),
  readQuorum: suchAs(
    "2",
    optional(
      "R",
      "How many replicas must answer a read (each number when absent)",
      integer(1, PREDICT_REPLICAS_MAX),
    ),
  ),
  writeQuorum: suchAs(
    "2",
    optional(
      "W",
      "How many replicas must acknowledge a report (each number when absent)",
      integer(1, PREDICT_REPLICAS_MAX),
    ),
  ),
} satisfies Partial<Record<FlagKey, Flag<unknown>>>;

/** Flags of the laboratory, which a port is given only where it is served. */
export const LAB_FLAGS = {
  pagePort: optional(
    "PORT",
    FLAGS.pagePort.help,
    integer(0, PORT_MAX),
    PAGE_PORT_DEFAULT,
  ),
} satisfies Partial<Record<FlagKey, Flag<unknown>>>;

/** A flag in the bounds of a live run, which an error says that they are. */
function inLiveRun(flag: Flag<number>, min: number, max: number): Flag<number> {
  const reader = integer(min, max);
  const { placeholder, help, defaultText = "" } = flag;
  return value(placeholder, help, defaultText, (text, name) => {
    try {
      return reader(text, name);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new RangeError(`${error.message} in a live run`, { cause: error });
    }
  });
}
