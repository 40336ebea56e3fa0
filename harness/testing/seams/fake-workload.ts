import { nameOfServing } from '../../bundle/manifest.js';
import { resolveServingUnit } from '../../bundle/serving.js';
import type { WorkloadKind } from '../../workload/workload.js';
import { type FakeCommand, SERVER_PID } from '../fake-commands.js';

/** A kind of workload as a contributor would add one: a service that another tool starts and checks. */
export const fakeWorkload: WorkloadKind = {
  name: 'fake-service',
  serves: ({ manifest }) => nameOfServing(manifest).startsWith('fake-'),
  workload: (bundle, standIn) => ({
    name: nameOfServing(bundle.manifest),
    serving: resolveServingUnit(bundle),
    standIn,
    files: bundle.files,
    links: new Map(),
    account: undefined,
    start: ['fake-tool', 'start', nameOfServing(bundle.manifest)],
    verify: ['fake-tool', 'check', nameOfServing(bundle.manifest)],
  }),
};

/** The answers of a guest with that tool. */
export const FAKE_TOOL: readonly FakeCommand[] = [
  [/^fake-tool start fake-web\.service$/, () => `${SERVER_PID}\n`],
  [/^fake-tool check fake-web\.service$/, () => ''],
];
