// The orders of a grid.

const byNumber = (values) => (a, b) => values[b] - values[a] || a - b;

/**
 * By the value of the link's field `sort`: `needs`, the entry of the film that it needs beside the pictures, and
 * `compare(film)`, which gives the comparison of two digits' numbers.
 */
export const ORDERS = {
  seed: { compare: () => (a, b) => a - b },
  length: { compare: (film) => byNumber(film.lengths[0]) },
  score: { needs: "scores", compare: (film) => byNumber(film.scores[0]) },
  digit: { needs: "labels", compare: (film) => byLabel(film.labels[0]) },
};

/** By class, in a class by confidence. A digit without a label comes last. */
function byLabel(labels) {
  const [digit, confidence] = [0, 1].map((part) => (number) => labels[number]?.[part] ?? 10);
  return (a, b) => digit(a) - digit(b) || confidence(b) - confidence(a);
}
