/** The colours of the stylesheet by their names, for drawing on a canvas. */
const cache = new Map<string, string>();

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => cache.clear());

/**
 * The value of a colour.
 *
 * @param name of a custom property, without its dashes
 */
export function colour(name: string): string {
  const known = cache.get(name);
  if (known !== undefined) return known;
  const value = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  cache.set(name, value);
  return value;
}

/** Slanted lines, so that a shaded stretch is recognised by more than its colour. */
export function createHatching(ctx: CanvasRenderingContext2D, name: string): CanvasPattern | string {
  const tile = document.createElement('canvas');
  const size = 8 * devicePixelRatio;
  tile.width = size;
  tile.height = size;
  const lines = tile.getContext('2d');
  if (!lines) return colour(name);
  lines.strokeStyle = colour(name);
  lines.lineWidth = 1.5 * devicePixelRatio;
  for (const shift of [-size, 0, size]) {
    lines.moveTo(shift, size);
    lines.lineTo(shift + size, 0);
  }
  lines.stroke();
  return ctx.createPattern(tile, 'repeat') ?? colour(name);
}
