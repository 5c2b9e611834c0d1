/**
 * Strongly connected components.
 *
 * @module
 */

/**
 * The strongly connected components of a graph that have a step in them: of one
 * node, if it follows itself. Source: Robert Tarjan, "Depth-First Search and
 * Linear Graph Algorithms", SIAM Journal on Computing 1(2), 1972, without
 * recursion, as stories can be longer than a stack is deep.
 *
 * @param nodes The nodes.
 * @param nextOf The nodes that follow a node.
 * @returns The components, each a list of nodes.
 *
 * @example Two that follow each other
 * ```ts
 * import { componentsOf } from "./components.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const next = [[1], [2], [1, 3], []];
 * assertEquals(componentsOf([0, 1, 2, 3], (n) => next[n] ?? []), [[2, 1]]);
 * ```
 */
export function componentsOf(
  nodes: Iterable<number>,
  nextOf: (node: number) => readonly number[],
): number[][] {
  const found: number[][] = [];
  const orders = new Map<number, number>();
  const lows = new Map<number, number>();
  const stack: number[] = [];
  const onStack = new Set<number>();
  const visits: { node: number; next: readonly number[]; at: number }[] = [];
  const enter = (node: number) => {
    orders.set(node, orders.size);
    lows.set(node, orders.get(node) as number);
    stack.push(node);
    onStack.add(node);
    visits.push({ node, next: nextOf(node), at: 0 });
  };
  const lower = (node: number, low: number) =>
    lows.set(node, Math.min(lows.get(node) as number, low));
  for (const root of nodes) {
    if (!orders.has(root)) enter(root);
    while (visits.length > 0) {
      const visit = visits.at(-1)!;
      const { node, next } = visit;
      if (visit.at < next.length) {
        const to = next[visit.at++] as number;
        if (!orders.has(to)) enter(to);
        else if (onStack.has(to)) lower(node, orders.get(to) as number);
        continue;
      }
      visits.pop();
      const low = lows.get(node) as number;
      const above = visits.at(-1);
      if (above !== undefined) lower(above.node, low);
      if (low !== orders.get(node)) continue;
      const component: number[] = [];
      let member: number;
      do {
        member = stack.pop() as number;
        onStack.delete(member);
        component.push(member);
      } while (member !== node);
      if (component.length > 1 || next.includes(node)) found.push(component);
    }
  }
  return found;
}
