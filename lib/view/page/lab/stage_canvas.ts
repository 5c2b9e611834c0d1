/**
 * The links and messages of the stage, on a canvas: there can be a hundred of
 * them in each of sixty pictures a second.
 *
 * @module
 */
/// <reference lib="dom" />
import type { Flight } from "../../lab/film/flight.ts";
import type { FlightView } from "../../lab/film/flight_screen.ts";
import type { LinkFrame } from "../../lab/film/frame.ts";
import { edgeOf, type StagePlace } from "../../lab/film/stage_layout.ts";
import { colour, element, onColoursChange } from "../dom.ts";

/** Requests are drawn on one side of their link, replies on the other. */
const APART = 6;

/** Distance of a copy behind its original, in pixels. */
const BEHIND = 14;

/** The distance that a lost message falls, in pixels. */
const FALL = 30;

/** Radius of a message, in pixels. */
const RADIUS = 9;

/** The most cut links that each have a mark of their own. */
const SCISSORS_MAX = 16;

/** Colours of the style that are drawn with. */
const NAMES = [
  ...["page", "ink", "counted", "good", "bad", "gap", "twice", "crash"],
  ...["field", "peer", "read", "stale"],
] as const;
type ColourName = typeof NAMES[number];

/** Two canvases, one over the other, as large as the stage. */
export class StageCanvas {
  /** The elements, to be put into the stage. */
  readonly roots: readonly HTMLCanvasElement[];
  readonly #links: CanvasRenderingContext2D;
  readonly #flights: CanvasRenderingContext2D;
  #colours = coloursNow();
  #linksKey = "";
  #size = { width: 0, height: 0 };
  #places: ReadonlyMap<number, StagePlace> = new Map();

  /** @param onColours Called when all has to be drawn in other colours. */
  constructor(onColours: () => void) {
    const layers = ["links", "flights"].map((name) =>
      element("canvas", { class: name, "aria-hidden": "true" })
    );
    const [links, flights] = layers.map((layer) => layer.getContext("2d"));
    if (!links || !flights) throw new Error("Cannot draw on a canvas");
    this.roots = layers;
    this.#links = links;
    this.#flights = flights;
    onColoursChange(() => {
      this.#colours = coloursNow();
      this.#linksKey = "";
      onColours();
    });
  }

  /**
   * Takes the places of processes, and clears all.
   *
   * @param width Width of the stage, in pixels.
   * @param height Height of the stage, in pixels.
   * @param places The place of each node.
   */
  resize(
    width: number,
    height: number,
    places: ReadonlyMap<number, StagePlace>,
  ): void {
    this.#size = { width, height };
    this.#places = places;
    this.#linksKey = "";
    for (const canvas of this.roots) {
      canvas.width = Math.round(width * devicePixelRatio);
      canvas.height = Math.round(height * devicePixelRatio);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
  }

  /**
   * Draws the links, if any has changed.
   *
   * @param links The links of the moment.
   */
  showLinks(links: readonly LinkFrame[]): void {
    const used = links.filter(({ isUsed }) => isUsed);
    const key = used.map(({ from, to, isCutTo, isCutFrom }) =>
      `${from} ${to} ${isCutTo} ${isCutFrom}`
    ).join();
    if (key === this.#linksKey) return;
    this.#linksKey = key;
    const ctx = this.#links;
    this.#clear(ctx);
    const cut = used.filter(({ isCutTo, isCutFrom }) => isCutTo || isCutFrom);
    // Where everything is tied to everything, lines are fainter.
    ctx.globalAlpha = used.length > 60 ? 0.3 : 0.75;
    ctx.strokeStyle = this.#colours.field;
    ctx.lineWidth = 1.2;
    ctx.beginPath();
    for (const link of used) {
      if (!link.isCutTo && !link.isCutFrom) this.#trace(ctx, link);
    }
    ctx.stroke();
    ctx.globalAlpha = cut.length > 40 ? 0.5 : 1;
    ctx.strokeStyle = this.#colours.crash;
    ctx.lineWidth = 1.6;
    ctx.setLineDash([3, 5]);
    ctx.beginPath();
    for (const link of cut) this.#trace(ctx, link);
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.globalAlpha = 1;
    const every = Math.ceil(cut.length / SCISSORS_MAX);
    cut.forEach((link, index) => {
      if (index % every === 0) this.#scissors(ctx, link);
    });
  }

  /**
   * Draws the messages.
   *
   * @param views The messages to be seen.
   */
  showFlights(views: readonly FlightView[]): void {
    const ctx = this.#flights;
    this.#clear(ctx);
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    for (const view of views) this.#flight(ctx, view);
    ctx.globalAlpha = 1;
  }

  #clear(ctx: CanvasRenderingContext2D): void {
    const { width, height } = this.#size;
    ctx.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    ctx.clearRect(0, 0, width, height);
  }

  /** The ends of a link, at the edges of boxes. */
  #ends(from: number, to: number) {
    const one = this.#places.get(from);
    const other = this.#places.get(to);
    if (one === undefined || other === undefined) return null;
    return { start: edgeOf(one, other), end: edgeOf(other, one) };
  }

  #trace(ctx: CanvasRenderingContext2D, { from, to }: LinkFrame): void {
    const ends = this.#ends(from, to);
    if (ends === null) return;
    ctx.moveTo(ends.start.x, ends.start.y);
    ctx.lineTo(ends.end.x, ends.end.y);
  }

  #scissors(
    ctx: CanvasRenderingContext2D,
    { from, to, isCutTo, isCutFrom }: LinkFrame,
  ): void {
    const ends = this.#ends(from, to);
    if (ends === null) return;
    const { start, end } = ends;
    const isRightward = end.x >= start.x;
    // The arrow points the way in which nothing passes.
    const text = isCutTo && isCutFrom
      ? "✂"
      : isCutTo === isRightward
      ? "✂▸"
      : "◂✂";
    ctx.font = "600 15px system-ui, sans-serif";
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.lineWidth = 5;
    ctx.lineJoin = "round";
    ctx.strokeStyle = this.#colours.page;
    ctx.fillStyle = this.#colours.crash;
    const x = (start.x + end.x) / 2;
    const y = (start.y + end.y) / 2;
    ctx.strokeText(text, x, y);
    ctx.fillText(text, x, y);
  }

  #flight(
    ctx: CanvasRenderingContext2D,
    { flight, progress, fall }: FlightView,
  ): void {
    const { from, to, isCopy } = flight;
    const ends = this.#ends(from, to);
    if (ends === null) return;
    const { start, end } = withRoom(ends.start, ends.end);
    const dx = end.x - start.x;
    const dy = end.y - start.y;
    const length = Math.hypot(dx, dy) || 1;
    // A copy is seen behind its original, which it would cover.
    const gone = progress - (isCopy ? BEHIND / length : 0);
    // Everybody keeps to one side of the road, so replies are on the other.
    const x = start.x + dx * gone + APART * dy / length;
    const y = start.y + dy * gone - APART * dx / length + fall * FALL;
    ctx.globalAlpha = 1 - 0.85 * fall;
    this.#shape(ctx, x, y, lookOf(flight, fall > 0, this.#colours));
  }

  #shape(
    ctx: CanvasRenderingContext2D,
    x: number,
    y: number,
    { shape, fill, edge, edgeWidth = 1.8, text, ink }: FlightLook,
  ): void {
    ctx.beginPath();
    if (shape === "circle") ctx.arc(x, y, RADIUS, 0, 2 * Math.PI);
    else {
      OUTLINES[shape].forEach(([dx, dy], index) =>
        index === 0 ? ctx.moveTo(x + dx, y + dy) : ctx.lineTo(x + dx, y + dy)
      );
      ctx.closePath();
    }
    ctx.fillStyle = fill;
    ctx.fill();
    ctx.strokeStyle = edge;
    ctx.lineWidth = edgeWidth;
    ctx.stroke();
    ctx.font = `700 ${text.length > 2 ? 8.5 : 10}px system-ui, sans-serif`;
    ctx.fillStyle = ink;
    // A triangle has its room further down.
    ctx.fillText(text, x, y + (shape === "triangle" ? 3.5 : 0.5));
  }
}

/** The look of a message. */
interface FlightLook {
  readonly shape: keyof typeof OUTLINES;
  readonly fill: string;
  readonly edge: string;
  readonly edgeWidth?: number;
  readonly text: string;
  readonly ink: string;
}

/**
 * The look of a message: its kind is told by the shape, not by colour alone.
 */
function lookOf(
  flight: Flight,
  isFalling: boolean,
  colours: Readonly<Record<ColourName, string>>,
): FlightLook {
  const { kind, isReply, isRepeat, isCopy, fate, likes, stale } = flight;
  const { page, bad, good, peer, read, twice } = colours;
  const outlined = (
    shape: FlightLook["shape"],
    tone: string,
    text: string,
  ): FlightLook => ({ shape, fill: page, edge: tone, text, ink: tone });
  const filled = (
    shape: FlightLook["shape"],
    fill: string,
    text: string,
    edge = page,
  ): FlightLook => ({ shape, fill, edge, text, ink: page });
  if (isFalling) return outlined("circle", bad, "✗");
  switch (kind) {
    case "report": {
      if (isReply) {
        return fate === "refused"
          ? outlined("circle", bad, "!")
          : outlined("circle", good, "✓");
      }
      const shape = isCopy ? "square" : "circle";
      const edge = isCopy ? twice : isRepeat ? colours.gap : page;
      const look = filled(shape, colours.counted, `${likes}`, edge);
      return { ...look, edgeWidth: isCopy || isRepeat ? 3 : 1 };
    }
    case "exchange": {
      const text = flight.entries > 999 ? "…" : `${flight.entries}`;
      const look = isReply
        ? outlined("hexagon", peer, text)
        : filled("hexagon", peer, text, peer);
      return isCopy ? { ...look, edge: twice } : look;
    }
    case "repair":
      return isReply
        ? outlined("square", good, "+")
        : filled("square", good, "+", good);
    case "read":
      if (!isReply) return outlined("circle", read, "?");
      return stale === undefined
        ? filled("diamond", read, "✓")
        : filled("triangle", colours.stale, `−${stale.versions}`);
  }
}

/** The ends of a way on which a message covers no box. */
function withRoom(
  start: { x: number; y: number },
  end: { x: number; y: number },
) {
  const dx = end.x - start.x;
  const dy = end.y - start.y;
  const length = Math.hypot(dx, dy) || 1;
  const share = Math.min(0.4, RADIUS / length);
  return {
    start: { x: start.x + dx * share, y: start.y + dy * share },
    end: { x: end.x - dx * share, y: end.y - dy * share },
  };
}

/** The corners of each shape around its centre, in pixels. */
const OUTLINES: Readonly<
  Record<
    "circle" | "square" | "hexagon" | "triangle" | "diamond",
    readonly (readonly [x: number, y: number])[]
  >
> = {
  circle: [],
  square: [[-9, -8], [9, -8], [9, 8], [-9, 8]],
  hexagon: [[-10, 0], [-5.5, -8.5], [5.5, -8.5], [10, 0], [5.5, 8.5], [
    -5.5,
    8.5,
  ]],
  triangle: [[0, -11], [12, 10], [-12, 10]],
  diamond: [[0, -11], [11, 0], [0, 11], [-11, 0]],
};

function coloursNow(): Readonly<Record<ColourName, string>> {
  return Object.fromEntries(
    NAMES.map((name) => [name, colour(`--${name}`)]),
  ) as Record<ColourName, string>; // Each name was looked up.
}
