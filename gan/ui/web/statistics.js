// Means, and the statistics of yes-or-no answers.

/** The mean of numbers. */
export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

const Z = 1.959964; // of a normal distribution: 95 % lie within so many standard deviations

/** The 95 % interval of Wilson 1927 (doi:10.1080/01621459.1927.10502953) for a rate, `hits` out of `total`: [low, high]. */
export function wilson(hits, total) {
  if (!total) return [0, 1];
  const rate = hits / total;
  const centre = rate + Z ** 2 / (2 * total);
  const spread = Z * Math.sqrt((rate * (1 - rate)) / total + Z ** 2 / (4 * total ** 2));
  const scale = 1 + Z ** 2 / total;
  return [Math.max(0, (centre - spread) / scale), Math.min(1, (centre + spread) / scale)];
}

/** The least number of answers with which the interval of a rate of one half is at most `margin` on either side. */
export const answersFor = (margin) => Math.ceil((Z / (2 * margin)) ** 2 - Z ** 2);
