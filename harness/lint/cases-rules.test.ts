import { join } from 'node:path';
import t from 'tap';
import { readTrees } from '../bundle/tree.js';
import { GIB } from '../core/bytes.js';
import { lintTrees } from './lint.js';
import type { HostFacts } from './scene.js';
import { findServing } from './serving.js';

const CASES = join(import.meta.dirname, '../../fixtures/cases');

/** A public case: what is known of its host, and every finding, as `severity rule place`. */
interface Case {
  readonly name: string;
  readonly host?: HostFacts;
  readonly findings: readonly string[];
  /** What the messages must say, together. */
  readonly says?: RegExp;
}

const NO_SWAP: HostFacts = { memory: 16 * GIB, swap: 0 };
const WITH_SWAP: HostFacts = { memory: 31 * GIB, swap: 8 * GIB };
const OOMD = '10-oomd-per-slice-defaults.conf';

/** The right answers, and why: fixtures/cases/README.md. */
const TABLE: readonly Case[] = [
  { name: '30-sclorg-396', findings: [] },
  {
    name: '31-runner-3929',
    findings: ['warning oom-policy actions.runner.acme-repo.ci1.service:null'],
    says: /no OOMPolicy=, which means stop: it is a CI runner, and an OOM kill in one job stops it and all others/,
  },
  { name: '32-systemd-33486', findings: [] },
  { name: '32-systemd-33486', host: NO_SWAP, findings: ['error oomd-no-swap memorylimited.slice:2'] },
  {
    name: '35-coreos-242',
    findings: ['error payload-elsewhere proxy.service:4', 'warning legacy-limit proxy.service:4'],
    says: /MemoryLimit=200M of proxy\.service holds `docker run` alone/,
  },
  { name: '35b-coreos-242-max', findings: ['error payload-elsewhere proxy.service:4'] },
  { name: '36-earlyoom-57', findings: ['warning earlyoom-escape-eaten earlyoom:1'], says: /WebsContent/ },
  { name: '36b-earlyoom-57', findings: [] },
  {
    name: '37-fedora-earlyoom',
    host: WITH_SWAP,
    findings: ['warning earlyoom-waits-for-swap etc/default/earlyoom:1'],
  },
  { name: '37b-earlyoom-unit', host: WITH_SWAP, findings: ['warning earlyoom-waits-for-swap earlyoom.service:3'] },
  {
    name: '38-hosting-earlyoom',
    findings: ['error earlyoom-prefer-server etc/default/earlyoom:1'],
    says: /matches node, the name of a process of api\.service/,
  },
  {
    name: '39-omarchy-6445',
    host: NO_SWAP,
    findings: ['error oomd-no-swap usr/lib/systemd/user/app.slice.d/10-oomd.conf:2'],
  },
  { name: '39-omarchy-6445', host: WITH_SWAP, findings: [] },
  {
    name: '40-systemd-43439',
    findings: ['warning oom-policy etc/systemd/system/test_cg_oompolicy.service:3'],
    says: /MemoryMax=10M of test_cg\.slice and OOMPolicy=stop/,
  },
  { name: '43-cgroups-261', findings: ['note swap-allowed run/systemd/transient/docker-ab12.scope:8'] },
  {
    name: '44-systemd-42321',
    findings: [
      'note brim etc/systemd/system/web.service:3',
      `error oomd-takes-server usr/lib/systemd/system/system.slice.d/${OOMD}:2`,
    ],
  },
  {
    name: '44b',
    findings: [
      `error oomd-takes-server etc/systemd/system/system.slice.d/${OOMD}:2`,
      'note brim etc/systemd/system/web.service:3',
    ],
  },
  {
    name: '45-dev-sidecar',
    findings: ['warning soft-limit dev-sidecar.service:3', 'note startup-limit dev-sidecar.service:4'],
    says: /StartupMemoryHigh=300M of dev-sidecar\.service applies only while the system starts up or shuts down/,
  },
  { name: '46-all-memory', findings: ['error soft-band app.service:4', 'warning startup-limit app.service:8'] },
  {
    name: '46b-startup-high-only',
    findings: ['warning startup-limit app.service:4'],
    says: /StartupMemoryHigh=512M lies below MemoryMax=2G/,
  },
  {
    name: '47-moby-29278',
    host: WITH_SWAP,
    findings: [
      'warning docker-no-parent etc/systemd/system/docker.service.d/limit.conf:null',
      'warning payload-elsewhere etc/systemd/system/docker.service.d/limit.conf:2',
    ],
    says: /MemoryMax=30G of docker\.service holds the daemon alone, and no container/,
  },
  { name: '49-vonrobak-143', findings: ['error oom-policy traefik.service:5'] },
  { name: '50-qm-715-pct', findings: ['warning high-above-max qm.service:4'], says: /lies at MemoryMax=50%/ },
  {
    name: '50c-pct-vs-bytes',
    findings: ['note unknown-memory qm.service:4'],
    says: /MemoryHigh=2G or MemoryMax=70%, cannot be known without --memory/,
  },
  {
    name: '50c-pct-vs-bytes',
    host: { memory: 16 * GIB },
    findings: ['error soft-band qm.service:4'],
    says: /a band of 9\.2G/,
  },
  { name: '50c-pct-vs-bytes', host: { memory: 2 * GIB }, findings: ['warning high-above-max qm.service:4'] },
  {
    name: '51-docker-limit',
    findings: [
      'warning soft-limit etc/systemd/system/docker_limit.slice:8',
      'note swap-allowed etc/systemd/system/docker_limit.slice:9',
    ],
  },
  {
    name: '51-docker-limit',
    host: NO_SWAP,
    findings: ['error soft-band etc/systemd/system/docker_limit.slice:8'],
  },
  {
    name: '51b-docker-limit',
    findings: [
      'error docker-parent-uncapped etc/docker/daemon.json:1',
      'warning legacy-limit etc/systemd/system/limit-docker-memory.slice:6',
    ],
  },
  {
    name: '52-pganalyze-306',
    findings: [
      'warning legacy-limit etc/systemd/system/pganalyze-collector.service.d/override.conf:2',
      'note swap-allowed usr/lib/systemd/system/pganalyze-collector.service:3',
      'warning oom-policy usr/lib/systemd/system/pganalyze-collector.service:3',
    ],
  },
  {
    name: '53-systemd-31660',
    findings: ['warning soft-limit etc/systemd/system/user-.slice.d/memtest-all-users.conf:2'],
  },
  { name: '54-systemd-16769', findings: ['note swap-allowed inc.service:6', 'warning oom-policy inc.service:6'] },
  {
    name: '55-roami-222',
    findings: [
      'error root-limit etc/systemd/user/-.slice.d/50-MemoryHigh.conf:2',
      'error root-limit etc/systemd/user/-.slice.d/50-MemoryHigh.conf:3',
    ],
  },
  {
    name: '57-miren-1210',
    findings: ['warning cap-conflict etc/systemd/system/miren.service.d/90-memory.conf:2'],
    says: /MemoryMax=2G overrides MemoryMax=33554432/,
  },
  { name: '59-protect-alone', findings: [] },
  {
    name: '60-systemd-9887',
    findings: [
      'note swap-allowed .config/systemd/user/limit.slice:5',
      'warning legacy-limit .config/systemd/user/limit.slice:6',
      'warning soft-limit .config/systemd/user/limit.slice:7',
    ],
  },
  {
    name: '60-systemd-9887',
    host: NO_SWAP,
    findings: [
      'warning legacy-limit .config/systemd/user/limit.slice:6',
      'error soft-band .config/systemd/user/limit.slice:7',
    ],
  },
  {
    name: '61-scope-policy',
    findings: [
      'error oom-policy run/systemd/transient/run-u12.scope:4',
      'note swap-allowed run/systemd/transient/run-u12.scope:5',
    ],
  },
  { name: '62-unterminated', findings: ['warning earlyoom-pattern-dead earlyoom:1'] },
  {
    name: '63-ubuntu-oomd',
    host: NO_SWAP,
    findings: [
      'error oomd-no-swap usr/lib/systemd/system/-.slice.d/10-oomd-root-slice-defaults.conf:2',
      'error oomd-no-swap usr/lib/systemd/system/user@.service.d/10-oomd-user-service-defaults.conf:2',
    ],
  },
  { name: '63-ubuntu-oomd', host: WITH_SWAP, findings: [] },
  { name: '64-limit-on-runner', findings: ['warning oom-policy etc/systemd/system/gitlab-runner.service:null'] },
  {
    name: '68-soleur-7169',
    findings: [
      'error soft-band run/systemd/transient/soleur-agent-77.scope:3',
      'error soft-band run/systemd/transient/soleur-agents.slice:2',
    ],
  },
  {
    name: '69-openscanhub-193',
    host: NO_SWAP,
    findings: [
      'error max-near-ram osh-worker.service:5',
      'warning oom-policy osh-worker.service:5',
      'error soft-band osh-worker.service:6',
    ],
  },
  {
    name: '69-openscanhub-193',
    findings: [
      'error max-near-ram osh-worker.service:5',
      'note swap-allowed osh-worker.service:5',
      'warning oom-policy osh-worker.service:5',
      'warning soft-limit osh-worker.service:6',
    ],
    says: /leaves 5 % of the host's memory/,
  },
  {
    name: '70-scope-prefix',
    findings: ['warning docker-no-parent etc/docker/daemon.json:null'],
    says: /each container has MemoryMax=2G of docker-\.scope, and nothing limits their sum/,
  },
];

for (const { name, host, findings, says } of TABLE)
  t.test(name, async (t) => {
    const dir = join(CASES, name);
    const found = lintTrees(await readTrees([dir]), { paths: [dir], strict: false, host }).findings;
    t.same(
      found.map(({ severity, rule, path, line }) => `${severity} ${rule} ${path.slice(dir.length + 1)}:${line}`),
      findings,
    );
    if (says) t.match(found.map(({ message }) => message).join('\n'), says);
  });

t.test('56: systemd-oomd needs memory accounting', async (t) => {
  const dir = join(CASES, '56-accounting');
  const { findings } = lintTrees(await readTrees([dir]), { paths: [dir], strict: false });
  t.match(
    findings.filter(({ rule }) => rule === 'oomd-no-accounting'),
    [{ severity: 'warning', path: join(dir, 'etc/systemd/system/system.slice.d/10-oomd.conf'), line: 2 }],
  );
});

t.test('33: sizes with the suffix GiB are none', async (t) => {
  const file = join(CASES, '33-podman-24712/app.service');
  const { findings } = lintTrees(await readTrees([file]), { paths: [file], strict: false });
  t.same(
    findings.map(({ rule, line }) => [rule, line]),
    [
      ['bad-value', 4],
      ['bad-value', 5],
    ],
  );
});

t.test('71: sizes as systemd reads them', async (t) => {
  const valid = ['1073741824', '1G_512M', '1_5G', '33_3_', '80_', '_1G', 'infinity'];
  const invalid = ['0', '120_', '1e9', '2GB', '2Gi', '4g', '500MB'];
  const rules = async (name: string) => {
    const dir = join(CASES, '71-sizes', name);
    return lintTrees(await readTrees([dir]), { paths: [dir], strict: false }).findings.map(({ rule }) => rule);
  };
  for (const name of valid) t.same(await rules(name), [], name);
  for (const name of invalid) t.same(await rules(name), ['bad-value'], name);
  // systemd skips blanks before the suffix (parse_size()): 3 KiB.
  t.same(await rules('3_K'), ['tiny-limit']);
  t.same(await rules('100_'), ['max-near-ram'], '100_: all of the memory, whatever its size');
});

t.test('31, 64: what serves is named by the caller, and then an error', async (t) => {
  const dir = join(CASES, '64-limit-on-runner');
  const trees = await readTrees([dir]);
  const serving = findServing(trees, ['gitlab-runner']);
  const { findings } = lintTrees(trees, { paths: [dir], strict: false, host: { serving } });
  t.same(
    findings.map(({ severity, rule }) => `${severity} ${rule}`),
    ['error no-cap', 'error oom-policy'],
  );
});
