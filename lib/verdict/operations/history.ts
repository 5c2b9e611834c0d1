/**
 * The history of a run of other people's programs: operations and faults, one
 * JSON object a line.
 *
 * @module
 */

/** Kinds of events. */
export type OperationEventKind =
  | "invoke"
  | "ok"
  | "fail"
  | "info"
  | "crash"
  | "restart"
  | "pause"
  | "resume"
  | "partition"
  | "heal";

/** An event. Fields that do not apply are left out. */
export interface OperationEvent {
  /** Seconds since the load began. */
  readonly t: number;
  /** A stage of an operation, or a fault. */
  readonly kind: OperationEventKind;
  /** The number of the operation. */
  readonly op?: number;
  /** The type of the request. */
  readonly f?: string;
  /** The value that was written, or that a read showed. */
  readonly value?: unknown;
  /** The name of the client. */
  readonly client?: string;
  /** The name of the node. */
  readonly node?: string;
  /** The phase in which it was invoked, unless that was the load. */
  readonly phase?: "drain" | "last";
  /** Why it failed or may have. */
  readonly error?: string;
  /** The two sides of a partition. */
  readonly links?: string;
}
