import t from 'tap';
import { GIB, MIB } from '../../core/bytes.js';
import { T3 } from './t3.js';

t.test("the stand-in's weight follows the scale", async (t) => {
  t.equal(
    T3.settings({ scale: 8 }),
    'T3_STANDIN_RESIDENT_BYTES=67108864\nT3_STANDIN_TEXT_BYTES=0\nT3_STANDIN_AGENTS=2\n',
  );
  t.match(T3.settings({ scale: 1 }), /T3_STANDIN_TEXT_BYTES=35651584\n/);
  const residentAt = (limit: number) => /RESIDENT_BYTES=(\d+)/.exec(T3.settings({ scale: 1, limit }))?.[1];
  t.equal(residentAt(16 * GIB), String(512 * MIB));
  t.equal(residentAt(256 * MIB), String(64 * MIB), 'a quarter of a small limit, which leaves room for a hog');
  t.equal(residentAt(Number.POSITIVE_INFINITY), String(512 * MIB));
  const weight = { resident: '160M', text: '40M' };
  t.match(T3.settings({ scale: 2, weight }), /^T3_STANDIN_RESIDENT_BYTES=83886080\n/);
  t.match(T3.settings({ scale: 1, weight, limit: 64 * MIB }), /BYTES=167772160\n/, 'what the bundle says stands');
  t.match(T3.settings({ scale: 8, losesListenerAfterOom: true }), /AGENTS=2\nT3_STANDIN_LOSES_LISTENER_AFTER_OOM=1\n$/);
});
