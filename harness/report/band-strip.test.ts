import fc from 'fast-check';
import t from 'tap';
import { renderStrip, renderStripAxis } from './band-strip.js';

const mib = (bytes: number) => `${bytes}M`;

t.test('the incident: half of all sizes are in the band, and nothing is killed below the limit', async (t) => {
  t.equal(renderStrip({ from: 50, to: 100, harmed: { from: 52, to: 99 } }, 104, 26), '............#############x');
});

t.test('a band narrower than a column is visible', async (t) => {
  t.equal(renderStrip({ from: 95, to: 96, harmed: { from: 95.5, to: 95.5 } }, 100, 10), '.........#');
  t.equal(renderStrip({ from: 85, to: 86, harmed: { from: 85.5, to: 85.5 } }, 100, 10), '........#x');
});

t.test('an unfinished map marks what it has not drilled', async (t) => {
  const range = { from: 50, to: 100, harmed: { from: 65, to: 75 }, unfinished: true } as const;
  t.equal(renderStrip(range, 100, 10), '.....?##??');
  t.equal(renderStrip({ ...range, harmed: null }, 100, 10), '.....?????');
});

t.test('no band', async (t) => {
  t.equal(renderStrip({ from: 80, to: 82, harmed: null }, 100, 10), '........xx');
});

t.test('a strip has the requested width, and its zones are in order', async () => {
  const edge = fc.integer({ min: 1, max: 1_000 });
  fc.assert(
    fc.property(edge, edge, fc.boolean(), fc.integer({ min: 10, max: 120 }), (a, b, harm, columns) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      const strip = renderStrip({ from, to, harmed: harm ? { from, to } : null }, 1_000, columns);
      return strip.length === columns && /^\.*#*x*$/.test(strip) && (!harm || from === 1_000 || strip.includes('#'));
    }),
  );
});

t.test('the axis ends where the strip does', async (t) => {
  t.equal(renderStripAxis(2_080, 30, mib), '0              1040M     2080M');
});
