/**
 * Every flag of every command, once: name, placeholder, kind, default and help.
 * Each command chooses from these; a flag means the same wherever it is taken.
 *
 * A key is the flag's name in camel case: `ackTimeout` is `--ack-timeout`.
 *
 * @module
 */

import { DURABILITIES } from "../domain/durability.ts";
import { SERVER_NAME_REGEXP } from "../protocol/report.ts";
import { LIKES_MAX, LIVE_SERVER_MAX } from "../protocol/validator.ts";
import {
  formatTicks,
  parseDurationMs,
  partOf,
  quote,
} from "../faults/notation.ts";
import { LATENCY_FORMS } from "../faults/latency_settings.ts";
import { DELIVERIES } from "../domain/delivery.ts";
import {
  GOSSIP_STYLES,
  LIVE_REPLICAS_MAX,
  PREDICT_TRIALS_MAX,
  READ_REPAIRS,
  READERS_MAX,
  REPLICA_CHOICES,
  REPLICAS_MAX,
} from "../domain/replicas.ts";
import { SEED_MAX } from "../domain/random.ts";
import {
  duration,
  type Flag,
  type FlagValue,
  integer,
  list,
  nonEmpty,
  oneOf,
  optional,
  optionalText,
  range,
  suchAs,
  textList,
  toggle,
  value,
} from "./flag.ts";
import { EXPLORATION_FLAGS } from "./flags_of_exploration.ts";
import { formatGossip, readGossip } from "./gossip.ts";
import { HOST_FLAGS } from "./host_flags.ts";
import { PRIMARY_DEFAULTS } from "./primary_options.ts";
import { DEFAULT_RUN } from "./run_options.ts";
import { readShard } from "./shard.ts";

/** The most likes servers of a virtual run. */
const SERVERS_MAX = 10_000_000;

/** Default port of a page. */
export const PAGE_PORT_DEFAULT = "8080";

/** The highest port. */
export const PORT_MAX = 65_535;

/** The most seeds of one command. */
const RUNS_MAX = 1_000_000_000;
const WORKERS_MAX = 1_024;

/** All flags, by key. */
export const FLAGS = {
  // The run
  servers: value(
    "N",
    "How many likes servers",
    `${DEFAULT_RUN.servers}`,
    integer(1, SERVERS_MAX),
  ),
  lifetime: value(
    "TIME",
    "How long each likes server draws",
    formatTicks(DEFAULT_RUN.lifetimeTicks),
    duration("1ms"),
  ),
  spawnInterval: value(
    "TIME",
    "From one likes server's start to the next",
    formatTicks(DEFAULT_RUN.spawnIntervalTicks),
    duration(),
  ),
  interval: value(
    "TIME..TIME",
    "Pause of a likes server between two draws",
    `${formatTicks(DEFAULT_RUN.intervalMinTicks)}..${
      formatTicks(DEFAULT_RUN.intervalMaxTicks)
    }`,
    range(duration("1ms")),
  ),
  likes: value(
    "N..N",
    `Likes in a draw, within 0..${LIKES_MAX}`,
    `${DEFAULT_RUN.likesMin}..${DEFAULT_RUN.likesMax}`,
    range(integer(0, LIKES_MAX)),
  ),
  delivery: value(
    "MODE",
    `What a likes server does about a report that got no answer: ${
      DELIVERIES.join(", ")
    }`,
    DEFAULT_RUN.delivery,
    oneOf(DELIVERIES),
  ),
  ackTimeout: value(
    "TIME",
    "How long a report waits for its reply",
    formatTicks(DEFAULT_RUN.ackTimeoutTicks),
    duration("1ms"),
  ),
  keepAlive: toggle("Keep one connection open instead of one for each report"),
  drain: value(
    "TIME",
    "How long after the last lifetime what is left may be delivered",
    formatTicks(DEFAULT_RUN.drainTicks),
    duration(),
  ),
  seed: suchAs(
    "7",
    optional(
      "N",
      "Draws, faults and order come from it (drawn when absent)",
      integer(0, SEED_MAX),
    ),
  ),
  runs: value("N", "How many seeds, from --seed on", "1", integer(1, RUNS_MAX)),
  shard: suchAs(
    "0/4",
    optional(
      "K/N",
      "Do part K (0 to N-1) of the N parts of --runs: one process of many, whose files merge puts together",
      readShard,
    ),
  ),
  runsFile: optionalText(
    "FILE",
    "Write a JSON line for each run as it is done, and go on with a file that is not finished; - for standard output",
    "/tmp/runs.jsonl",
  ),
  workers: suchAs(
    "2",
    optional(
      "N",
      "Threads that do runs (one for each core when absent)",
      integer(1, WORKERS_MAX),
    ),
  ),

  // Faults: read all at once in read_run.ts, because they must fit together and
  // fit the run
  latency: optionalText(
    "DELAY",
    `One-way delay of each message: ${LATENCY_FORMS}; samples are numbers of milliseconds, one a line, ymmr was measured at Yammer, of replies and reads too`,
    "20ms",
  ),
  ackLatency: optionalText(
    "DELAY",
    "The same for replies to likes servers (as --latency when absent)",
    "20ms",
  ),
  peerLatency: optionalText(
    "DELAY",
    "The same between replicas (as --latency when absent)",
    "20ms",
  ),
  readLatency: optionalText(
    "DELAY",
    "The same for reads and their answers (as --latency when absent)",
    "20ms",
  ),
  loss: optionalText(
    "RATIO",
    "Share of messages that are lost: 3/100 or 0.03",
    "0.03",
  ),
  ackLoss: optionalText(
    "RATIO",
    "The same for replies alone (as --loss when absent)",
    "0.03",
  ),
  duplicate: optionalText(
    "RATIO",
    "Share of messages that arrive twice",
    "0.01",
  ),
  partition: textList(
    "WINDOW",
    "Nothing passes: 60s..120s, 60s..120s:LikesServer0-4, …:->primary (reports only), …:<-primary (replies only), …:primary1, …:primary0,LikesServer0-4--primary1-2",
    "60s..120s",
  ),
  crash: textList(
    "WHO@TIME",
    "Kill: primary@100s+10s (back after 10 s), primary1@100s+10s (one replica), LikesServer3@50s (for good), random:5",
    "LikesServer3@50s",
  ),
  pause: textList(
    "WHO@TIME",
    "Stop and continue: LikesServer2@30s+20s",
    "LikesServer2@30s+20s",
  ),

  // Where
  port: value(
    "PORT",
    "Port of the primary, on 127.0.0.1",
    `${PRIMARY_DEFAULTS.port}`,
    integer(0, PORT_MAX),
  ),
  ports: list(
    "PORT",
    "Port of the primary, on 127.0.0.1; of each replica, by number",
    integer(0, PORT_MAX),
    `${PRIMARY_DEFAULTS.port}`,
  ),
  pagePort: value(
    "PORT",
    "First port to try for the page",
    PAGE_PORT_DEFAULT,
    integer(0, PORT_MAX),
  ),
  searchPort: toggle("Take the first free port from --port on", {
    hidden: true,
  }),
  logDir: value(
    "FOLDER",
    "Folder of the log files",
    PRIMARY_DEFAULTS.logDir,
    nonEmpty,
  ),

  // The primary
  durability: value(
    "HOW",
    "Where a report is before its ACK: none (nowhere), write (in the kernel), fsync (on the disk)",
    DEFAULT_RUN.durability,
    oneOf(DURABILITIES),
  ),
  resume: toggle("Go on from PrimaryLikesLog instead of replacing it"),
  exitOnAckFailure: toggle(
    "Exit when an ACK cannot be sent, as the original program does",
  ),
  maxConnections: value(
    "N",
    "Connections beyond these are answered NAK busy",
    `${PRIMARY_DEFAULTS.maxConnections}`,
    integer(1, 1_000_000),
  ),
  maxSessions: value(
    "N",
    "Sessions beyond these are answered NAK full",
    `${PRIMARY_DEFAULTS.maxSessions}`,
    integer(1, 16_000_000),
  ),
  replica: suchAs(
    "0",
    optional(
      "N",
      "The number that this primary has among replicas, from 0 on",
      integer(0, LIVE_REPLICAS_MAX - 1),
    ),
  ),
  peer: suchAs(
    "54322",
    list(
      "PORT",
      "Port of another replica: all of them, in the order of their numbers, this one left out",
      integer(1, PORT_MAX),
    ),
  ),
  untilStdinCloses: toggle("Stop when standard input closes", { hidden: true }),

  // Replicas; what is left out has its default in read_run.ts, which refuses
  // what is given and has no effect
  replicas: value(
    "N",
    "How many replicas",
    `${DEFAULT_RUN.replicas}`,
    integer(1, REPLICAS_MAX),
  ),
  gossip: optional(
    "TIME",
    "From one exchange that a replica begins to its next: 1s, exp:1s, uniform:0.5s..1.5s or off",
    readGossip,
    formatGossip(DEFAULT_RUN.gossip),
    "off with --write-to all",
  ),
  gossipStyle: optional(
    "STYLE",
    `Who tells whom in an exchange: ${GOSSIP_STYLES.join(", ")}`,
    oneOf(GOSSIP_STYLES),
    DEFAULT_RUN.gossipStyle,
  ),
  writeTo: optional(
    "WHERE",
    "Replica that a likes server reports to: home (i mod N, the next one when it does not answer), any (drawn for each attempt), all (dedup and crdt only)",
    oneOf(REPLICA_CHOICES),
    DEFAULT_RUN.writeTo,
  ),
  writeQuorum: optional(
    "W",
    "Replicas that must have acknowledged a draw; above 1 only with --write-to all",
    integer(1, REPLICAS_MAX),
    `${DEFAULT_RUN.writeQuorum}`,
  ),
  noFailover: toggle("Keep likes servers at a home that does not answer"),

  // Reads
  readers: value(
    "N",
    "How many readers",
    `${DEFAULT_RUN.readers}`,
    integer(0, READERS_MAX),
  ),
  readInterval: optional(
    "TIME..TIME",
    "Pause of a reader between two reads",
    range(duration("1ms")),
    `${formatTicks(DEFAULT_RUN.readIntervalMinTicks)}..${
      formatTicks(DEFAULT_RUN.readIntervalMaxTicks)
    }`,
  ),
  readFrom: optional(
    "WHERE",
    "Replica that a reader asks: home (j mod N, the next one when it does not answer), any (R of them, drawn for each read), all (and takes the first R answers)",
    oneOf(REPLICA_CHOICES),
    DEFAULT_RUN.readFrom,
  ),
  readQuorum: optional(
    "R",
    "Replicas that must answer a read; above 1 only with --read-from any or all",
    integer(1, REPLICAS_MAX),
    `${DEFAULT_RUN.readQuorum}`,
  ),
  readRepair: optional(
    "WHEN",
    "When a reader that saw replicas differ tells those that lack something: off (never), after (its answer), before (its answer, which waits until W have it); only with --write-to all",
    oneOf(READ_REPAIRS),
    DEFAULT_RUN.readRepair,
  ),
  readAfter: suchAs(
    "20ms",
    optional(
      "TIME",
      "Each likes server reads its own item that long after each acknowledgement",
      duration(),
    ),
  ),

  // Predictions
  remoteLatency: optionalText(
    "DELAY",
    "Added to each message between a client and a replica that is not at its site: each replica has a site of its own, writer and reader are at one that is drawn",
    "75ms",
  ),
  trials: value(
    "N",
    "How many writes, with a read each",
    "1000000",
    integer(1, PREDICT_TRIALS_MAX),
  ),
  at: suchAs(
    "3ms,7ms",
    optional(
      "TIMES",
      "Also tell how many reads are fresh that begin so long after the acknowledgement: 3ms,7ms",
      durationsMs,
    ),
  ),

  // Explorations
  ...EXPLORATION_FLAGS,

  // What happens and what is told
  noRestart: toggle(
    "Leave a likes server dead that a foreign signal has killed",
  ),
  json: toggle("One JSON document on stdout, everything else on stderr"),
  history: optionalText(
    "FILE",
    "Write the history as JSON lines",
    "/tmp/history.jsonl",
  ),
  trace: optionalText(
    "FILE",
    "Write the history as a trace that Perfetto and chrome://tracing open: a row for each process, messages as arrows",
    "/tmp/trace.json",
  ),
  diagram: optionalText(
    "FILE",
    "Write the story of what goes wrong as a Mermaid sequence diagram, cut down to the messages that matter",
    "/tmp/diagram.mmd",
  ),
  dashboard: toggle("Serve a page that shows the run while it goes on"),
  report: optionalText(
    "FILE",
    "Write a report with pictures, one HTML file",
    "/tmp/report.html",
  ),
  export: optionalText(
    "FILE",
    "Write the page as one HTML file instead of serving it",
    "/tmp/lab.html",
  ),
  check: toggle("Check the invariants after every event"),
  quorums: toggle(
    "Compare all pairs of read and write quorums instead, of up to 9 replicas",
  ),
  live: toggle("Run real processes, one mode after the other"),
  name: suchAs(
    "LikesServer3",
    optional("NAME", "Ask for one likes server: LikesServer3", serverNamed),
  ),
  watch: toggle("Print the answer at every change"),
  minutes: value("N", "How long to go on", "10", integer(1, 10_000)),

  // Other people's programs
  ...HOST_FLAGS,
} satisfies Record<string, Flag<unknown>>;

/** The key of a flag. */
export type FlagKey = keyof typeof FLAGS;

/** The keys of the fault flags, in the order in which they are written. */
export const FAULT_KEYS = [
  "latency",
  "ackLatency",
  "peerLatency",
  "readLatency",
  "loss",
  "ackLoss",
  "duplicate",
  "partition",
  "crash",
  "pause",
] as const satisfies readonly FlagKey[];

/** The values of some flags, by key. */
export type FlagValues<K extends FlagKey> = {
  readonly [P in K]: FlagValue<(typeof FLAGS)[P]>;
};

/** Durations, separated by commas, in milliseconds. */
function durationsMs(text: string, flag: string): readonly number[] {
  return text.split(",").map((part) =>
    parseDurationMs(part, partOf(flag, text, part))
  );
}

/** The likes server of a name. */
function serverNamed(text: string, flag: string): number {
  const id = Number(SERVER_NAME_REGEXP.exec(text)?.[1] ?? NaN);
  if (id <= LIVE_SERVER_MAX) return id;
  throw new SyntaxError(
    `Cannot use ${flag} ${
      quote(text)
    }: it must be the name of a likes server, LikesServer0 to LikesServer${LIVE_SERVER_MAX}`,
  );
}

/**
 * The name of a flag, as it is typed after the dashes.
 *
 * @param key Its key.
 * @returns The key in kebab case.
 *
 * @example Usage
 * ```ts
 * import { flagName } from "./flags.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(flagName("ackTimeout"), "ack-timeout");
 * ```
 */
export function flagName(key: FlagKey): string {
  // Some commands take one port, some several.
  if (key === "ports") return "port";
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
