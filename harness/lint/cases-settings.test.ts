import { join } from 'node:path';
import t from 'tap';
import { readTrees } from '../bundle/tree.js';
import { composeTree } from '../testing/lint.js';
import { lintTree } from './lint.js';

const CASES = join(import.meta.dirname, '../../fixtures/cases');

/** `rule place: message` of the findings of these rules. */
async function findings(name: string, rules: RegExp): Promise<string[]> {
  const trees = await readTrees([join(CASES, name)]);
  return trees
    .flatMap((tree) => lintTree(tree).findings)
    .filter(({ rule }) => rules.test(rule))
    .map(
      ({ rule, path, line, message }) => `${rule} ${path.slice(CASES.length + name.length + 2)}:${line}: ${message}`,
    );
}

t.test('39b: four lines that systemd-oomd ignores', async (t) => {
  const ignored = 'accepts, and systemd ignores the line.';
  t.same(await findings('39b-oomd-conf-bad', /./), [
    `bad-value oomd.conf:2: SwapUsedLimit=90 is not a value that SwapUsedLimit= ${ignored}`,
    `bad-value oomd.conf:3: DefaultMemoryPressureLimit=150% is not a value that DefaultMemoryPressureLimit= ${ignored}`,
    `bad-value oomd.conf:4: DefaultMemoryPressureDurationSec=soon is not a value that DefaultMemoryPressureDurationSec= ${ignored}`,
    'unknown-directive oomd.conf:5: Only systemd 247 knows SwapUsedLimitPercent=: since 248 it is SwapUsedLimit=, and systemd ignores the line.',
  ]);
});

t.test('56, 58: a misspelt DefaultOOMPolicy= is ignored, and stop is in effect', async (t) => {
  t.same(await findings('56-accounting', /^bad-value$/), [
    'bad-value etc/systemd/system.conf:3: DefaultOOMPolicy=contineu is not a value that DefaultOOMPolicy= accepts, and systemd ignores the line.',
    'bad-value etc/systemd/system/system.slice.d/10-oomd.conf:3: ManagedOOMPreference=never is not a value that ManagedOOMPreference= accepts, and systemd ignores the line.',
  ]);
  t.match(await findings('58-default-oompolicy', /^(?:bad-value|oom-policy)$/), [
    /^bad-value etc\/systemd\/system\.conf:2: DefaultOOMPolicy=contineu/,
    /^oom-policy etc\/systemd\/system\/runner\.service:3: .* no OOMPolicy=, which means stop: one OOM kill stops/,
  ]);
});

t.test('58b: the vendor sets DefaultOOMPolicy=continue', async (t) => {
  t.same(await findings('58b-default-oompolicy-vendor', /^(?:bad-value|oom-policy)$/), []);
});

/** A line of settings or of a unit, and the rule that must find it; undefined where it is right. */
const LINES: readonly (readonly [file: string, section: string, line: string, rule: string | undefined])[] = [
  ['oomd.conf', 'OOM', 'SwapUsedLimit=90%', undefined],
  ['oomd.conf', 'OOM', 'SwapUsedLimit=905‰', undefined],
  ['oomd.conf', 'OOM', 'SwapUsedLimit=9050‱', undefined],
  ['oomd.conf', 'OOM', 'SwapUsedLimit=100%', undefined],
  ['oomd.conf', 'OOM', 'SwapUsedLimit=0%', undefined],
  ['oomd.conf', 'OOM', 'SwapUsedLimit=', undefined],
  ['oomd.conf', 'OOM', 'SwapUsedLimit=100.5%', 'bad-value'],
  ['oomd.conf', 'OOM', 'SwapUsedLimit=90 %', 'bad-value'],
  ['oomd.conf', 'OOM', 'SwapUsedLimit=0.9', 'bad-value'],
  ['oomd.conf', 'OOM', 'SwapUsedLimit=-5%', 'bad-value'],
  ['oomd.conf', 'OOM', 'SwapUsedLimit=8G', 'bad-value'],
  ['oomd.conf', 'OOM', 'SwapUsedLimit=90% # most', 'bad-value'],
  ['oomd.conf', 'OOM', 'DefaultMemoryPressureLimit=60.25%', undefined],
  ['oomd.conf', 'OOM', 'DefaultMemoryPressureLimit=60.255%', 'bad-value'],
  ['oomd.conf', 'OOM', 'DefaultMemoryPressureLimit=60', 'bad-value'],
  ['oomd.conf', 'OOM', 'DefaultMemoryPressureLimitPercent=60%', 'unknown-directive'],
  ['oomd.conf', 'OOM', 'DefaultMemoryPressureDurationSec=1min 30s', undefined],
  ['oomd.conf', 'OOM', 'DefaultMemoryPressureDurationSec=20', undefined],
  ['oomd.conf', 'OOM', 'DefaultMemoryPressureDurationSec=0', undefined],
  ['oomd.conf', 'OOM', 'DefaultMemoryPressureDurationSec=1s', undefined],
  ['oomd.conf', 'OOM', 'DefaultMemoryPressureDurationSec=500ms', 'bad-value'],
  ['oomd.conf', 'OOM', 'DefaultMemoryPressureDurationSec=infinity', 'bad-value'],
  ['oomd.conf', 'OOM', 'DefaultMemoryPressureDurationSec=30 secs', 'bad-value'],
  ['oomd.conf', 'OOM', 'DefaultMemoryPressureDuration=30s', 'unknown-directive'],
  ['oomd.conf', 'OOM', 'DefaultMemoryPressureThresholdSec=30s', 'unknown-directive'],
  ['oomd.conf', 'OOM', 'PrekillHookTimeoutSec=5s', undefined],
  ['oomd.conf', 'OOM', 'swapusedlimit=90%', 'unknown-directive'],
  ['oomd.conf', 'OOM', 'DryRun=yes', 'unknown-directive'],
  ['oomd.conf', 'OOM', 'MemoryMax=4G', 'unknown-directive'],
  ['oomd.conf', 'Manager', 'SwapUsedLimit=90%', 'wrong-section'],
  ['oomd.conf', 'Service', 'MemoryMax=4G', 'wrong-section'],
  ['system.conf', 'Manager', 'DefaultOOMPolicy=kill', undefined],
  ['system.conf', 'Manager', 'DefaultOOMPolicy=Continue', 'bad-value'],
  ['system.conf', 'Manager', 'DefaultOOMPolicy=no', 'bad-value'],
  ['system.conf', 'Manager', 'DefaultOOMScoreAdjust=-900', undefined],
  ['system.conf', 'Manager', 'DefaultOOMScoreAdjust=2000', 'bad-value'],
  ['system.conf', 'Manager', 'DefaultMemoryAccounting=on', undefined],
  ['system.conf', 'Manager', 'DefaultMemoryAccounting=enabled', 'bad-value'],
  ['system.conf', 'Manager', 'DefaultMemoryPressureThresholdSec=200ms', undefined],
  ['system.conf', 'Manager', 'DefaultMemoryPressureThresholdSec=often', 'bad-value'],
  ['system.conf', 'Manager', 'DefaultMemoryPressureThresholdUSec=200ms', 'unknown-directive'],
  ['system.conf', 'Manager', 'DefaultMemoryPressureWatch=skip', undefined],
  ['system.conf', 'Manager', 'DefaultMemoryPressureWatch=never', 'bad-value'],
  ['system.conf', 'Manager', 'DefaultOomPolicy=continue', 'unknown-directive'],
  ['system.conf', 'Manager', 'DefaultMemoryMax=4G', 'unknown-directive'],
  ['system.conf', 'Manager', 'MemoryMax=4G', 'unknown-directive'],
  ['system.conf', 'Manager', 'SwapUsedLimit=90%', 'unknown-directive'],
  ['system.conf', 'Manager', 'DefaultLimitMEMLOCK=64M', undefined],
  ['system.conf', 'Slice', 'MemoryMax=4G', 'wrong-section'],
  ['user.conf', 'Manager', 'DefaultOOMPolicy=contineu', 'bad-value'],
  ['oomd.conf.d/50.conf', 'OOM', 'SwapUsedLimit=90', 'bad-value'],
  ['system.conf.d/50.conf', 'Manager', 'DefaultOOMPolicy=contineu', 'bad-value'],
  ['system/a.slice', 'Slice', 'ManagedOOMPreference=avoid', undefined],
  ['system/a.slice', 'Slice', 'ManagedOOMPreference=prefer', 'bad-value'],
  ['system/a.slice', 'Slice', 'ManagedOOMSwap=yes', 'bad-value'],
  ['system/a.slice', 'Slice', 'ManagedOOMMemoryPressureLimit=101%', 'bad-value'],
  ['system/a.slice', 'Slice', 'ManagedOOMMemoryPressureLimit=100%', undefined],
  ['system/a.slice', 'Slice', 'ManagedOOMMemoryPressureDurationSec=30s', undefined],
  ['system/a.slice', 'Slice', 'ManagedOOMMemoryPressureDurationSec=100ms', 'bad-value'],
  ['system/a.slice', 'Slice', 'ManagedOOMMemoryPressureLimitPercent=5%', 'unknown-directive'],
  ['system/a.slice', 'Slice', 'MemoryAccounting=maybe', 'bad-value'],
];

const SETTING_RULES = /^(?:bad-value|unknown-directive|wrong-section|unit-syntax)$/;

for (const [file, section, line, rule] of LINES)
  t.test(`[${section}] ${line} in ${file}`, async (t) => {
    for (const folder of file.startsWith('system/') ? ['etc'] : ['etc', 'run', 'usr/local/lib', 'usr/lib']) {
      const tree = composeTree({ [`${folder}/systemd/${file}`]: `[${section}]\n${line}\n` });
      const found = lintTree(tree).findings.filter((each) => SETTING_RULES.test(each.rule));
      t.same(
        found.map((each) => [each.rule, each.line]),
        rule === undefined ? [] : [[rule, 2]],
        folder,
      );
    }
  });

t.test('a setting before any section', async (t) => {
  const tree = composeTree({ 'etc/systemd/oomd.conf.d/override.conf': 'SwapUsedLimit=90%\n' });
  const found = lintTree(tree).findings.filter(({ rule }) => SETTING_RULES.test(rule));
  t.match(found, [{ rule: 'unit-syntax', line: 1 }]);
  t.equal(found.length, 1);
});
