import { readFile } from 'node:fs/promises';
import t from 'tap';
import type { Bundle } from '../bundle/bundle.js';
import { computeEffectiveLimits } from '../bundle/serving.js';
import { findScenarios, loadScenarios, loadSuite } from '../campaign/catalogue.js';
import { renderCataloguePage } from '../campaign/catalogue-page.js';
import { GIB, MIB, parseBytes } from '../core/bytes.js';
import { type Hog, hog } from '../inject/memory-hog/hog.js';
import {
  belowMax,
  between,
  beyondMax,
  describeTarget,
  own,
  resolveTarget,
  total,
} from '../inject/memory-hog/target.js';
import type { GuestShell } from '../machine/machine.js';
import { formatMarkdown } from '../testing/markdown.js';
import { checkScenario } from './declaration.js';
import { withoutOptionalSidecars } from './optional-sidecars.js';
import { planDrill } from './plan.js';
import { chooseScale, chooseScaleFor } from './scale.js';
import type { Scenario } from './scenario.js';
import { watchdogNamed } from './watchdogs.js';

const watchdog = watchdogNamed('heartbeat-20s');
const options = { scale: '2', room: { availableBytes: 40 * GIB }, watchdog };
const bundleOf = ({ bundle }: Scenario) => bundle.load();

t.test('the scale fits the memory that is free', async (t) => {
  t.equal(chooseScale('auto', 24 * GIB, 23 * GIB), 8);
  t.equal(chooseScale('auto', 24 * GIB, 200 * GIB), 1, 'the real size where it is a sixth of what is free');
  t.equal(
    chooseScale('auto', 24 * GIB, 4.5 * GIB),
    8,
    'the largest that fits where even a small one is more than a sixth',
  );
  t.equal(chooseScale('1/4', 24 * GIB, 23 * GIB), 4);
  t.equal(chooseScale('4', 24 * GIB, 23 * GIB), 4);
  t.throws(() => chooseScale('auto', 24 * GIB, GIB), {
    code: 'SCALE_TOO_LARGE',
    message: 'A host of 24G does not fit into the 1G of memory that is free on this host.',
    hint: 'At 1/24, its smallest scale, it needs 2.25G (1G, and 1.25G for QEMU and this host).',
  });
  t.throws(() => chooseScale('1', 24 * GIB, 23 * GIB), {
    code: 'SCALE_TOO_LARGE',
    message:
      'A guest at scale 1/1 needs 25.3G (24G, and 1.25G for QEMU and this host), which does not fit into the 23G of memory that is free on this host.',
    hint: '--scale 1/2 would fit.',
  });
  t.throws(() => chooseScale('1/48', 24 * GIB, 23 * GIB), {
    code: 'SCALE_TOO_SMALL',
    message:
      'At scale 1/48 the guest of a host of 24G has only 512M, too little to stand for it: it must have at least 1G.',
    hint: 'The smallest for it is --scale 1/24; auto chooses for each host by itself.',
  });
  t.throws(() => chooseScale('auto', 900 * 1024 * GIB, 23 * GIB), {
    code: 'SCALE_TOO_LARGE',
    message: 'A host of 900T does not fit into the 23G of memory that is free on this host.',
    hint: /^At 1\/64, its smallest scale, it needs 14\.1T/,
  });
  t.throws(() => chooseScale('auto', 512 * GIB, 23 * GIB), {
    code: 'SCALE_TOO_LARGE',
    hint: '--scale 1/24 would fit.',
  });
  for (const text of ['0', 'x', '1/0', '-8', '65', ''])
    t.throws(() => chooseScale(text, 24 * GIB, 23 * GIB), { code: 'SCALE_INVALID' }, text);
});

t.test('a small host is drilled at its own size', async (t) => {
  for (const free of [2.5, 4, 8, 23, 200]) {
    t.equal(chooseScale('auto', 955 * MIB, free * GIB), 1, `955M with ${free}G free`);
    t.equal(chooseScale('auto', 448 * MIB, free * GIB), 1, `448M with ${free}G free`);
  }
  t.equal(chooseScale('1/1', 448 * MIB, 23 * GIB), 1);
  t.equal(chooseScale('auto', 448 * MIB, 448 * MIB + 1.25 * GIB), 1, 'in all the memory that is free');
  t.throws(() => chooseScale('auto', 955 * MIB, GIB), {
    code: 'SCALE_TOO_LARGE',
    message: 'A host of 955M does not fit into the 1G of memory that is free on this host.',
    hint: 'It is drilled at its own size, and needs 2.18G (955M, and 1.25G for QEMU and this host).',
  });
  t.throws(() => chooseScale('2', 955 * MIB, 23 * GIB), {
    code: 'SCALE_TOO_SMALL',
    message:
      'At scale 1/2 the guest of a host of 955M has only 478M, too little to stand for it: it must have at least 1G.',
    hint: 'The smallest for it is --scale 1/1; auto chooses for each host by itself.',
  });
  for (const asked of ['auto', '1', '1/4'])
    t.throws(() => chooseScale(asked, 447 * MIB, 23 * GIB), {
      code: 'HOST_TOO_SMALL',
      message: 'A host of 447M is too small to drill: it must have at least 448M of memory.',
      hint: /^Correct host\.memory in bundle\.json, or --host-memory\./,
    });
});

t.test('the scale of a machine that is there', async (t) => {
  t.equal(chooseScaleFor('auto', 24 * GIB, 2.9 * GIB), 8, 'what the kernel took is allowed for');
  t.equal(chooseScaleFor('auto', 24 * GIB, 4 * GIB), 6);
  t.equal(chooseScaleFor('auto', 24 * GIB, 64 * GIB), 1);
  t.equal(chooseScaleFor('1/8', 24 * GIB, 64 * GIB), 8);
  t.throws(() => chooseScaleFor('1/2', 24 * GIB, 3 * GIB), {
    code: 'SCALE_TOO_LARGE',
    message:
      'A guest at scale 1/2 needs a machine of 12G, which does not fit into the 3G of memory that the machine has.',
    hint: '--scale 1/8 would fit.',
  });
  t.throws(() => chooseScaleFor('auto', 24 * GIB, GIB / 2), {
    code: 'SCALE_TOO_LARGE',
    message: 'A host of 24G does not fit into the 512M of memory that the machine has.',
    hint: 'At 1/24, its smallest scale, it needs a machine of 1G.',
  });
  t.equal(chooseScaleFor('auto', 448 * MIB, 392 * MIB), 1, 'the kernel takes more of a small machine');
  t.equal(chooseScaleFor('auto', 955 * MIB, 900 * MIB), 1);
  t.throws(() => chooseScaleFor('auto', 955 * MIB, 448 * MIB), {
    code: 'SCALE_TOO_LARGE',
    message: 'A host of 955M does not fit into the 448M of memory that the machine has.',
    hint: 'It is drilled at its own size, and needs a machine of 955M.',
  });
  t.throws(() => chooseScaleFor('auto', 256 * MIB, GIB), { code: 'HOST_TOO_SMALL' });
});

t.test('where a hog settles', async (t) => {
  const limits = { high: 12 * GIB, max: 16 * GIB };
  t.equal(resolveTarget(total('8G'), limits, 8), GIB);
  t.equal(resolveTarget(own('8G'), limits, 8), GIB);
  t.equal(resolveTarget(between(0.25), limits, 8), 13 * GIB);
  t.equal(resolveTarget(belowMax('8G'), limits, 8), 15 * GIB);
  t.equal(resolveTarget(beyondMax, limits, 8), null);
  t.throws(() => resolveTarget(between(0.5), { high: Number.POSITIVE_INFINITY, max: GIB }, 1), {
    code: 'TARGET_IMPOSSIBLE',
    message:
      'A hog cannot grow to 50 % of the band between MemoryHigh and MemoryMax: at scale 1/1 they are infinity and 1G.',
  });
  t.throws(() => resolveTarget(belowMax('8G'), { high: Number.POSITIVE_INFINITY, max: 4096 }, 16), {
    code: 'TARGET_IMPOSSIBLE',
    message: 'MemoryMax=4K at scale 1/16 is too small for a hog that grows to 8G below MemoryMax.',
  });
  t.same([total('8G'), own('8G'), between(0.25), belowMax('8G'), beyondMax].map(describeTarget), [
    'to 8G in all',
    'to 8G of its own',
    'to 25 % of the band between MemoryHigh and MemoryMax',
    'to 8G below MemoryMax',
    'past MemoryMax',
  ]);
});

/** The scenarios that show what swap does that is not forbidden. */
const MAY_SWAP = /^(?:docker-memory-alone|(?:swap-file|zram|zswap)-(?:rests|repaired))$/;

/** Bundles of claims whose units forbid no swap, because the host has none. */
const HOST_SWAP_ALONE: ReadonlySet<string> = new Set(['containarium-1454']);

t.test('every scenario fits its bundle', async (t) => {
  const scenarios = await loadScenarios();
  const core = await loadSuite('core');
  t.ok(
    core.some(({ control }) => control),
    'there is a negative control',
  );
  t.same(
    core.map(({ name }) => name),
    ['2026-07-02-fixed', '2026-07-02-throttle-livelock', 'runaway-past-max'],
  );
  t.same(await loadSuite('full'), scenarios);
  const names = new Set(scenarios.map(({ name }) => name));
  t.ok((await loadSuite('nightly')).every(({ name }) => names.has(name)));
  await t.rejects(loadSuite('weekly'), { code: 'SUITE_UNKNOWN', hint: /core, nightly, full/ });
  for (const scenario of scenarios) {
    const bundle = await bundleOf(scenario);
    const scale = parseBytes(bundle.manifest.host.memory) < 2 * GIB ? '1' : options.scale;
    const plan = planDrill(scenario, bundle, { ...options, scale });
    t.equal(plan.injections.length, scenario.injections.length, scenario.name);
    if (scenario.control || MAY_SWAP.test(scenario.name)) continue;
    const mayNotSwap = !HOST_SWAP_ALONE.has(scenario.bundle.name);
    t.match(
      computeEffectiveLimits(plan.bundle, plan.serving),
      { swapMax: mayNotSwap ? 0 : Number.POSITIVE_INFINITY },
      scenario.name,
    );
    if (!mayNotSwap) t.equal(plan.bundle.manifest.host.swap, '0', scenario.name);
    t.same(plan.warnings, []);
  }
  const [repaired] = await findScenarios(['2026-07-02-live-repair']);
  t.match(repaired && planDrill(repaired, await bundleOf(repaired), options), {
    serving: { limits: { high: 6 * GIB } },
    repair: {
      settings: ['MemoryHigh=infinity'],
      serving: { limits: { high: Number.POSITIVE_INFINITY, max: 8 * GIB } },
    },
  });
  await t.rejects(findScenarios(['nope']), { code: 'SCENARIO_UNKNOWN', hint: /oomdrill list/ });
  await t.rejects(findScenarios(['2026-07-02-fixd']), {
    hint: 'Did you mean 2026-07-02-fixed?',
    code: 'SCENARIO_UNKNOWN',
  });
});

t.test("a hog among the server's children has their score with the OOM killer", async (t) => {
  const [past, session] = await findScenarios(['runaway-past-max', 'runaway-in-session']);
  if (!past || !session) throw new Error('there are no such scenarios');
  const real = await bundleOf(past);
  const path = 'etc/systemd/system/t3-serve@.service.d/score.conf';
  const shielded = { ...real, files: [...real.files, { path, text: '[Service]\nOOMScoreAdjust=-1000\n' }] };
  const score = async (scenario: Scenario) => {
    const command: string[] = [];
    const shell: GuestShell = {
      async exec(words) {
        command.push(...words);
        return { exitCode: 0, stdout: '', stderr: '' };
      },
    };
    const spot = { cgroup: '/a', limitingCgroup: '/a' };
    await planDrill(scenario, shielded, options).injections[0]?.plan.start(shell, spot, new AbortController().signal);
    return command[command.indexOf('--oom-score-adj') + 1];
  };
  t.equal(await score(past), '-1000');
  t.equal(await score(session), '0', 'a login inherits nothing of it');
  const scored = hog({ ...(past.injections[0] as Hog), oomScoreAdj: 300 });
  t.equal(await score({ ...past, injections: [scored] }), '300', 'the scenario has the last word');
});

t.test('docs/catalogue.md is that of these scenarios', async (t) => {
  const page = await readFile(new URL('../../docs/catalogue.md', import.meta.url), 'utf8');
  t.equal(page, await formatMarkdown(await renderCataloguePage(await loadScenarios())), 'npm run generate');
});

t.test('docs/ci.md counts the scenarios of the nightly', async (t) => {
  const page = (await readFile(new URL('../../docs/ci.md', import.meta.url), 'utf8')).replaceAll('\n', ' ');
  const nightly = await loadSuite('nightly');
  t.match(page, `The suite \`nightly\` has ${nightly.length} scenarios.`);
  t.match(page, `Of its ${nightly.filter(({ control }) => !control).length} claims `);
});

t.test('a repair of several settings is shown as a command that can be run', async (t) => {
  const [scenario] = await findScenarios(['2026-07-02-live-repair']);
  if (!scenario) throw new Error('there is no such scenario');
  const repair = { set: { MemoryHigh: 'infinity', MemoryMax: '17G' }, stayMs: 15_000 };
  const page = await renderCataloguePage([{ ...scenario, repair }]);
  t.match(page, '`systemctl set-property --runtime MemoryHigh=infinity MemoryMax=17G`');
});

t.test('a scenario that contradicts itself', async (t) => {
  const [scenario] = await findScenarios(['2026-07-02-live-repair']);
  if (!scenario) throw new Error('there is no such scenario');
  const [ugrep] = scenario.injections;
  const refused = (changes: object, message: RegExp) =>
    t.throws(() => checkScenario({ ...scenario, ...changes }, `${scenario.name}.ts`), {
      code: 'SCENARIO_INVALID',
      message,
    });
  t.equal(checkScenario(scenario, `${scenario.name}.js`), scenario);
  refused({ name: 'another' }, /bears the name of its file/);
  refused({ injections: [ugrep, ugrep] }, /two injections of one name/);
  refused({ injections: [{ ...ugrep, name: 'a b' }] }, /letters, digits and dashes/);
  refused({ bystanders: [{ ...ugrep, name: 'other' }] }, /a bystander without a size of its own/);
  refused({ phases: { ...scenario.phases, holdMs: 0 } }, /gives holdMs no time/);
  refused({ repair: undefined }, /expects a repair to help, and repairs nothing/);
  refused({ repair: { set: {}, stayMs: 1_000 } }, /longer than the injections stay/);
  refused(
    { injections: [{ ...ugrep, memory: 'page-cache' }], expect: { outcomes: ['contained'], killed: 'injections' } },
    /page cache/,
  );
  const real = await bundleOf(scenario);
  t.throws(() => planDrill({ ...scenario, phases: { ...scenario.phases, holdMs: 20_000 } }, real, options), {
    code: 'HOLD_TOO_SHORT',
    message: /hold of 20\.0 s .* 20\.0 s/,
  });
});

t.test('optional sidecars that a machine has not got are left out', async (t) => {
  const strip = async (name: string, has: 'all' | 'of the bundle' | 'none' = 'none') => {
    const [scenario] = await findScenarios([name]);
    if (!scenario) throw new Error('there is no such scenario');
    return withoutOptionalSidecars(scenario, await bundleOf(scenario), has);
  };
  t.match((await strip('2026-07-02-fixed', 'all')).bundle.manifest.sidecars, { length: 2 });
  const ofOwn = await strip('2026-07-02-fixed', 'of the bundle');
  t.match(ofOwn.bundle.manifest.sidecars, [{ unit: 't3-serve@bob.service' }]);
  t.equal(ofOwn.bundle.manifest.sidecars?.length, 1, 'earlyoom is a package of our own guests');
  t.ok('sidecarGapMs' in ofOwn.scenario.expect, 'and the other one is asked');
  const repaired = await strip('2026-07-02-fixed');
  t.same(repaired.bundle.manifest.sidecars, []);
  t.notOk('sidecarGapMs' in repaired.scenario.expect, 'none is asked');
  t.equal(repaired.scenario.expect.longestGapMs, 2_000, 'what else is claimed stays');
  const heartbeat = await strip('vm0-27110-side-heartbeat');
  t.match(heartbeat.bundle.manifest.sidecars, [{ unit: 'heartbeat.socket' }]);
  t.equal(heartbeat.scenario.expect.sidecarGapMs, 5_000);
});

t.test('watchdog models by name', async (t) => {
  t.match(watchdogNamed('ping-15s'), { kind: 'ping', missed: 3 });
  t.throws(() => watchdogNamed('patient'), { code: 'WATCHDOG_UNKNOWN', hint: /heartbeat-20s/ });
});

t.test('a bundle names its probe, out of those that are there', async (t) => {
  const [scenario] = await findScenarios(['2026-07-02-fixed']);
  if (!scenario) throw new Error('the catalogue has lost its scenario');
  const real = await bundleOf(scenario);
  const serving = { ...real.manifest.serving, probe: 'line' };
  const bundle = { ...real, manifest: { ...real.manifest, serving } };
  t.equal(planDrill(scenario, real, options).probe.name, 'http');
  t.throws(() => planDrill(scenario, bundle, options), {
    code: 'PROBE_UNKNOWN',
    hint: /^There are: http, https, .*exec\.$/,
  });
  const line = { name: 'line', ask: async () => ({ ok: true }) };
  t.equal(planDrill(scenario, bundle, { ...options, probes: [line] }).probe, line);
});

t.test('a load is sent by HTTP and HTTPS alone', async (t) => {
  const [scenario] = await findScenarios(['2026-07-02-fixed']);
  if (!scenario) throw new Error('the catalogue has lost its scenario');
  const real = await bundleOf(scenario);
  const asked = (probe: Bundle['manifest']['serving']['probe']) => {
    const bundle = { ...real, manifest: { ...real.manifest, serving: { ...real.manifest.serving, probe } } };
    return (more = {}) => planDrill(scenario, bundle, { ...options, load: { from: 5, to: 5, rampMs: 0 }, ...more });
  };
  t.equal(planDrill(scenario, real, options).loadRequest, undefined, 'none is asked for');
  t.match(asked(undefined)().loadRequest, { spec: { kind: 'http' } });
  t.match(asked('http')().loadRequest, { spec: { kind: 'http' } });
  t.match(asked({ kind: 'https', serverName: 'a' })().loadRequest, {
    spec: { kind: 'https' },
    tls: { servername: 'a' },
  });
  const line = { name: 'line', ask: async () => ({ ok: true }) };
  for (const probe of [{ kind: 'redis' }, 'redis', 'line', { kind: 'exec', command: ['x'] }] as const)
    t.throws(() => asked(probe as never)({ probes: [line] }), {
      code: 'LOAD_PROBE',
      kind: 'usage',
      message: /a load is sent by HTTP or HTTPS only, and this server is asked by the probe "(?:redis|line|exec)"\.$/,
    });
});
