import { readFileSync } from 'node:fs';
import * as apps from 'kubernetes-models/apps/v1';
import * as batch from 'kubernetes-models/batch/v1';
import * as core from 'kubernetes-models/v1';
import t from 'tap';
import { parse } from 'yaml';
import { readCompose } from './compose.js';
import type { Container, Stated } from './container.js';
import { readObjects } from './kubernetes.js';
import { readPod } from './pod.js';
import { parseQuantity } from './quantity.js';
import { readYamlFiles } from './yaml-files.js';

const read = (name: string) => readFileSync(new URL(`../../fixtures/containers/${name}`, import.meta.url), 'utf8');

/** The documents of a file, without its introduction. */
const split = (text: string): string[] => text.split(/^---\n/m).slice(1);

const finite = (stated: Stated | undefined): number =>
  stated?.bytes === undefined || stated.bytes === Number.POSITIVE_INFINITY ? 0 : stated.bytes;

/** What a service has by Compose's own reading, in bytes. */
interface AsRead {
  readonly mem_limit?: number;
  readonly memswap_limit?: number;
  readonly mem_reservation?: number;
  readonly shm_size?: number;
  readonly oom_score_adj?: number;
}

/** Docker gives as much swap as memory by default (moby, daemon/daemon_unix.go). */
const swapOf = ({ mem_limit = 0, memswap_limit = 0 }: AsRead): string =>
  memswap_limit > 0 && memswap_limit <= mem_limit ? 'none' : 'some';

const settingsOf = (container: Container) => ({
  limit: finite(container.max),
  reservation: finite(container.low),
  // Without an environment a variable is empty to Compose, and not known to us.
  swap: container.max?.bytes === undefined ? 'some' : container.swap.use,
  shm: finite(container.volumes.find(({ name }) => name === '/dev/shm')?.size),
  score: container.score?.value ?? 0,
});

t.test('Compose files are read as docker-compose reads them', async (t) => {
  const documents = split(read('compose.yaml'));
  const golden = JSON.parse(read('compose-as-read.json')) as readonly Readonly<Record<string, AsRead>>[];
  t.equal(documents.length, golden.length);
  t.ok(documents.length >= 200);
  for (const [index, text] of documents.entries()) {
    const file = { path: 'etc/docker/compose/a/compose.yaml', shown: 'compose.yaml', text };
    const [project] = readCompose(readYamlFiles([file]), [file]);
    t.same(
      Object.fromEntries(
        project?.containers.map((each) => [each.name.replace('service ', ''), settingsOf(each)]) ?? [],
      ),
      Object.fromEntries(
        Object.entries(golden[index] ?? {}).map(([name, each]) => [
          name,
          {
            limit: each.mem_limit ?? 0,
            reservation: each.mem_reservation ?? 0,
            swap: each.mem_limit ? swapOf(each) : 'some',
            shm: each.shm_size ?? 0,
            score: each.oom_score_adj ?? 0,
          },
        ]),
      ),
      text.split('\n')[0] ?? '',
    );
    t.same(
      // What Docker refuses, Compose reads.
      project?.faults.filter(({ kind }) => kind !== 'ignored' && kind !== 'refused'),
      [],
    );
  }
});

type Resources = { readonly limits?: { readonly memory?: unknown }; readonly requests?: { readonly memory?: unknown } };
interface Model {
  validate(): void;
  readonly metadata?: { readonly name?: string };
  readonly spec?: unknown;
}

const MODELS: Readonly<Record<string, new (data: never) => Model>> = {
  Pod: core.Pod,
  Deployment: apps.Deployment,
  StatefulSet: apps.StatefulSet,
  DaemonSet: apps.DaemonSet,
  Job: batch.Job,
  CronJob: batch.CronJob,
};

interface ModelContainer {
  readonly name: string;
  readonly resources?: Resources;
  readonly restartPolicy?: string;
}
interface PodSpec {
  readonly containers: readonly ModelContainer[];
  readonly initContainers?: readonly ModelContainer[];
  readonly volumes?: readonly object[];
}

/** The pod's spec of a validated object. */
function specOf({ spec }: Model): PodSpec {
  // biome-ignore lint/suspicious/noExplicitAny: the models have a type each
  const outer = spec as any;
  return outer.jobTemplate?.spec.template.spec ?? outer.template?.spec ?? outer;
}

t.test('pods are read as the published schemas have them', async (t) => {
  const documents = split(read('kubernetes.yaml'));
  t.ok(documents.length >= 200);
  for (const text of documents) {
    const data = parse(text, { merge: true }) as { kind: string };
    const Model = MODELS[data.kind];
    if (!Model) throw new Error(data.kind);
    const model = new Model(data as never);
    model.validate();
    const [object] = readObjects(readYamlFiles([{ path: 'a.yaml', shown: 'a.yaml', text }]));
    const pod = object && readPod(object);
    const what = text.split('\n')[0] ?? '';
    const amount = (value: unknown) => (value === undefined ? undefined : parseQuantity(String(value)));
    const { containers, initContainers = [], volumes } = specOf(model);
    const staying = initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
    const own = pod?.containers ?? [];
    t.same(
      own.map(({ container, request }) => [container.name.split(' ')[1], container.max?.bytes, request?.bytes]),
      [...containers, ...staying].map(({ name, resources }) => {
        const limit = amount(resources?.limits?.memory);
        return [name, limit, amount(resources?.requests?.memory) ?? limit];
      }),
      what,
    );
    t.ok(
      own.every(({ container: { max } }) => max === undefined || Number.isInteger(max.bytes)),
      what,
    );
    t.same(pod?.faults, [], what);
    const inMemory = volumes?.filter((each) => JSON.stringify(each).includes('"medium":"Memory"')) ?? [];
    t.equal(pod?.volumes.length, inMemory.length, what);
  }
});
