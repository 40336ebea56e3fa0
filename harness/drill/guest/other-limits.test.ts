import t from 'tap';
import { Unit } from '../../systemd/unit.js';
import { parseUnitFile } from '../../systemd/unit-file.js';
import { checkOtherLimits, listOtherLimits } from './other-limits.js';

const slice = (text: string) => ({ unit: new Unit('jobs.slice', [parseUnitFile(`[Slice]\n${text}`, 'jobs.slice')]) });

t.test('what a unit wants besides memory is looked for in the files of its cgroup', async (t) => {
  const limited = slice('CPUWeight=20\nTasksMax=64\nIOReadBandwidthMax=/ 2M\nIOWriteBandwidthMax=/dev/vda 500\n');
  const found = { 'cpu.weight': '20', 'pids.max': '64', 'io.max': '254:0 rbps=2000000 wbps=500 riops=max wiops=max' };
  t.same(
    checkOtherLimits(limited, found).map(({ what, wanted, ok }) => [what, wanted, ok]),
    [
      ['cpu.weight', '20', true],
      ['pids.max', '64', true],
      ['io.max', 'rbps=2000000', true],
      ['io.max', 'wbps=500', true],
    ],
  );
});

t.test('what is not in effect shows', async (t) => {
  const checks = checkOtherLimits(slice('CPUWeight=20\nTasksMax=64\nIOReadBandwidthMax=/ 2M\n'), {
    'cpu.weight': '100',
    'io.max': '254:0 rbps=max',
  });
  t.same(
    checks.map(({ found, ok }) => [found, ok]),
    [
      ['100', false],
      ['nothing', false],
      ['254:0 rbps=max', false],
    ],
  );
});

t.test('a value that is not a plain one is not checked, and neither is what is not set', async (t) => {
  t.same(listOtherLimits(slice('CPUWeight=idle\nTasksMax=10%\nIOReadBandwidthMax=/dev/vda infinity\n')), []);
  t.same(listOtherLimits(slice('MemoryMax=1G\n')), []);
});
