/**
 * The picture of a run, as plain data: each world fills it, each view draws it.
 *
 * @module
 */
import type { AcknowledgementMeasures } from "../../verdict/acknowledgement_meter.ts";
import type { Distribution } from "../../verdict/histogram.ts";
import type { ReadTheory } from "../../verdict/prediction.ts";
import type { ReadsSoFar } from "../../verdict/read_meter.ts";
import type { ReadsVerdict } from "../../verdict/replica_verdict.ts";
import type { Verdict } from "../../verdict/verdict.ts";

/** The setting of a run. Fields that do not apply are left out. */
export interface RunSetting {
  /**
   * `live`: real processes; `virtual`: simulated time; `primary`: a primary
   * alone, which does not know what is generated; `hosted`: real processes of
   * other people's programs.
   */
  readonly world: "live" | "virtual" | "primary" | "hosted";
  /** The workload of other people's programs. */
  readonly workload?: string;
  /** The names of their nodes, the first of them. */
  readonly nodes?: readonly string[];
  /** Delivery mode. */
  readonly delivery?: string;
  /** The root of all randomness. */
  readonly seed?: number;
  /** The number of likes servers. */
  readonly servers?: number;
  /** The number of replicas, where there are several. */
  readonly replicas?: number;
  /** The number of readers, where there are any. */
  readonly readers?: number;
  /** Replicas that are told and asked, where there are several. */
  readonly quorums?: QuorumSetting;
  /** Theory of the reads, or why there is none, where there are any. */
  readonly readTheory?: ReadTheory;
  /** The end of the last lifetime of a likes server, in seconds. */
  readonly plannedSeconds?: number;
  /** The command that reproduces the run. */
  readonly command?: string;
  /** The faults, as flags. */
  readonly faultFlags?: readonly string[];
}

/** Replicas that are told of a draw, and that are asked by a read. */
export interface QuorumSetting {
  /** The replicas that a likes server reports to: `home`, `any`, `all`. */
  readonly writeTo: string;
  /** W: how many must acknowledge a draw. */
  readonly writeQuorum: number;
  /** Reads; left out where nobody reads. */
  readonly reads?: {
    /** The replicas that are asked: `home`, `any`, `all`. */
    readonly readFrom: string;
    /** R: how many must answer. */
    readonly readQuorum: number;
    /** Read repair: `off`, `after` or `before` the answer. */
    readonly readRepair: string;
    /**
     * Seconds from an acknowledgement to the likes server's read of its own
     * item; left out where they do not read.
     */
    readonly readAfterSeconds?: number;
  };
}

/** The kind of a fault with a time. */
export type FaultKind = "partition" | "crash" | "pause";

/** A fault on the time axis. */
export interface FaultMark {
  /** The kind of the fault. */
  readonly kind: FaultKind;
  /** The time of its beginning, in seconds. */
  readonly fromSeconds: number;
  /** The time of its end, in seconds; null: never, or not known yet. */
  readonly untilSeconds: number | null;
  /**
   * The processes that it hits, as fault plans name them: `LikesServer3`,
   * `primary1`, of a partition also `LikesServer0-4,LikesServer7`,
   * `primary0--primary1-2`; `all`; `primary` for every replica.
   */
  readonly who: string;
  /** Messages that a partition cuts off: all, or those of one direction. */
  readonly cut?: "both" | "reports" | "replies";
  /** True where no plan has it: it came from outside. */
  readonly unplanned?: boolean;
}

/** The lines of a run. Equal lengths; null where a value is not known. */
export interface RunSeries {
  /** The time of each point, in seconds since the start. */
  readonly seconds: readonly number[];
  /** Likes generated until then. */
  readonly generated: readonly (number | null)[];
  /** Likes at the primary. */
  readonly counted: readonly (number | null)[];
  /**
   * Likes generated minus likes at the primary: the lowest since the point
   * before …
   */
  readonly gapMin: readonly (number | null)[];
  /** … and the highest. */
  readonly gapMax: readonly (number | null)[];
  /**
   * Age of the oldest like not yet counted, in seconds: the highest since the
   * point before.
   */
  readonly staleness: readonly (number | null)[];
  /**
   * Likes that each replica holds; null while it is down. Left out where there
   * are more than {@linkcode REPLICA_LINES_MAX}, or one.
   */
  readonly replicas?: readonly (readonly (number | null)[])[];
  /**
   * The fewest likes that a replica that is up has held since the point before
   * … Left out with one replica, as are the next two.
   */
  readonly lowest?: readonly (number | null)[];
  /** … and the most. */
  readonly highest?: readonly (number | null)[];
  /**
   * Largest minus smallest total of the replicas that are up: the highest since
   * the point before.
   */
  readonly spread?: readonly (number | null)[];
  /**
   * Reads until then that can be judged. Left out without readers, as is the
   * next one.
   */
  readonly readsJudged?: readonly (number | null)[];
  /** Share of these reads that were fresh. */
  readonly readsFresh?: readonly (number | null)[];
}

/** The most replicas that have a line of their own. */
export const REPLICA_LINES_MAX = 10;

/** The most replicas that are listed. */
export const REPLICAS_LISTED_MAX = 32;

/**
 * The state of a likes server; `reporting` and `silent` are all that a primary
 * alone knows of it.
 */
export type ServerState =
  | "not started"
  | "drawing"
  | "waiting"
  | "stuck"
  | "paused"
  | "crashed"
  | "ended"
  | "reporting"
  | "silent";

/** A likes server. */
export interface ServerRow {
  /** Id of the likes server. */
  readonly id: number;
  /** The state of the likes server. */
  readonly state: ServerState;
  /** Likes it generated; null where that is not known. */
  readonly generated: number | null;
  /** Likes of it that were acknowledged; null where that is not known. */
  readonly acknowledged: number | null;
  /** Likes of it at the primary; null where that is not known. */
  readonly counted: number | null;
  /** The gap over time, the highest of each stretch. */
  readonly gaps: readonly number[];
}

/** A replica. */
export interface ReplicaRow {
  /** The state of the replica. */
  readonly state: "up" | "paused" | "down";
  /** Likes that it holds; null where that is not known. */
  readonly counted: number | null;
}

/** An event of a run, in words. */
export interface RunEvent {
  /** The time of the event, in seconds since the start. */
  readonly seconds: number;
  /** The subject: a likes server, the primary, the network. */
  readonly who: string;
  /** The event, in words. */
  readonly text: string;
  /** Whether it is a fault (`bad`), a repair (`good`) or neither. */
  readonly tone: "plain" | "bad" | "good";
}

/** The picture of a run at one moment. */
export interface RunPicture {
  /** The setting of the run. */
  readonly setting: RunSetting;
  /** Time that has passed since the start, in seconds. */
  readonly nowSeconds: number;
  /** Further numbers of a primary alone, in a sentence. */
  readonly note?: string;
  /** Likes servers alive now; left out where that is not known. */
  readonly alive?: number;
  /** Likes generated; null where that is not known. */
  readonly generated: number | null;
  /** Likes acknowledged; null where that is not known. */
  readonly acknowledged: number | null;
  /** Likes at the primary; null where that is not known. */
  readonly counted: number | null;
  /**
   * Age of the oldest like not yet counted, in seconds; null where that is not
   * known.
   */
  readonly stalenessSeconds: number | null;
  /**
   * Quantiles of that age over time so far, in seconds; left out where they are
   * not known.
   */
  readonly stalenessSoFar?: Pick<Distribution, "p50" | "p95" | "p99" | "max">;
  /** The lines. */
  readonly series: RunSeries;
  /** The faults. */
  readonly faults: readonly FaultMark[];
  /** Likes servers: all of them, or those that are furthest behind. */
  readonly servers: readonly ServerRow[];
  /** The number of likes servers that are not listed. */
  readonly serversHidden: number;
  /** Replicas in their order, the first of them; left out with one. */
  readonly replicas?: readonly ReplicaRow[];
  /**
   * Largest minus smallest total of the replicas that are up; left out with one
   * replica, or where that is not known.
   */
  readonly spread?: number;
  /** Reads so far; left out without readers. */
  readonly reads?: ReadsSoFar;
  /** Everything that is measured of them so far; left out where unknown. */
  readonly readMeasures?: ReadsVerdict;
  /** Waits for acknowledgements so far; left out where they are not timed. */
  readonly acknowledgements?: AcknowledgementMeasures;
  /** The last events, the latest first. */
  readonly events: readonly RunEvent[];
  /** The verdict, once it is there; without its list of likes servers. */
  readonly verdict?: Verdict;
  /** The verdict on other people's programs, once it is there. */
  readonly conclusion?: Conclusion;
}

/** A verdict in words. */
export interface Conclusion {
  /** Whether it passed. */
  readonly passed: boolean;
  /** A word or two. */
  readonly word: string;
  /** Sentences. */
  readonly text: string;
}

/**
 * Whether a run is over.
 *
 * @param picture The picture of the run.
 * @returns `true` once there is a verdict.
 */
export function isOver({ verdict, conclusion }: RunPicture): boolean {
  return verdict !== undefined || conclusion !== undefined;
}
