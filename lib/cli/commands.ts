/**
 * The commands: what each is for and which flags it takes.
 *
 * @module
 */

import type { Command, Section } from "../options/command.ts";
import { FAULT_KEYS, FLAGS } from "../options/flags.ts";
import { EXPLORE_COMMAND } from "../options/explore_command.ts";
import { HOST_FLAGS_OF_OTHERS } from "../options/host_flags.ts";
import { LAB_FLAGS, PREDICT_FLAGS } from "../options/flags_of_worlds.ts";

const DRAWS = [
  "servers",
  "lifetime",
  "spawnInterval",
  "interval",
  "likes",
] as const;

const TIMES = ["ackTimeout", "keepAlive", "drain", "seed"] as const;

const RUN = {
  title: "The run",
  flags: [...DRAWS, "delivery", ...TIMES],
} as const satisfies Section;

/** A run in each delivery mode. */
const RUN_OF_EACH_MODE = {
  title: RUN.title,
  flags: [...DRAWS, ...TIMES],
} as const satisfies Section;

const FAULTS = {
  title: "Faults (times count from the start of the first likes server)",
  flags: FAULT_KEYS,
} as const satisfies Section;

const GOSSIP = [
  "gossip",
  "gossipStyle",
  "writeTo",
  "writeQuorum",
  "noFailover",
] as const;

const REPLICAS = {
  title: "Replicas of the primary",
  flags: ["replicas", ...GOSSIP],
} as const satisfies Section;

/**
 * Flags of replicas that others started: their ports tell their number, and
 * their gossip style was theirs to be given.
 */
const REPLICAS_OF_OTHERS = {
  title: REPLICAS.title,
  flags: ["gossip", "writeTo", "writeQuorum", "noFailover"],
} as const satisfies Section;

const READS = {
  title: "Reads",
  flags: [
    "readers",
    "readInterval",
    "readAfter",
    "readFrom",
    "readQuorum",
    "readRepair",
  ],
} as const satisfies Section;

const PRIMARY = {
  title: "The primary",
  flags: ["durability"],
} as const satisfies Section;

const PLACE = {
  title: "Where",
  flags: ["port", "logDir"],
} as const satisfies Section;

const OUTPUT = {
  title: "What happens and what is told",
  flags: [
    "noRestart",
    "dashboard",
    "pagePort",
    "report",
    "history",
    "trace",
    "json",
  ],
} as const satisfies Section;

/** A part of many runs, on one machine of several. */
const PARTS = {
  title: "Many runs in parts",
  flags: ["shard", "runsFile", "workers"],
} as const satisfies Section;

const NO_LOSS = "no formula covers it, sim runs it";
const NO_GOSSIP = "it models a store without gossip, sim runs one with it";
const ONE_READ = "each trial is one write and one read";

/** Flags that the model of `predict` leaves out. */
const NOT_PREDICTED = {
  loss: NO_LOSS,
  ackLoss: NO_LOSS,
  duplicate: NO_LOSS,
  partition: NO_LOSS,
  crash: NO_LOSS,
  pause: NO_LOSS,
  gossip: NO_GOSSIP,
  gossipStyle: NO_GOSSIP,
  peerLatency: NO_GOSSIP,
  writeTo: "its writes go to all replicas",
  readFrom: "its reads go to all replicas",
  readRepair: "it models a store without read repair, sim runs one with it",
  ackTimeout: "it waits for every answer and sends nothing again, sim does",
  interval: ONE_READ,
  readers: ONE_READ,
  readInterval: ONE_READ,
  readAfter: `${ONE_READ}, --at says how long after`,
} as const satisfies Command["refused"];

/** Gossip of one replica, which is not told where likes servers report to. */
const GOSSIP_OF_ONE = {
  gossip: { ...FLAGS.gossip, otherDefault: undefined },
} as const satisfies Command["flags"];

/** Reads are operations like others where nodes are other people's programs. */
const FAULTS_OF_HOST = [
  "latency",
  "peerLatency",
  "ackLatency",
  "loss",
  "ackLoss",
  "duplicate",
  "partition",
  "crash",
  "pause",
] as const;

/** All commands, by name, in the order of the help. */
export const COMMANDS = {
  start: {
    summary:
      "Run everything in one terminal: a primary, its likes servers, the verdict",
    operands: [],
    sections: [RUN, FAULTS, REPLICAS, READS, PRIMARY, PLACE, OUTPUT],
    isLive: true,
  },
  primary: {
    summary: "Receive reports and hold the total, until SIGINT or SIGTERM",
    operands: [],
    sections: [{
      title: "Flags",
      flags: [
        "port",
        "searchPort",
        "logDir",
        "durability",
        "resume",
        "exitOnAckFailure",
        "maxConnections",
        "maxSessions",
        "dashboard",
        "pagePort",
        "untilStdinCloses",
      ],
    }, {
      title: "One of several replicas",
      flags: ["replica", "peer", "gossip", "gossipStyle", "seed"],
    }],
    flags: GOSSIP_OF_ONE,
  },
  parent: {
    summary: "Start the likes servers, watch them, give the verdict",
    operands: [],
    sections: [RUN, FAULTS, REPLICAS_OF_OTHERS, READS, {
      title: PLACE.title,
      flags: ["ports", "logDir"],
    }, OUTPUT],
    isLive: true,
    refused: {
      replicas: "there are as many as it is given --port",
      gossipStyle: "it is the replicas', which others have started",
    },
  },
  read: {
    summary: "Ask the primary, or several replicas side by side, for the total",
    operands: [],
    sections: [{ title: "Flags", flags: ["ports", "name", "watch"] }],
  },
  sim: {
    summary: "The same run in virtual time",
    operands: [],
    sections: [
      RUN,
      FAULTS,
      REPLICAS,
      READS,
      PRIMARY,
      {
        title: "What is told",
        flags: [
          "runs",
          "check",
          "report",
          "history",
          "trace",
          "diagram",
          "json",
        ],
      },
      PARTS,
      {
        title: "Taken as start takes them, without effect in virtual time",
        flags: ["port", "logDir", "noRestart"],
      },
    ],
  },
  compare: {
    summary: "The same faults and seed under all five delivery modes",
    operands: [],
    sections: [RUN_OF_EACH_MODE, FAULTS, REPLICAS, READS, PRIMARY, PLACE, {
      title: "What is told",
      flags: ["quorums", "runs", "live", "report", "json"],
    }, PARTS],
    refused: {
      delivery: "it runs all five delivery modes, or crdt with --quorums",
    },
  },
  predict: {
    summary:
      "How stale reads are, how often and at what latency, for each quorum of a store with N replicas",
    operands: [],
    sections: [{
      title: "The store",
      flags: ["replicas", "readQuorum", "writeQuorum"],
    }, {
      title: "How long messages take",
      flags: ["latency", "ackLatency", "readLatency", "remoteLatency"],
    }, {
      title: "What is told",
      flags: ["trials", "seed", "at", "report", "json"],
    }],
    flags: PREDICT_FLAGS,
    refused: NOT_PREDICTED,
  },
  merge: {
    summary:
      "The report on many runs from the files that their shards wrote, - for standard input",
    operands: ["FILE…"],
    sections: [{ title: "What is told", flags: ["report", "json"] }],
  },
  explore: EXPLORE_COMMAND,
  shrink: {
    summary: "The smallest fault plan with which a failing seed still fails",
    operands: ["SEED"],
    sections: [RUN, FAULTS, REPLICAS, READS, PRIMARY, {
      title: "What is told",
      flags: ["diagram", "json"],
    }],
    flags: {
      seed: { ...FLAGS.seed, help: "SEED once more, as in a copied command" },
    },
  },
  storm: {
    summary: "Live runs in which everything is killed at random moments",
    operands: [],
    sections: [{
      title: "Flags",
      flags: ["minutes", "seed", "logDir", "json"],
    }],
  },
  host: {
    summary: "Run other people's programs as the nodes, under the same faults",
    operands: [],
    trailing: "PROGRAM [ARGUMENT…]",
    sections: [{
      title: "The run",
      flags: [
        "workload",
        "nodes",
        "rate",
        "lifetime",
        "drain",
        "clients",
        "timeout",
        "topology",
        "likes",
        "seed",
        "firstNode",
        "shrink",
      ],
    }, {
      title: "Faults (times count from the start of the load)",
      flags: FAULTS_OF_HOST,
    }, {
      title: "What is told",
      flags: [
        ...["dashboard", "pagePort", "report", "history", "trace"] as const,
        ...["diagram", "logDir", "json"] as const,
      ],
    }],
    flags: HOST_FLAGS_OF_OTHERS,
    refused: {
      readLatency: "reads are operations like others, --latency is of them too",
      delivery: "how nodes deliver is their own affair",
      servers: "nodes are counted by --nodes",
      replicas: "nodes are counted by --nodes",
    },
  },
  node: {
    summary:
      "Be a node of host for counters, unique-ids and echo: our own replica, on standard input and output",
    operands: [],
    sections: [{
      title: "Flags",
      flags: ["gossip", "gossipStyle", "seed"],
    }],
    flags: GOSSIP_OF_ONE,
  },
  lab: {
    summary:
      "Serve a page in which the virtual run can be tried out, or write it to a file",
    operands: [],
    sections: [{ title: "Flags", flags: ["pagePort", "export"] }],
    flags: LAB_FLAGS,
  },
} as const satisfies Record<string, Command>;

/** The name of a command. */
export type CommandName = keyof typeof COMMANDS;

/** The keys of the flags that a command takes. */
export type FlagKeyOf<C extends CommandName> =
  (typeof COMMANDS)[C]["sections"][number]["flags"][number];

/**
 * All commands.
 *
 * @returns Their names, in the order of the help.
 */
export function commandNames(): CommandName[] {
  return Object.keys(COMMANDS).filter(isCommand);
}

/**
 * Whether a word names a command.
 *
 * @param word What was given.
 * @returns `true` if it does.
 */
export function isCommand(word: string): word is CommandName {
  return Object.hasOwn(COMMANDS, word);
}
