/** Random numbers from 0 to 1, the same in every run (the linear congruential generator of Numerical Recipes). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Draws values at random, the same ones in every run. @throws Error if there is nothing to draw from */
export function createDraw<T>(values: readonly T[], random = createRandom(1)): () => T {
  return () => {
    const value = values[Math.floor(random() * values.length)];
    if (value === undefined) throw new Error('there is nothing to draw from');
    return value;
  };
}
