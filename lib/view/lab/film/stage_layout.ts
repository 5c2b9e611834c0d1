/**
 * The places of processes on the stage: likes servers on the left, readers on
 * the right, replicas on an ellipse between them.
 *
 * @module
 */

/** The place of a process, in pixels. */
export interface StagePlace {
  /** The centre, from the left. */
  readonly x: number;
  /** The centre, from the top. */
  readonly y: number;
  /** The width of its box. */
  readonly width: number;
  /** The height of its box. */
  readonly height: number;
}

/** The places of all processes. */
export interface StageLayout {
  /** Width of the stage, in pixels. */
  readonly width: number;
  /** Height of the stage, in pixels. */
  readonly height: number;
  /** Likes servers, in the order in which they are shown. */
  readonly servers: readonly StagePlace[];
  /** Replicas, by number. */
  readonly replicas: readonly StagePlace[];
  /** Readers, by number. */
  readonly readers: readonly StagePlace[];
  /** Whether there is room for whole names. */
  readonly isWide: boolean;
}

/** The number of processes of each kind that the stage shows. */
export interface StageCast {
  /** Likes servers. */
  readonly servers: number;
  /** Replicas, at least 1. */
  readonly replicas: number;
  /** Readers. */
  readonly readers: number;
}

/** From this width on there is room for whole names, in pixels. */
const WIDE = 480;

const ROW = 40;

/** The height of a row of readers, which have a line more. */
const READER_ROW = 56;

/** Boxes of replicas, the roomiest first: width and height, in pixels. */
const BOXES = [[132, 86], [112, 76], [88, 58], [66, 50], [54, 44]] as const;

/** The least distance between two boxes, in pixels. */
const APART = 8;

/**
 * Places the processes.
 *
 * @param width The width of the stage, in pixels.
 * @param cast The number of processes.
 * @returns Their places; no two boxes overlap.
 *
 * @example Usage
 * ```ts
 * import { stageLayout } from "./stage_layout.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { servers, replicas, readers } = stageLayout(1000, {
 *   servers: 10,
 *   replicas: 3,
 *   readers: 2,
 * });
 * assertEquals([servers.length, replicas.length, readers.length], [10, 3, 2]);
 * ```
 */
export function stageLayout(
  width: number,
  { servers, replicas, readers }: StageCast,
): StageLayout {
  const isWide = width >= WIDE;
  const serverWidth = isWide ? 118 : 68;
  const readerWidth = readers === 0 ? 0 : isWide ? 122 : 76;
  const heightMin = replicas === 1
    ? 150
    : replicas <= 4
    ? 300
    : isWide
    ? 420
    : 640;
  const height = Math.max(heightMin, servers * ROW, readers * READER_ROW);
  const column = (
    count: number,
    { x, width, row }: { x: number; width: number; row: number },
  ) => {
    const step = Math.min(height / Math.max(1, count), 1.5 * row);
    const top = (height - step * count) / 2;
    return Array.from({ length: count }, (_, index) => ({
      ...{ x, y: top + (index + 0.5) * step },
      ...{ width, height: row - 4 },
    }));
  };
  return {
    ...{ width, height, isWide },
    servers: column(servers, {
      ...{ x: serverWidth / 2, width: serverWidth, row: ROW },
    }),
    replicas: placeReplicas(replicas, {
      left: serverWidth,
      right: width - readerWidth,
      height,
      // Alone at the edge, as there is nobody behind it.
      isAtEdge: readers === 0,
    }),
    readers: column(readers, {
      ...{ x: width - readerWidth / 2, width: readerWidth, row: READER_ROW },
    }),
  };
}

/** The room between likes servers and readers. */
interface Middle {
  readonly left: number;
  readonly right: number;
  readonly height: number;
  readonly isAtEdge: boolean;
}

function placeReplicas(count: number, middle: Middle): StagePlace[] {
  const { left, right, height, isAtEdge } = middle;
  if (count === 1) {
    const width = Math.min(146, Math.max(84, (right - left) * 0.3));
    const x = isAtEdge ? right - width / 2 - 1 : (left + right) / 2;
    const inner = isAtEdge ? height - 8 : Math.min(height - 8, 200);
    return [{ x, y: height / 2, width, height: inner }];
  }
  // Room for links on both sides.
  const margin = Math.min(40, (right - left) * 0.06);
  const from = left + margin;
  const until = right - (isAtEdge ? 2 : margin);
  for (const [width, boxHeight] of BOXES) {
    const places = onEllipse(count, {
      x: (from + until) / 2,
      y: height / 2,
      width: Math.max(0, Math.min(until - from, 2.2 * height) - width),
      height: height - boxHeight - 4,
    }).map((place) => ({ ...place, width, height: boxHeight }));
    if (until - from >= width && !doOverlap(places)) return places;
  }
  return inZigzag(count, { left: from, right: until, height });
}

/** Two columns, where an ellipse would be too narrow. */
function inZigzag(
  count: number,
  { left, right, height: all }: Omit<Middle, "isAtEdge">,
): StagePlace[] {
  const [width, height] = BOXES[BOXES.length - 1] as readonly [number, number];
  return Array.from({ length: count }, (_, index) => ({
    ...{ width, height },
    x: index % 2 === 0 ? left + width / 2 : right - width / 2,
    y: height / 2 + (all - height) * index / (count - 1),
  }));
}

/** Points on an ellipse, from the top on, clockwise. */
function onEllipse(
  count: number,
  { x, y, width, height }: StagePlace,
): { x: number; y: number }[] {
  // Two are side by side, four in a square.
  const turn = count === 2
    ? Math.PI
    : count === 4
    ? -0.75 * Math.PI
    : -Math.PI / 2;
  return Array.from({ length: count }, (_, index) => {
    const angle = turn + 2 * Math.PI * index / count;
    return {
      x: x + Math.cos(angle) * width / 2,
      y: y + Math.sin(angle) * height / 2,
    };
  });
}

function doOverlap(places: readonly StagePlace[]): boolean {
  return places.some((one, index) =>
    places.slice(index + 1).some((other) =>
      Math.abs(one.x - other.x) < one.width + APART &&
      Math.abs(one.y - other.y) < one.height + APART
    )
  );
}

/** A box so many times as high as it is wide is left at any height. */
const TALL = 1.2;

/**
 * Whether a box is tall, as that of a primary alone is.
 *
 * @param box The box.
 * @returns `true` if it is higher than wide by a fifth.
 */
export function isTall({ width, height }: StagePlace): boolean {
  return height > TALL * width;
}

/**
 * The point at which a line to somewhere else leaves a box: towards the centre
 * of it, or, of a tall one, at the height of the other end.
 *
 * @param box The box.
 * @param to Somewhere else.
 * @returns A point on the edge of the box; its centre where that is the same.
 */
export function edgeOf(
  box: StagePlace,
  to: { readonly x: number; readonly y: number },
): { x: number; y: number } {
  const dx = to.x - box.x;
  const dy = to.y - box.y;
  if (isTall(box) && Math.abs(dx) > box.width / 2) {
    const most = Math.max(0, box.height / 2 - ROW / 2);
    return {
      x: box.x + Math.sign(dx) * box.width / 2,
      y: box.y + Math.max(-most, Math.min(most, dy)),
    };
  }
  const scale = Math.min(
    dx === 0 ? Infinity : box.width / 2 / Math.abs(dx),
    dy === 0 ? Infinity : box.height / 2 / Math.abs(dy),
  );
  if (scale === Infinity) return { x: box.x, y: box.y };
  return { x: box.x + dx * scale, y: box.y + dy * scale };
}
