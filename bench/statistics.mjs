export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const below = Math.floor(at);
  return sorted[below] + (sorted[Math.min(below + 1, sorted.length - 1)] - sorted[below]) * (at - below);
}

export function median(values) {
  return quantile(values, 0.5);
}

/** The exponent of a power law through points of size and cost (least squares of the logarithms): 1 is linear. */
export function exponent(points) {
  const logs = points.map(({ size, cost }) => [Math.log(size), Math.log(Math.max(cost, 1e-6))]);
  const mean = (index) => logs.reduce((sum, pair) => sum + pair[index], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  return logs.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0) / logs.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
}
