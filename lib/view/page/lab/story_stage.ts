/**
 * The stage of a told story: processes, and the messages between them.
 *
 * @module
 */
/// <reference lib="dom" />
import type {
  StoryFrame,
  StoryMessage,
  StoryProcess,
} from "../../lab/story_frame.ts";
import { px, textSvg } from "../../chart/markup.ts";
import { element } from "../dom.ts";

/** The width of a process, and where there is little room. */
const BOX_WIDTH = 136;
const SMALL_BOX_WIDTH = 92;
const BOX_HEIGHT = 40;
/** Between two processes that stand below each other, in pixels. */
const GAP = 34;
/** Between two messages with the same ends, in pixels. */
const LANE = 17;
/** Widths from which on messages carry their text, in pixels. */
const TEXT_FROM = 640;
/** Letters of a note that fit into a process, for each pixel of it. */
const LETTERS = 0.145;
/** The shares of a way that a message has come that waits, or is lost. */
const REACH = { waits: 0.55, sent: 0.3, lost: 0.62 };

interface Point {
  readonly x: number;
  readonly y: number;
}

/** The middle of a process, and its width. */
interface Place extends Point {
  readonly box: number;
}

/** Marks of messages, so that no state is told by colour alone. */
const MARKS: Readonly<Record<StoryMessage["state"], string>> = {
  waits: "on its way",
  sent: "sent",
  arrives: "✓ arrives",
  repeated: "✓ arrives again",
  lost: "✗ lost",
  late: "✗ too late",
};

/**
 * Says what becomes of a message.
 *
 * @param message The message.
 * @returns Such as `✗ lost`.
 */
export function stateWords({ state }: StoryMessage): string {
  return MARKS[state];
}

/** Draws processes and messages. */
export class StoryStage {
  /** The root element, to be put into the page. */
  readonly root: HTMLElement = element("div", { class: "story-stage" });
  #frame: StoryFrame | null = null;

  constructor() {
    let width = 0;
    new ResizeObserver(() => {
      if (this.root.clientWidth === width) return;
      width = this.root.clientWidth;
      if (this.#frame !== null) this.show(this.#frame);
    }).observe(this.root);
  }

  /**
   * Shows a picture.
   *
   * @param frame The picture.
   */
  show(frame: StoryFrame): void {
    this.#frame = frame;
    const width = Math.max(this.root.clientWidth, 300);
    const places = placesOf(frame.processes, width);
    const height = Math.max(...[...places.values()].map(({ y }) => y)) +
      BOX_HEIGHT / 2 + 6;
    const drawn: string[] = [];
    const lanes = new Map<string, number>();
    for (const message of frame.messages) {
      const from = places.get(message.from);
      const to = places.get(message.to);
      if (from === undefined || to === undefined) continue;
      const ends = [message.from, message.to].sort().join();
      const lane = lanes.get(ends) ?? 0;
      lanes.set(ends, lane + 1);
      drawn.push(messageSvg(message, { from, to, lane, width }));
    }
    for (const process of frame.processes) {
      const place = places.get(process.name);
      if (place !== undefined) drawn.push(boxSvg(process, place));
    }
    // The lists beside it say the same in words.
    this.root.innerHTML =
      `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" aria-hidden="true">${
        drawn.join("")
      }</svg>`;
  }
}

/** Likes servers and readers to the left, replicas to the right. */
function placesOf(
  processes: readonly StoryProcess[],
  width: number,
): ReadonlyMap<string, Place> {
  const isRight = ({ name }: StoryProcess) => name.startsWith("primary");
  const columns = [
    processes.filter((process) => !isRight(process)),
    processes.filter(isRight),
  ];
  const rows = Math.max(...columns.map(({ length }) => length));
  const height = rows * (BOX_HEIGHT + GAP);
  const places = new Map<string, Place>();
  const box = width < TEXT_FROM ? SMALL_BOX_WIDTH : BOX_WIDTH;
  for (const [side, column] of columns.entries()) {
    // Replicas that talk to each other need room between them.
    const indent = side === 1 && column.length > 2 ? box / 2 : 0;
    for (const [index, { name }] of column.entries()) {
      places.set(name, {
        x: side === 0
          ? box / 2 + 2
          : width - box / 2 - 2 - (index % 2) * indent,
        y: height * (index + 0.5) / column.length + 4,
        box,
      });
    }
  }
  return places;
}

function boxSvg(process: StoryProcess, { x, y, box }: Place): string {
  const { name, isDown, note = "", hasChanged } = process;
  const below = isDown ? "down" : short(note, Math.floor(box * LETTERS));
  return `<g class="process${isDown ? " down" : ""}${
    hasChanged ? " changed" : ""
  }"><rect x="${px(x - box / 2)}" y="${
    px(y - BOX_HEIGHT / 2)
  }" width="${box}" height="${BOX_HEIGHT}" rx="6"/>${
    textSvg(`${isDown ? "✗ " : ""}${name}`, x, y - 3, 'class="name"')
  }${textSvg(below, x, y + 13, 'class="note"')}</g>`;
}

interface Way {
  readonly from: Place;
  readonly to: Place;
  readonly lane: number;
  readonly width: number;
}

function messageSvg(message: StoryMessage, way: Way): string {
  const { state, text, id } = message;
  const shift = way.lane * LANE;
  const isUpright = Math.abs(way.from.x - way.to.x) < way.from.box;
  const side = Math.sign(way.to.x - way.from.x);
  const start = isUpright ? { x: way.from.x - shift, y: way.from.y } : {
    x: way.from.x + side * way.from.box / 2,
    y: way.from.y + shift - LANE / 2,
  };
  const target = isUpright
    ? { x: way.to.x - shift, y: way.to.y }
    : { x: way.to.x - side * way.to.box / 2, y: way.to.y + shift - LANE / 2 };
  const share = state in REACH ? REACH[state as keyof typeof REACH] : 1;
  const end = between(start, target, share);
  const angle = Math.atan2(target.y - start.y, target.x - start.x);
  const label = way.width < TEXT_FROM ? `${id}` : `${id}: ${short(text, 34)}`;
  const at = between(start, target, Math.min(share, 0.5) * 0.96);
  return `<path class="way ${state}" d="M${px(start.x)} ${px(start.y)}L${
    px(end.x)
  } ${px(end.y)}"/><path class="head ${state}" d="${
    state === "lost" ? "M-5 -5L5 5M-5 5L5 -5" : "M0 0L-9 -4.5V4.5Z"
  }" transform="translate(${px(end.x)} ${px(end.y)}) rotate(${
    px(angle * 180 / Math.PI)
  })"/>${textSvg(label, at.x, at.y - 5, 'class="label"')}`;
}

function between(from: Point, to: Point, share: number): Point {
  return {
    x: from.x + (to.x - from.x) * share,
    y: from.y + (to.y - from.y) * share,
  };
}

function short(text: string, lengthMax: number): string {
  return text.length <= lengthMax ? text : `${text.slice(0, lengthMax - 1)}…`;
}
