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
    this.#shape(ctx, flight, fall > 0, x, y);
  }

  #shape(
    ctx: CanvasRenderingContext2D,
    flight: Flight,
    isFalling: boolean,
    x: number,
    y: number,
  ): void {
    const { kind, isReply, isRepeat, isCopy, fate, likes, stale } = flight;
    const { entries } = flight;
    const colours = this.#colours;
    if (isFalling) {
      this.#body(ctx, x, y, "circle", colours.page, colours.bad);
      this.#text(ctx, "✗", x, y, colours.bad);
      return;
    }
    if (kind === "report") {
      if (isReply) {
        const tone = fate === "refused" ? colours.bad : colours.good;
        this.#body(ctx, x, y, "circle", colours.page, tone);
        this.#text(ctx, fate === "refused" ? "!" : "✓", x, y, tone);
        return;
      }
      const edge = isCopy ? colours.twice : isRepeat ? colours.gap : undefined;
      this.#body(
        ctx,
        x,
        y,
        isCopy ? "square" : "circle",
        colours.counted,
        edge ?? colours.page,
        edge === undefined ? 1 : 3,
      );
      this.#text(ctx, `${likes}`, x, y, colours.page);
      return;
    }
    if (kind === "exchange") {
      const [fill, ink] = isReply
        ? [colours.page, colours.peer]
        : [colours.peer, colours.page];
      this.#body(
        ctx,
        x,
        y,
        "hexagon",
        fill,
        isCopy ? colours.twice : colours.peer,
      );
      this.#text(ctx, entries > 999 ? "…" : `${entries}`, x, y, ink);
      return;
    }
    if (kind === "repair") {
      this.#body(
        ctx,
        x,
        y,
        "square",
        isReply ? colours.page : colours.good,
        colours.good,
      );
      this.#text(ctx, "+", x, y, isReply ? colours.good : colours.page);
      return;
    }
    if (!isReply) {
      this.#body(ctx, x, y, "circle", colours.page, colours.read);
      this.#text(ctx, "?", x, y, colours.read);
      return;
    }
    if (stale !== undefined) {
      this.#body(ctx, x, y, "triangle", colours.stale, colours.page);
      this.#text(ctx, `−${stale.versions}`, x, y + 3, colours.page);
      return;
    }
    this.#body(ctx, x, y, "diamond", colours.read, colours.page);
    this.#text(ctx, "✓", x, y, colours.page);
  }

  #body(
    ctx: CanvasRenderingContext2D,
    x: number,
    y: number,
    shape: keyof typeof OUTLINES,
    fill: string,
    edge: string,
    edgeWidth = 1.8,
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
  }

  #text(
    ctx: CanvasRenderingContext2D,
    text: string,
    x: number,
    y: number,
    ink: string,
  ): void {
    ctx.font = `700 ${text.length > 2 ? 8.5 : 10}px system-ui, sans-serif`;
    ctx.fillStyle = ink;
    ctx.fillText(text, x, y + 0.5);
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
