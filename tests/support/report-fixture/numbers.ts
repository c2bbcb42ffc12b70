/** A repeatable stream of numbers in [0, 1): Lehmer's generator (Park and Miller 1988). For fixtures only. */
export function stream(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

/** Roughly normal: the sum of twelve, less six. */
export const normal = (next: () => number): number => Array.from({ length: 12 }, next).reduce((sum, v) => sum + v, -6);
