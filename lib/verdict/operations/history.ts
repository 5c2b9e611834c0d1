/**
 * The history of a run of other people's programs: operations and faults, one
 * JSON object a line.
 *
 * @module
 */

/** What an event is. */
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
  /** What it is: the stages of an operation, or a fault. */
  readonly kind: OperationEventKind;
  /** The number of the operation. */
  readonly op?: number;
  /** What was asked for. */
  readonly f?: string;
  /** What was written, or what a read showed. */
  readonly value?: unknown;
  /** The name of the client. */
  readonly client?: string;
  /** The name of the node. */
  readonly node?: string;
  /** When it was invoked: only where that was not under load. */
  readonly phase?: "drain" | "last";
  /** Why it failed or may have. */
  readonly error?: string;
  /** The two sides of a partition. */
  readonly links?: string;
}
