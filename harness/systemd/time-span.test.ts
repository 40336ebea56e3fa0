import { execa } from 'execa';
import t from 'tap';
import { parseTimeSpan } from './time-span.js';

/** Texts, and their seconds (systemd 252, src/test/test-time-util.c, TEST(parse_sec); NaN for what is refused). */
const SPANS: Readonly<Record<string, number>> = {
  '5s': 5,
  '5s500ms': 5.5,
  ' 5s 500ms  ': 5.5,
  ' 5.5s  ': 5.5,
  ' 5.5s 0.5ms ': 5.5005,
  ' .22s ': 0.22,
  ' .50y ': 15_778_800,
  '2.5': 2.5,
  '.7': 0.7,
  '23us': 0.000023,
  '23\u00B5s': 0.000023,
  '23\u03BCs': 0.000023,
  infinity: Number.POSITIVE_INFINITY,
  ' infinity ': Number.POSITIVE_INFINITY,
  '+3.1s': 3.1,
  '3.1s.2': 3.3,
  '3.1 .2': 3.3,
  '3.1 sec .2 sec': 3.3,
  '3.1 sec 1.2 sec': 4.3,
  '1min30s': 90,
  '2M': 5_259_600,
  '2m': 120,
  '1d1w': 691_200,
  '': Number.NaN,
  soon: Number.NaN,
  ' xyz ': Number.NaN,
  ' xyz . ': Number.NaN,
  ' . ': Number.NaN,
  '.5 .': Number.NaN,
  ' .22s': 0.22,
  '-5s ': Number.NaN,
  '-0.3s ': Number.NaN,
  '0.-0': Number.NaN,
  '3.+1s': Number.NaN,
  '3. 1s': Number.NaN,
  '3.s': Number.NaN,
  '12.34.56': Number.NaN,
  '12.34 .56': 12.9,
  '12.34.56 foo': Number.NaN,
  '12foo': Number.NaN,
  '1,5s': Number.NaN,
  '30 seconds!': Number.NaN,
  'infinity days': Number.NaN,
  '99999999999999999999': Number.NaN,
};

for (const [text, seconds] of Object.entries(SPANS))
  t.test(`"${text}"`, async (t) => {
    const found = parseTimeSpan(text);
    if (Number.isNaN(seconds)) t.equal(found, undefined);
    else if (Number.isFinite(seconds)) t.ok(Math.abs((found ?? Number.NaN) - seconds) < 1e-6, String(found));
    else t.equal(found, seconds);
  });

const version = await execa('systemd-analyze', ['--version'], { reject: false });

t.test('systemd-analyze(1) reads the same', { skip: version.exitCode !== 0 }, async (t) => {
  for (const [text, seconds] of Object.entries(SPANS)) {
    if (text === '') continue;
    const { exitCode, stdout } = await execa('systemd-analyze', ['timespan', '--', text], { reject: false });
    const micros = /(?:μs|us): (\d+)/.exec(stdout)?.[1];
    const asked = Number.isFinite(seconds) ? Math.round(seconds * 1e6) : undefined;
    if (Number.isNaN(seconds)) t.not(exitCode, 0, text);
    else if (asked !== undefined) t.equal(Number(micros), asked, text);
  }
});
