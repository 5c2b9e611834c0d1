import { assert, assertEquals } from "@std/assert";
import {
  edgeOf,
  stageLayout,
  type StagePlace,
} from "../../../../lib/view/lab/film/stage_layout.ts";

function doOverlap(one: StagePlace, other: StagePlace): boolean {
  return Math.abs(one.x - other.x) < (one.width + other.width) / 2 &&
    Math.abs(one.y - other.y) < (one.height + other.height) / 2;
}

Deno.test("stageLayout() lets no two boxes overlap or leave the stage, from a phone to a wide screen", () => {
  for (const width of [320, 345, 479, 480, 540, 720, 1100]) {
    for (let replicas = 1; replicas <= 10; replicas++) {
      for (const readers of [0, 1, 3, 10]) {
        for (const servers of [1, 6, 10]) {
          const layout = stageLayout(width, { servers, replicas, readers });
          const places = [
            ...layout.servers,
            ...layout.replicas,
            ...layout.readers,
          ];
          assertEquals(places.length, servers + replicas + readers);
          const told = `${width} px: ${servers}, ${replicas}, ${readers}`;
          places.forEach((place, index) => {
            const { x, y } = place;
            assert(x - place.width / 2 >= 0, told);
            assert(x + place.width / 2 <= width, told);
            assert(y - place.height / 2 >= 0, told);
            assert(y + place.height / 2 <= layout.height, told);
            for (const other of places.slice(index + 1)) {
              assert(!doOverlap(place, other), told);
            }
          });
        }
      }
    }
  }
});

Deno.test("edgeOf() is on the edge of the box, on the way to the other end", () => {
  const box = { x: 100, y: 100, width: 40, height: 20 };
  assertEquals(edgeOf(box, { x: 200, y: 100 }), { x: 120, y: 100 });
  assertEquals(edgeOf(box, { x: 100, y: 0 }), { x: 100, y: 90 });
  assertEquals(edgeOf(box, { x: 0, y: 0 }), { x: 90, y: 90 });
  assertEquals(edgeOf(box, box), { x: 100, y: 100 });
  const tall = { x: 100, y: 100, width: 40, height: 160 };
  assertEquals(edgeOf(tall, { x: 0, y: 130 }), { x: 80, y: 130 });
  assertEquals(edgeOf(tall, { x: 200, y: 0 }), { x: 120, y: 40 });
});
