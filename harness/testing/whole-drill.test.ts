import assert from 'node:assert/strict';
import { chmodSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import { between, beyondMax, total } from '../inject/memory-hog/target.js';
import { readLedger } from '../machine/ledger-pages.js';
import { windowMs } from '../record/watchdog.js';
import { prepareDrill } from '../report/html/drill.js';
import { renderPage } from '../report/html/page.js';
import { renderJunit } from '../report/junit.js';
import { renderMarkdown } from '../report/markdown.js';
import { renderOpenMetrics } from '../report/openmetrics.js';
import { renderTap } from '../report/tap.js';
import { renderRuns } from '../report/terminal.js';
import { entriesOfType } from '../study/entries.js';
import { studyPhases } from '../study/phases.js';
import { summarize, summarizeRecord } from '../verdict/summarize.js';
import { COMMANDS, type FakeCommand, SERVER_PID } from './fake-commands.js';
import { drillFake, fakeDrillDir } from './fake-drill.js';
import { IMPATIENT, serviceBundle, serviceScenario, THROTTLED, UNTHROTTLED } from './fake-service.js';

// The flow of a drill, from its plan to its reports, on a fake machine. These tests prove that the parts of the harness
// work together; only drills on real guests prove that limits hold. A drill that runs a new command in its guest needs
// a line in fake-commands.ts.

const PAGE = { script: 'console.log("drawn")', style: 'body{}' };

const dir = fakeDrillDir(t.testdir({ root: { srv: { 'cache.tar': '' } } }));
// Drills wait most of the time.
t.jobs = 6;
t.teardown(async () => assert.deepEqual(await readLedger(), { pages: [], unreadable: [] }, 'nothing is left behind'));

t.test('a steady hog below the limit is contained', { buffered: true }, async (t) => {
  const scenario = serviceScenario('rests-below-max', total('2G'), {
    outcomes: ['contained'],
    killed: 'none',
    sameServer: true,
  });
  const drilled = await drillFake({ dir, scenario, limits: UNTHROTTLED });
  t.equal(drilled.error, undefined);
  const { record } = drilled;
  const run = summarizeRecord(record, drilled.path);
  t.match(run, {
    outcome: 'contained',
    verdict: 'pass',
    spoiledByHost: false,
    evidence: { injectionState: 'holding' },
  });
  t.equal(run.evidence?.plateauBytes, 2 * 1024 ** 3);
  t.equal(record.truncated, false);
  const phases = record.entries.flatMap((entry) => (entry.type === 'phase' ? entry.name : []));
  t.same(phases, ['settle', 'baseline', 'injection', 'hold', 'release', 'recovery']);
  t.match(readFileSync(join(drilled.outDir, 'console.log'), 'utf8'), /fake guest/, "the machine's console log is kept");
});

t.test('the first session is part of the settling, and of no baseline', { buffered: true }, async (t) => {
  const bundle = serviceBundle(UNTHROTTLED, { sessionPath: '/session' });
  const scenario = serviceScenario('has-a-session', total('2G'), { outcomes: ['contained'], killed: 'none' });
  for (const snapshots of [undefined, { settled: 'now', grown: 'never' }] as const) {
    const name = `${scenario.name}-${snapshots ? 'settled' : 'cold'}`;
    const drilled = await drillFake({ dir, scenario: { ...scenario, name }, bundle, limits: UNTHROTTLED, snapshots });
    t.equal(drilled.error, undefined, name);
    const { entries } = drilled.record;
    const baselineT = entriesOfType(entries, 'phase').find((phase) => phase.name === 'baseline')?.t ?? 0;
    const sessionT = entriesOfType(entries, 'session').find(({ event }) => event === 'answered')?.t;
    t.ok(sessionT !== undefined && sessionT < baselineT, `${name}: ${sessionT} is before ${baselineT}`);
  }
});

t.test('a load is sent in addition to the questions, until the release', { buffered: true }, async (t) => {
  const scenario = serviceScenario('rests-under-load', total('2G'), { outcomes: ['contained'], killed: 'none' });
  const load = { from: 10, to: 10, rampMs: 0 };
  const drilled = await drillFake({ dir, scenario, limits: UNTHROTTLED, load });
  const { record } = drilled;
  t.equal(drilled.error, undefined);
  t.same(record.header.load, load);
  const { settle, hold, release } = studyPhases(record.entries);
  const reports = entriesOfType(record.entries, 'load');
  t.ok(reports.length > 0);
  t.ok(reports.every(({ t: at }) => at >= (settle?.from ?? 0) && at <= (release?.from ?? 0) + 5_000));
  t.ok(reports.some(({ t: at }) => at >= (hold?.from ?? 0) && at < (release?.from ?? 0)));
  t.ok(reports.some(({ answered }) => answered > 0));
  const run = summarizeRecord(record, drilled.path);
  t.match(run, { outcome: 'contained', evidence: { load: { from: 10, to: 10, baseline: {}, hold: {} } } });
  t.match(renderRuns([run], { color: false, columns: 200 }), /load of 10 requests a second, in the hold: /);
  const plain = await drillFake({ dir, scenario: { ...scenario, name: 'rests-without' }, limits: UNTHROTTLED });
  t.notOk('load' in plain.record.header);
  t.notOk(entriesOfType(plain.record.entries, 'load').length);
  t.equal(summarizeRecord(plain.record, plain.path).evidence?.load, null);
});

t.test('a drill from a snapshot comes out as one from nothing, wherever its hog was', { buffered: true }, async (t) => {
  const scenario = serviceScenario('begins-asleep', beyondMax, { outcomes: ['contained'], killed: 'injections' });
  for (const [grown, where] of [
    ['now', 'the server has settled, and hog sleeps at 2.7G'],
    ['never', 'the server has settled'],
  ] as const) {
    const snapshots = { settled: 'now', grown } as const;
    const name = `${scenario.name}-${grown}`;
    const drilled = await drillFake({ dir, scenario: { ...scenario, name }, limits: UNTHROTTLED, snapshots });
    t.equal(drilled.error, undefined);
    const { record } = drilled;
    t.match(summarizeRecord(record, drilled.path), {
      outcome: 'contained',
      verdict: 'pass',
      evidence: { oomKills: 1 },
    });
    const notes = entriesOfType(record.entries, 'note').map(({ message }) => message);
    t.ok(
      notes.some((note) => note.endsWith(`, in which ${where}`)),
      notes.join(),
    );
    const { baseline } = studyPhases(record.entries);
    const seen = entriesOfType(record.entries, 'sample').filter(
      ({ t: at }) => at > (baseline?.from ?? 0) && at < (baseline?.to ?? 0),
    );
    const states = new Set(seen.map(({ progress }) => progress.hog?.state));
    t.same([...states], [grown === 'now' ? 'asleep' : undefined]);
    const bystanders = entriesOfType(record.entries, 'bystander').map((entry) => entry.name);
    t.notOk(
      bystanders.some((each) => each.includes('hog')),
      'it is none of those that must live',
    );
  }
});

t.test('a runaway is killed at the limit, and the kernel log shows it', { buffered: true }, async (t) => {
  const scenario = serviceScenario('runs-past-max', beyondMax, { outcomes: ['contained'], killed: 'injections' });
  const { record, path } = await drillFake({ dir, scenario, limits: UNTHROTTLED });
  const run = summarizeRecord(record, path);
  t.match(run, { outcome: 'contained', verdict: 'pass', evidence: { oomKills: 1, injectionState: 'killed' } });
  const kills = record.entries.flatMap((entry) => (entry.type === 'kill' ? entry : []));
  t.match(kills, [{ comm: 'hog', constraint: 'CONSTRAINT_MEMCG', memcg: '/system.slice/web.service' }]);
});

t.test('a throttled server is livelocked in every report', { buffered: true }, async (t) => {
  const scenario = serviceScenario('stalls-above-high', between(0.5), { outcomes: ['contained'] });
  const drilled = await drillFake({ dir, scenario, limits: THROTTLED });
  const { record } = drilled;
  const run = summarizeRecord(record, drilled.path);
  t.match(run, { outcome: 'livelocked', verdict: 'fail', evidence: { oomKills: 0 } });
  t.ok((run.evidence?.longestGapMs ?? 0) > windowMs(IMPATIENT));
  t.ok((run.evidence?.recoveryMs ?? 0) > 0, 'it answers again after the hog is killed');
  const asked = record.entries.flatMap((entry) => (entry.type === 'canary' ? entry : []));
  const window = windowMs(IMPATIENT);
  const gaps = asked.slice(1).map(({ t }, index) => t - (asked[index]?.t ?? 0));
  t.ok(Math.max(...gaps) < window, 'the canary is asked as well, and answers all the while');
  t.notOk(asked.some(({ ok }) => !ok));

  const summary = summarize([run], record.header.host);
  t.equal(summary.exitCode, 1);
  t.match(renderRuns([run], { color: false, columns: 200 }), /stalls-above-high.*livelocked/);
  t.match(renderJunit(summary), /<failure type="livelocked"/);
  t.match(renderTap(summary), /^not ok 1 - stalls-above-high/m);
  t.match(renderMarkdown(summary), /\*\*fail\*\* \| stalls-above-high/);
  t.match(
    await renderOpenMetrics(summary),
    /^oomdrill_outcome\{scenario="stalls-above-high".*outcome="livelocked"\} 1$/m,
  );
  const drills = [prepareDrill(record, drilled.path)];
  t.match(renderPage({ drills, unread: [], maps: [], version: '0' }, PAGE), /stalls-above-high[\s\S]*livelocked/);
});

t.test('a bound on the way in has logins tried, with all else', { buffered: true }, async (t) => {
  const ssh = join(t.testdir({ ssh: '#!/bin/sh\necho "oomdrill sshd 1000"\necho "oomdrill done"\n' }), 'ssh');
  chmodSync(ssh, 0o755);
  const { PATH } = process.env;
  process.env.PATH = `${dirname(ssh)}:${PATH}`;
  t.teardown(() => {
    process.env.PATH = PATH;
  });
  const scenario = serviceScenario('can-be-entered', total('2G'), {
    outcomes: ['contained'],
    longestLoginGapMs: 20_000,
  });
  const { record, path, error } = await drillFake({ dir, scenario, limits: UNTHROTTLED });
  t.equal(error, undefined);
  t.same(record.header.wayIn, { intervalMs: 5_000, timeoutMs: windowMs(IMPATIENT) });
  const run = summarizeRecord(record, path);
  t.match(run, { verdict: 'pass', evidence: { logins: { tried: Number } } });
  const { longestLoginGapMs = null } = run.evidence ?? {};
  t.ok(longestLoginGapMs !== null && longestLoginGapMs >= 4_000 && longestLoginGapMs <= 20_000);
  t.match(renderRuns([run], { color: false, columns: 200 }), /longest time without a login \d/);
});

t.test('the death of a machine is in the record', { buffered: true }, async (t) => {
  const scenario = serviceScenario('dies-in-the-hold', total('2G'), { outcomes: ['contained'] });
  const drilled = await drillFake({
    dir,
    scenario,
    limits: UNTHROTTLED,
    onEntry: (entry, machine) => entry.type === 'phase' && entry.name === 'hold' && machine?.die(),
  });
  t.match(drilled.error, { code: 'GUEST_PANIC' });
  const { record } = drilled;
  const run = summarizeRecord(record, drilled.path);
  t.match(record.entries.at(-1), { type: 'end', error: { code: 'GUEST_PANIC' } });
  t.match(run, { outcome: null, verdict: 'error', error: { code: 'GUEST_PANIC' } });
  t.equal(summarize([run], record.header.host).exitCode, 2);
});

t.test('limits that are not in effect end the drill', { buffered: true }, async (t) => {
  const scenario = serviceScenario('is-not-in-effect', total('1G'), { outcomes: ['contained'] });
  const kept: unknown[] = [];
  const keep = async (_machine: unknown, thrown: unknown) => {
    kept.push(thrown);
  };
  const drilled = await drillFake({ dir, scenario, limits: THROTTLED, inEffect: UNTHROTTLED, keep });
  t.match(drilled.error, { code: 'NOT_IN_EFFECT', message: /memory\.high is max, not 2G/ });
  t.same(kept, [drilled.error], 'the error is given while the machine is there');
});

/** A server of 3G in a container of Docker's, and a guest that has Docker. */
const inContainer = (restarts: () => number) => {
  const { name, files, manifest } = serviceBundle(UNTHROTTLED);
  const container = { name: 'cache', image: { archive: 'srv/cache.tar' }, memory: '3G', memorySwap: '3G' };
  const serving = { container, port: manifest.serving.port, path: '/' };
  const commands: readonly FakeCommand[] = [
    [/^sh -c .*docker load/s, () => ''],
    [/^sh -c .*docker create/s, () => `${SERVER_PID}\n`],
    [/^true$/, () => ''],
    [
      /^docker inspect --type=container/,
      () =>
        `MainPID=${SERVER_PID + restarts()}\nNRestarts=${restarts()}\nActiveState=active\nSubState=running\nResult=success\nHealth=healthy\n`,
    ],
    ...COMMANDS,
  ];
  const root = { dir: join(dir, 'root'), paths: ['srv/cache.tar'] };
  const bundle = { name, manifest: { ...manifest, serving }, files: files.slice(1), root };
  return { limits: UNTHROTTLED, bundle, commands, unitInGuest: 'docker-0a1b.scope' };
};

t.test(
  'a server in a container is where Docker put it, and Docker says how it stands',
  { buffered: true },
  async (t) => {
    const scenario = serviceScenario('runs-away-in-container', beyondMax, {
      outcomes: ['contained'],
      sameServer: true,
    });
    const { error, record } = await drillFake({ dir, scenario, ...inContainer(() => 0) });
    t.equal(error, undefined);
    t.match(summarizeRecord(record, ''), { outcome: 'contained', verdict: 'pass' });
    const cgroup = '/system.slice/docker-0a1b.scope';
    t.match(entriesOfType(record.entries, 'effect'), [{ unit: 'docker-0a1b.scope', cgroup }]);
    t.match(entriesOfType(record.entries, 'injection'), [{ cgroup }]);
    t.match(entriesOfType(record.entries, 'unit')[0], { unit: 'cache', supervisor: 'Docker', health: 'healthy' });
  },
);

t.test('a container that Docker started again is another server', { buffered: true }, async (t) => {
  const scenario = serviceScenario('is-started-again', beyondMax, { outcomes: ['unit-stopped'] });
  let looks = 0;
  const { record } = await drillFake({ dir, scenario, ...inContainer(() => (looks++ < 2 ? 0 : 1)) });
  t.match(summarizeRecord(record, '').reasons[0], /^Docker restarted cache \(NRestarts 0 -> 1\)\.$/);
});

t.test('a journal without a line proves nothing, and ends the drill', { buffered: true }, async (t) => {
  const { error } = await drillFake({
    dir,
    scenario: serviceScenario('has-no-journal', beyondMax, { outcomes: ['contained'] }),
    limits: UNTHROTTLED,
    commands: [[/^journalctl --boot/, () => ''], ...COMMANDS],
  });
  t.match(error, {
    code: 'JOURNAL',
    message: /could not be read whole since the injection \(status 0\): no words, and no line\.$/,
  });
});

t.test('a unit that does not run ends the drill with its state and its last words', { buffered: true }, async (t) => {
  const ended = (code: string, status: string): readonly FakeCommand[] => [
    [/^systemctl show \S+ --property=MemoryHigh/, () => 'MemoryHigh=infinity\nMemoryMax=3221225472\nControlGroup=\n'],
    [/grep "" memory\.high/, () => ''],
    [
      /^systemctl show \S+ --property=ActiveState/,
      () =>
        `ActiveState=activating\nSubState=auto-restart\nResult=exit-code\nExecMainCode=${code}\nExecMainStatus=${status}\nNRestarts=3\n`,
    ],
    [/^systemd-analyze exit-status 200$/, () => 'NAME  STATUS CLASS  \nCHDIR    200 systemd\n'],
    [/^journalctl --no-pager --output=cat/, () => 'Changing to the requested working directory failed\nFailed.\n'],
    ...COMMANDS,
  ];
  const drillEnded = (name: string, code: string, status: string) =>
    drillFake({
      dir,
      scenario: serviceScenario(name, total('1G'), { outcomes: ['contained'] }),
      limits: UNTHROTTLED,
      commands: ended(code, status),
    });
  const drilled = await drillEnded('does-not-run', '1', '200');
  const error = {
    code: 'SERVER_START',
    message:
      'web.service does not run: it is activating (auto-restart), Result=exit-code, exit status 200/CHDIR, 3 restarts. Its journal ends with: Changing to the requested working directory failed | Failed.',
    hint: /^Look at WorkingDirectory= of the unit: .* --keep-machine lets you look\.$/,
  };
  t.match(drilled.error, error);
  t.match(drilled.record.entries.at(-1), { type: 'end', error });
  t.match((await drillEnded('was-killed', '2', '11')).error, {
    message: /, killed by SIGSEGV, 3 restarts\. /,
    hint: /^Look at the journal in this message: /,
  });
});

t.test('a command that the fake guest does not know is an error of the drill', { buffered: true }, async (t) => {
  const scenario = serviceScenario('needs-what-is-new', total('1G'), { outcomes: ['contained'] });
  const drilled = await drillFake({ dir, scenario: { ...scenario, requires: ['mglru'] }, limits: UNTHROTTLED });
  t.match(drilled.error, { code: 'BUG', message: /the fake guest does not know the command: .*lru_gen/ });
});

t.test(
  'a process that a server starts for a question and ends with the answer is missed by no one',
  { buffered: true },
  async (t) => {
    const [ofServer, child] = ['430 node agent', '731 '];
    const commands: readonly FakeCommand[] = [
      [/cgroup\.procs/, () => `412 node server\n${ofServer}\n${child}\n`],
      [
        /\[ -d "\/proc\/\$pid" \]/,
        (_guest, command) =>
          command
            .slice(4)
            .filter((pid) => pid !== '731')
            .join('\n'),
      ],
      ...COMMANDS,
    ];
    const scenario = serviceScenario('a-process-a-question', beyondMax, {
      outcomes: ['contained'],
      killed: 'injections',
    });
    const { record, path } = await drillFake({ dir, scenario, limits: UNTHROTTLED, commands });
    t.same(
      entriesOfType(record.entries, 'bystander').map(({ pid, when }) => [pid, when]),
      [
        [430, 'before'],
        [430, 'after'],
      ],
    );
    t.match(summarizeRecord(record, path), { outcome: 'contained', verdict: 'pass' });
  },
);
