// Types of the functions that text.ts passes on from the npm copy of
// `@std/text`, which has none.

export function closestString(
  givenWord: string,
  possibleWords: readonly string[],
): string;
export function levenshteinDistance(str1: string, str2: string): number;
