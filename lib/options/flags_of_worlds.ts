/**
 * Flags that are others in a live run, where nothing runs, or in the laboratory.
 *
 * @module
 */

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
  nonEmpty,
  optional,
  type Reader,
  value,
} from "./flag.ts";
import {
  type FlagKey,
  PAGE_PORT_DEFAULT,
  PAGE_PORT_TEXT,
  PORT_MAX,
  READERS_DEFAULT,
  READERS_TEXT,
  REPLICAS_DEFAULT,
  REPLICAS_TEXT,
  SERVERS_DEFAULT,
  SERVERS_TEXT,
} from "./flags.ts";

/**
 * Flags that are bound closer where the run is live, by what the protocol
 * allows.
 */
export const LIVE_FLAGS = {
  servers: value(
    SERVERS_TEXT,
    SERVERS_DEFAULT,
    inLiveRun(integer(1, LIVE_SERVER_MAX + 1)),
  ),
  replicas: value(
    REPLICAS_TEXT,
    REPLICAS_DEFAULT,
    inLiveRun(integer(1, LIVE_REPLICAS_MAX)),
  ),
  readers: value(
    READERS_TEXT,
    READERS_DEFAULT,
    inLiveRun(integer(0, LIVE_READERS_MAX)),
  ),
} satisfies Partial<Record<FlagKey, Flag<unknown>>>;

/** Flags that are others where nothing runs and all is computed. */
export const PREDICT_FLAGS = {
  replicas: value(
    { placeholder: "N", help: "How many replicas" },
    "3",
    integer(1, PREDICT_REPLICAS_MAX),
  ),
  latency: optional({
    placeholder: "DELAY",
    help:
      "One-way delay of a report: 20ms, exp:20ms, uniform:5ms..40ms, pareto:1ms,1.5, lognormal:20ms,0.5, mix:0.9*exp:2ms+0.1*pareto:1ms,1.5 or samples:FILE (a number of milliseconds a line); or lnkd-ssd, lnkd-disk, ymmr, which say it of all messages",
  }, nonEmpty),
  ackLatency: optional({
    placeholder: "DELAY",
    help: "The same of an acknowledgement (as --latency when absent)",
  }, nonEmpty),
  readLatency: optional({
    placeholder: "DELAY",
    help: "The same of a read, and of its answer (as --latency when absent)",
  }, nonEmpty),
  seed: optional(
    { placeholder: "N", help: "All delays come from it (drawn when absent)" },
    integer(0, SEED_MAX),
  ),
  readQuorum: optional({
    placeholder: "R",
    help: "How many replicas must answer a read (each number when absent)",
  }, integer(1, PREDICT_REPLICAS_MAX)),
  writeQuorum: optional({
    placeholder: "W",
    help:
      "How many replicas must acknowledge a report (each number when absent)",
  }, integer(1, PREDICT_REPLICAS_MAX)),
} satisfies Partial<Record<FlagKey, Flag<unknown>>>;

/** Flags of the laboratory, which a port is given only where it is served. */
export const LAB_FLAGS = {
  pagePort: optional(PAGE_PORT_TEXT, integer(0, PORT_MAX), PAGE_PORT_DEFAULT),
} satisfies Partial<Record<FlagKey, Flag<unknown>>>;

/** A reader whose errors say that it is a live run that allows no more. */
function inLiveRun<T>(reader: Reader<T>): Reader<T> {
  return (text, flag) => {
    try {
      return reader(text, flag);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new RangeError(`${error.message} in a live run`, { cause: error });
    }
  };
}
