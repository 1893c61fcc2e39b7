// How likely chance alone is.

/**
 * The probability that guessing has at least `right` of `trials` right: a binomial test, one-sided.
 * @param choices among how many each guess is
 * @returns 1 where nothing was right, or nothing was tried
 */
export function chance(right, trials, choices = 2) {
  if (trials <= 0 || right <= 0) return 1;
  const [hit, miss] = [Math.log(1 / choices), Math.log(1 - 1 / choices)];
  // Logarithms, so that binomial coefficients of thousands of trials do not overflow. The smallest terms first.
  let coefficient = 0;
  let sum = 0;
  for (let count = trials; count >= right; count -= 1) {
    sum += Math.exp(coefficient + count * hit + (trials - count) * miss);
    coefficient += Math.log(count) - Math.log(trials - count + 1);
  }
  return Math.min(1, sum);
}

/** A p-value as people read it. */
export const probability = (p) => (p < 0.0001 ? "p < 0.0001" : `p = ${p < 0.01 ? p.toFixed(4) : p.toFixed(3)}`);

/** A number from 0, below `count`, of the browser's generator for keys: nobody can foresee it. `count` is 256 at most. */
export function draw(count) {
  const fair = 256 - (256 % count);
  for (;;) {
    const [byte] = crypto.getRandomValues(new Uint8Array(1));
    if (byte < fair) return byte % count;
  }
}
