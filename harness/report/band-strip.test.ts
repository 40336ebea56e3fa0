import fc from 'fast-check';
import t from 'tap';
import { bandStrip, stripAxis } from './band-strip.js';

const mib = (bytes: number) => `${bytes}M`;

t.test('the incident: half of the way is a band, and nobody is killed below the limit', async (t) => {
  t.equal(bandStrip({ from: 50, to: 100, harmed: { from: 52, to: 99 } }, 104, 26), '............#############x');
});

t.test('a band narrower than a column is seen', async (t) => {
  t.equal(bandStrip({ from: 95, to: 96, harmed: { from: 95.5, to: 95.5 } }, 100, 10), '.........#');
  t.equal(bandStrip({ from: 85, to: 86, harmed: { from: 85.5, to: 85.5 } }, 100, 10), '........#x');
});

t.test('an unfinished map says where it has not looked', async (t) => {
  const seen = { from: 50, to: 100, harmed: { from: 65, to: 75 }, unfinished: true } as const;
  t.equal(bandStrip(seen, 100, 10), '.....?##??');
  t.equal(bandStrip({ ...seen, harmed: null }, 100, 10), '.....?????');
});

t.test('no band', async (t) => {
  t.equal(bandStrip({ from: 80, to: 82, harmed: null }, 100, 10), '........xx');
});

t.test('a strip is as wide as asked for, and never goes back', async () => {
  const edge = fc.integer({ min: 1, max: 1_000 });
  fc.assert(
    fc.property(edge, edge, fc.boolean(), fc.integer({ min: 10, max: 120 }), (a, b, harm, columns) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      const strip = bandStrip({ from, to, harmed: harm ? { from, to } : null }, 1_000, columns);
      return strip.length === columns && /^\.*#*x*$/.test(strip) && (!harm || from === 1_000 || strip.includes('#'));
    }),
  );
});

t.test('the axis ends where the strip does', async (t) => {
  t.equal(stripAxis(2_080, 30, mib), '0              1040M     2080M');
});
