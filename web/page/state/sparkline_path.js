// @ts-check

/**
 * Draws values as a line from left to right, the newest at the right edge.
 *
 * @param {readonly number[]} values Zero or more each.
 * @param {{width: number, height: number, slots: number, top: number}} size `slots` values fill the
 *   width; `top` is the value at the upper edge.
 * @returns {string} The `d` of an SVG path; empty without values.
 */
export function sparklinePath(values, { width, height, slots, top }) {
  const shown = values.slice(-slots);
  const step = width / Math.max(1, slots - 1);
  const left = width - (shown.length - 1) * step;
  return shown.map((value, index) => {
    const x = left + index * step;
    const y = height - (Math.min(value, top) / Math.max(top, 1)) * height;
    return `${index === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`;
  }).join("");
}
