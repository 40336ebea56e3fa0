import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { findScenarios } from '../harness/campaign/catalogue.js';
import { runSuite } from '../harness/campaign/suite.js';
import { assets } from '../harness/core/assets.js';
import { readLedger } from '../harness/machine/ledger-pages.js';
import { DOMAIN_PREFIX, NETWORK } from '../harness/machine/vagrant/leftovers.js';
import { POOL, runVirsh, waitForIdleLibvirt } from '../harness/machine/vagrant/libvirt.js';
import type { BenchContext } from './context.js';
import { THREE } from './drills.js';
import { atLeast, atMost, type Figure, middle } from './figure.js';

/**
 * Drills the three scenarios several times on one Vagrant machine, then interrupts one run and kills another, and
 * counts what they left behind.
 */
export async function measureVagrant(context: BenchContext, repeats: number): Promise<Figure[]> {
  const { progress } = context;
  const scenarios = await findScenarios(THREE);
  const runs = await runSuite(await context.drillContext('vagrant'), { scenarios, guests: ['trixie'], repeats });
  // The embedded machine has the expected outcomes; the part `drills` checks that.
  const equal = runs.filter(({ verdict }) => verdict === 'pass').length;
  const further = runs.slice(1);
  const overheads = further.map(({ timings }) => (timings?.overheadMs ?? Number.POSITIVE_INFINITY) / 1000);
  const all = repeats * THREE.length;
  return [
    atMost(
      'overhead of a further drill on a Vagrant machine',
      middle(overheads),
      20,
      's',
      `median of ${overheads.length}`,
    ),
    atLeast("outcomes equal to the embedded machine's", equal, all, `of ${all}`),
    atMost('left behind after success', await countLeftovers(progress), 0, 'things'),
    atMost('left behind after Ctrl-C in `vagrant up`', await stopRun('SIGINT', /vagrant up/, context), 0, 'things'),
    atMost('left behind after kill -9 and reap', await stopRun('SIGKILL', /injection/, context), 0, 'things'),
  ];
}

/** Sends a signal to a run 20 s after a line of its progress, reaps after SIGKILL, and counts what is left. */
async function stopRun(name: 'SIGINT' | 'SIGKILL', line: RegExp, { progress, signal }: BenchContext): Promise<number> {
  const cli = assets.cli;
  const run = execa('node', [cli, 'run', '2026-07-02-fixed', '--machine', 'vagrant'], {
    reject: false,
    stdin: 'ignore',
    cancelSignal: signal,
  });
  createInterface({ input: run.stderr }).on('line', (text) => {
    progress(text);
    if (line.test(text)) setTimeout(() => run.kill(name), 20_000);
  });
  await run;
  if (name === 'SIGKILL') progress((await execa('node', [cli, 'reap'])).stdout);
  return countLeftovers(progress);
}

/** Counts our domains, volumes, networks and files. Kernel and initrd of the registered box belong to the box. */
async function countLeftovers(progress: (line: string) => void): Promise<number> {
  // libvirt may still carry out a request of the killed client.
  await waitForIdleLibvirt();
  const names = async (...args: string[]) =>
    (await runVirsh(...args)).split('\n').map((row) => row.trim().split(/\s+/)[0] ?? '');
  const domains = (await names('list', '--all', '--name')).filter((name) => name.startsWith(DOMAIN_PREFIX));
  const volumes = (await names('vol-list', POOL)).filter((name) => name.startsWith('oomdrill-'));
  const networks = (await names('net-list', '--all', '--name')).filter((name) => name === NETWORK);
  const owned = (await readLedger()).pages.flatMap(({ resources }) => resources);
  const all = [...domains, ...volumes, ...networks, ...owned.map((resource) => JSON.stringify(resource))];
  for (const thing of all) progress(`left behind: ${thing}`);
  return all.length;
}
