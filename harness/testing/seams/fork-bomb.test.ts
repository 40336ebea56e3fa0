import t from 'tap';
import { renderCataloguePage } from '../../campaign/catalogue-page.js';
import { estimateMs } from '../../campaign/shard.js';
import { checkScenario } from '../../drill/declaration.js';
import { fitTo } from '../../drill/fit.js';
import { planDrill } from '../../drill/plan.js';
import type { Scenario } from '../../drill/scenario.js';
import { DEFAULT_PHASES } from '../../drill/scenario.js';
import { watchdogNamed } from '../../drill/watchdogs.js';
import { INJECTION_KINDS } from '../../inject/kinds.js';
import { FORK_BOMB, forkBomb } from '../../inject/strain/fork-bomb.js';
import type { GuestShell } from '../../machine/machine.js';
import { parseRecord } from '../../record/reader.js';
import { parseSample } from '../../record/sample.js';
import type { InjectionProgress } from '../../record/schema.js';
import { collectDrillData, prepareDrill } from '../../report/html/drill.js';
import { renderPage } from '../../report/html/page.js';
import { describeEvidence } from '../../report/words.js';
import { study } from '../../study/study.js';
import { summarizeRecord } from '../../verdict/summarize.js';
import { judge } from '../../verdict/verdict.js';
import { serviceBundle } from '../fake-service.js';
import { compose, HOG_PID, recordText, type Story, shortOfMemoryBetween, TIMES } from '../record.js';

// A kind of injection that uses no memory, defined in one file. It must work everywhere a memory hog does.

const bomb = forkBomb({ name: 'bomb', comm: 'sh', processes: 500 });
const bundle = serviceBundle({ high: 'infinity', max: '3G' });
const scenario: Scenario = {
  name: 'a-bomb',
  hypothesis: 'A server answers while many processes run.',
  control: false,
  bundle: { name: bundle.name, load: async () => bundle },
  requires: ['cgroup-v2'],
  suite: 'full',
  injections: [bomb],
  phases: DEFAULT_PHASES,
  expect: { outcomes: ['contained'], killed: 'none' },
};
const plan = () =>
  planDrill(scenario, bundle, {
    scale: '1',
    room: { machineBytes: 4 * 1024 ** 3 },
    watchdog: watchdogNamed('heartbeat-20s'),
  });

t.test('it is declared, and checked by its kind', async (t) => {
  t.equal(checkScenario(scenario, 'a-bomb.ts'), scenario);
  const refused = (changes: Partial<Scenario>, message: RegExp) =>
    t.throws(() => checkScenario({ ...scenario, ...changes }, 'a-bomb.ts'), { code: 'SCENARIO_INVALID', message });
  refused({ expect: { ...scenario.expect, killed: 'injections' } }, /expects a fork bomb to be killed, which takes no/);
  refused({ bystanders: [forkBomb({ ...bomb, name: 'other' })] }, /a fork bomb as a bystander/);
});

t.test('it is in the catalogue, in shards, and fits other bundles', async (t) => {
  const page = await renderCataloguePage([scenario], INJECTION_KINDS);
  t.match(page, '- `fork-bomb`: Processes that sleep, as many as');
  t.match(page, '- Injection: `sh` forks to at most 500 processes; it holds for 25 s.');
  t.equal(estimateMs(scenario), 15_000 + 5_000 + 5_000 + 25_000, 'its own ramp');
  const open = serviceBundle({ high: 'infinity', max: 'infinity' });
  t.match(fitTo(open, scenario, bundle), { scenario: { injections: [bomb] } }, 'MemoryMax is not needed');
  const placed = { ...scenario, injections: [forkBomb({ ...bomb, place: { kind: 'container' } })] } as const;
  t.match(fitTo(open, placed, bundle), { unfit: /docker\.slice/ }, 'a place has a limit for any kind of injection');
});

t.test('it is planned, started, sampled and waited for', async (t) => {
  const [planned] = plan().injections;
  if (!planned) throw new Error('it is planned');
  t.same(planned.plan.recorded, { describes: 'to at most 500 processes' });
  const commands: string[] = [];
  const shell: GuestShell = {
    async exec(command) {
      commands.push(command.join(' '));
      return { exitCode: 0, stdout: '', stderr: '' };
    },
  };
  const spot = { cgroup: '/web', limitingCgroup: '/web' };
  const running = await planned.plan.start(shell, spot, new AbortController().signal);
  await running.release();
  t.match(commands, [
    /strain forks --cgroup \/sys\/fs\/cgroup\/web --state \S+bomb\.state --count 500/,
    /kill --signal=KILL oomdrill-strain-bomb\.service$/,
  ]);

  const line = (state: object) =>
    JSON.stringify({ n: 1, mono: 1, wall: 1, cpu: 0, files: { 'hog/bomb': JSON.stringify(state) } });
  const ramping = { state: 'ramping', value: 20, unit: 'processes', target: 500, pid: 7 };
  const readers = { bomb: planned.plan.readProgress };
  t.match(parseSample(line(ramping), { serverPid: 1, readers }), { progress: { bomb: ramping } });
  t.same(parseSample(line({}), { serverPid: 1, readers })?.progress, {}, 'an invalid state is ignored');

  const settled = planned.plan.watchRamp(0, 1);
  const at = (t: number, value: number, state: InjectionProgress['state'] = 'ramping') =>
    settled({ t, progress: { state, value, unit: 'processes' }, currentBytes: 0 });
  t.notOk(settled({ t: 0, progress: undefined, currentBytes: 0 }), 'it has not started');
  t.notOk(at(18_000, 100), 'it grows');
  t.ok(at(26_000, 101), 'it is stuck');
  t.ok(at(26_100, 500, 'holding'));
  const slow = planned.plan.watchRamp(0, 2);
  const slowly = (t: number, value: number) =>
    slow({ t, progress: { state: 'ramping', value, unit: 'processes' }, currentBytes: 0 });
  t.notOk(slowly(26_000, 0), 'a guest of half the speed has twice the time');
  t.ok(slowly(36_000, 0));
  t.ok(at(26_200, 500, 'killed'));
});

const progress = (state: InjectionProgress['state'], value = 500): InjectionProgress => ({
  state,
  value,
  unit: 'processes',
  target: 500,
  pid: HOG_PID,
});
const story: Partial<Story> = {
  injection: {
    kind: FORK_BOMB.name,
    words: FORK_BOMB.words,
    comm: 'sh',
    targetBytes: undefined,
    describes: 'to at most 500 processes',
  },
  progress: (at) =>
    at < TIMES.injection ? null : progress(at < TIMES.hold ? 'ramping' : at < TIMES.release ? 'holding' : 'killed'),
};

t.test('its record is studied and judged with its own words and units', async (t) => {
  const record = compose(story);
  t.same(parseRecord(recordText(record), 'a record').entries, JSON.parse(JSON.stringify(record.entries)));
  t.match(study(record).parties.injections, [
    { target: { value: 500, unit: 'processes' }, reachedTarget: true, isAlive: true, killed: false },
  ]);
  t.match(judge(record), { outcome: 'contained', verdict: 'pass' });
  const reasons = (changes: Partial<Story>) => judge(compose({ ...story, ...changes })).reasons.join(' ');
  t.match(reasons({}), /Nothing was killed while the bomb held, with memory\.current at/);
  t.match(reasons({ progress: () => progress('starting', 0) }), /The bomb hog was never seen to fork/);
  t.match(
    reasons({ progress: () => progress('ramping', 80) }),
    /The bomb never reached its target of 500 processes: it was ramping with 80 processes/,
  );
  t.match(
    reasons({ progress: (at) => progress(at < 20_000 ? 'holding' : 'exited') }),
    /The bomb did not stay: its state was "exited"/,
  );
  t.match(judge(compose({ ...story, ...shortOfMemoryBetween(10_000, 50_000) })), {
    outcome: 'livelocked',
    reasons: [/./, /./, /./, /The server and the bomb were both alive/],
  });
  const kill = { type: 'kill', t: 20_000, pid: HOG_PID, comm: 'sh', constraint: 'CONSTRAINT_MEMCG' } as const;
  t.match(study(compose({ ...story, more: [kill] })).parties, { injectionKilled: true, otherVictims: [] });
});

t.test('it is reported with its own words', async (t) => {
  const record = compose(story);
  const run = summarizeRecord(record, 'record.jsonl');
  if (!run.evidence) throw new Error('there is evidence');
  t.match(describeEvidence(run.evidence), [
    /during the hold$/,
    /^time to an answer/,
    /memory\.events/,
    /^killed: nothing/,
    /^bomb holding, plateau /,
  ]);
  const drills = [prepareDrill(record, 'record.jsonl')];
  const page = renderPage({ drills, maps: [], unread: [], version: '0' }, { script: '', style: '' });
  t.match(page, 'sh forks to at most 500 processes, in ');
  t.match(page, /the server kept answering next to the fork bomb/i);
  t.notMatch(page, /\bhogs?\b/i, 'a hog is not mentioned');
  t.match(collectDrillData(record).progress, [{ name: 'hog', unit: 'processes', target: 500 }]);
  t.same(collectDrillData(compose()).progress, [], "a hog's bytes are in the cgroup's chart");
});
