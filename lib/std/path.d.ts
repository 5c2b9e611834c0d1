// Types of the function that path.ts passes on from the npm copy of
// `@std/path`, which has none.

export function normalize(path: string): string;
