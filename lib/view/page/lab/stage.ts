/**
 * The stage: likes servers, replicas, readers, and the messages between them.
 *
 * @module
 */
/// <reference lib="dom" />
import { nodeName, readerNode, replicaNode } from "../../../domain/nodes.ts";
import type { Film } from "../../lab/film/film.ts";
import type { Frame } from "../../lab/film/frame.ts";
import type { Group } from "../../lab/groups.ts";
import {
  type LagScale,
  readerWords,
  type ReplicaRoom,
  replicaWords,
  serverWords,
  STATE_GLYPHS,
} from "../../lab/film/node_words.ts";
import {
  isTall,
  type StageCast,
  stageLayout,
} from "../../lab/film/stage_layout.ts";
import { element, setText } from "../dom.ts";
import { StageCanvas } from "./stage_canvas.ts";
import { StageNodes } from "./stage_nodes.ts";

/** Likes that replicas are shown with. */
export interface StageNumbers extends LagScale {
  /** Likes at the end of the run: the height of levels. */
  readonly most: number;
}

/** A box of a replica from this width on has room for whole words. */
const ROOMY = 108;

/** In a box of a replica below this width letters are smaller. */
const TINY = 84;

/** The stage, which shows one frame of a film after another. */
export class LabStage {
  /** The root element, to be put into the page. */
  readonly root: HTMLElement;
  readonly #canvas: StageCanvas;
  readonly #nodes: StageNodes;
  readonly #said = element("p", { class: "unseen", role: "status" });
  #film: Film | null = null;
  #frame: Frame | null = null;
  #numbers: StageNumbers = { generated: 0, counted: 0, most: 1 };
  #groupOf: (node: number) => Group = () => null;
  /** Width in pixels; measured when it changes, not with every frame. */
  #width = 0;
  #shape = "";
  #room: ReplicaRoom["room"] = "words";

  /** @param onGroup Called when a process is put into a group. */
  constructor(onGroup: (node: number, group: Group) => void) {
    this.#canvas = new StageCanvas(() => this.#again());
    this.#nodes = new StageNodes(onGroup);
    this.root = element(
      "div",
      { class: "stage" },
      // What passes behind a process hides none of its numbers.
      ...this.#canvas.roots,
      this.#nodes.root,
      this.#said,
    );
    new ResizeObserver(() => {
      this.#width = Math.floor(this.root.clientWidth);
      this.#again();
    }).observe(this.root);
  }

  /**
   * Shows a moment of a film.
   *
   * @param film The film.
   * @param frame The frame of the moment.
   * @param numbers Likes of all.
   */
  show(film: Film, frame: Frame, numbers: StageNumbers): void {
    this.#film = film;
    this.#frame = frame;
    this.#numbers = numbers;
    const width = this.#width;
    if (width === 0) return;
    this.#place(width, frame);
    for (const server of frame.servers) {
      const glyph = STATE_GLYPHS[server.state];
      this.#nodes.show(server.id, serverWords(server), glyph);
    }
    const { generated, most } = numbers;
    const room = {
      room: this.#room,
      isAlone: frame.replicas.length === 1,
    };
    frame.replicas.forEach((replica, number) => {
      const node = replicaNode(number);
      this.#nodes.show(node, replicaWords(replica, numbers, room));
      const share = (likes: number) => Math.min(1, likes / Math.max(1, most));
      this.#nodes.level(node, share(replica.total), share(generated));
    });
    for (const reader of frame.readers) {
      this.#nodes.show(readerNode(reader.id), readerWords(reader));
    }
    this.#canvas.showLinks(film.links());
    this.#canvas.showFlights(frame.flights);
  }

  /**
   * Describes the moment for screen readers.
   *
   * @param text One sentence or more.
   */
  describe(text: string): void {
    setText(this.#said, text);
    this.#nodes.tell();
  }

  /**
   * Shows the groups of a partition.
   *
   * @param groupOf The group of a process.
   */
  group(groupOf: (node: number) => Group): void {
    this.#groupOf = groupOf;
    this.#nodes.group(groupOf);
  }

  #again(): void {
    this.#shape = "";
    const [film, frame] = [this.#film, this.#frame];
    if (film !== null && frame !== null) this.show(film, frame, this.#numbers);
  }

  /** Places everybody, where the cast or the width are others. */
  #place(width: number, { servers, replicas, readers }: Frame): void {
    const cast: StageCast = {
      servers: servers.length,
      replicas: replicas.length,
      readers: readers.length,
    };
    const shape = JSON.stringify([width, cast, servers.map(({ id }) => id)]);
    if (shape === this.#shape) return;
    this.#shape = shape;
    const layout = stageLayout(width, cast);
    const [box] = layout.replicas;
    const boxWidth = box?.width ?? 0;
    this.#room = boxWidth >= ROOMY
      ? "words"
      : boxWidth >= TINY
      ? "numbers"
      : "number";
    this.root.classList.toggle("tiny", boxWidth < TINY);
    this.root.style.height = `${layout.height}px`;
    const places = [
      ...layout.servers.map((place, index) => ({
        ...{ node: servers[index]?.id ?? 0, kind: "server" as const, place },
      })),
      ...layout.replicas.map((place, number) => ({
        ...{ node: replicaNode(number), place },
        kind: isTall(place) ? "replica tall" as const : "replica" as const,
      })),
      ...layout.readers.map((place, index) => ({
        ...{ node: readerNode(index), kind: "reader" as const, place },
      })),
    ].map((one) => {
      const name = nodeName(one.node, replicas.length);
      const label = layout.isWide
        ? name
        : name.replace("LikesServer", "Server");
      return { ...one, name, label };
    });
    this.root.classList.toggle("narrow", !layout.isWide);
    this.#nodes.place(places);
    this.#nodes.group(this.#groupOf);
    this.#canvas.resize(
      width,
      layout.height,
      new Map(places.map(({ node, place }) => [node, place])),
    );
  }
}
