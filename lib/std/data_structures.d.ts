// Types of the class that data_structures.ts passes on from the npm copy of
// `@std/data-structures`, which has none.

export class BinaryHeap<T> {
  constructor(compare?: (a: T, b: T) => number);
  clear(): void;
  get length(): number;
  peek(): T | undefined;
  pop(): T | undefined;
  push(...values: T[]): number;
}
