import { fileURLToPath } from 'node:url';
import { execaNode } from 'execa';
import { assets } from '../../core/assets.js';
import { sleep, withDeadline } from '../../core/deadline.js';
import { machineError, type OomdrillError } from '../../core/errors.js';
import { shorten } from '../../core/shorten.js';
import type { HelperProcesses } from '../helper-processes.js';
import type { Observer, ObserverContext } from '../observer.js';
import type { LoadCommand, LoadOptions, LoadReport } from './messages.js';

/*
 * Why the generator sends with the prober's own client and schedule, and not with a package for load tests. autocannon 9.0
 * sends all requests of a second at its beginning, and connects again and again without a pause where a server refuses:
 * 31,000 times a second, with a whole core, for 20 requests a second. loadtest 8.2 lets any number of requests wait, 200 after
 * 10 s of silence at that rate, which a server that goes on must work through first. Neither knows a rate that rises, or
 * checks a certificate against a given authority.
 */

/** A load that can be begun. */
export interface LoadGenerator extends Observer {
  /** Sends the first request, and goes on. */
  begin(): void;
  /** The injection begins: a rate that is to rise does. */
  rise(): void;
}

/** Node.js starts in a tenth of a second, on a host that is not busy. */
const READY_MS = 30_000;

/** It has nothing to wait for. */
const STOP_MS = 2_000;

/** In a clone under test, the sources. */
const PROGRAM = import.meta.url.endsWith('.ts')
  ? fileURLToPath(new URL('process.ts', import.meta.url))
  : assets.loadGenerator;

/**
 * Starts the generator, a process of its own that sends nothing until it is asked to, and ends with this one. It writes an entry
 * a second.
 *
 * @param helpers where its CPU time is to be counted
 * @throws OomdrillError `LOAD_START`; the reason of `signal` when that is aborted
 */
export async function startLoadGenerator(
  options: LoadOptions,
  { clock, write }: ObserverContext,
  helpers: Pick<HelperProcesses, 'add'>,
  signal: AbortSignal,
): Promise<LoadGenerator> {
  // Out of the terminal's foreground group: the harness ends it in its own order.
  const child = execaNode(PROGRAM, {
    ipc: true,
    buffer: { ipc: false },
    reject: false,
    stdin: 'ignore',
    stdout: 'ignore',
    detached: true,
    cleanup: true,
  });
  if (child.pid !== undefined) helpers.add(child.pid);
  let isStopping = false;
  let isOver = false;
  let isReady = () => {};
  let isBroken = (_cause: OomdrillError) => {};
  const ready = new Promise<void>((resolve, reject) => {
    isReady = resolve;
    isBroken = reject;
  });
  child.on('message', (message) => {
    const said = message as unknown as LoadReport;
    if (said.type === 'ready') isReady();
    else write({ ...said, type: 'load', t: clock.now() });
  });
  const ended = child.then(({ exitCode, signal: killedBy, stderr, shortMessage }) => {
    isOver = true;
    const how = killedBy ?? (exitCode === undefined ? String(shortMessage) : `status ${exitCode}`);
    isBroken(startError(`ended with ${how}${stderr ? `: ${shorten(stderr)}` : ''}`));
    if (!isStopping)
      write({ type: 'note', t: clock.now(), message: `the generator of the load ended early, with ${how}` });
  });
  const tell = (command: LoadCommand) => {
    if (!isOver && child.connected) child.send(command, () => {});
  };
  const stop = async () => {
    isStopping = true;
    tell({ type: 'stop' });
    await Promise.race([ended, sleep(STOP_MS)]);
    child.kill('SIGKILL');
    await ended;
  };
  try {
    await withDeadline(() => ready, { reason: 'the generator of the load', timeoutMs: READY_MS, signal });
  } catch (thrown) {
    await stop();
    signal.throwIfAborted();
    throw thrown;
  }
  return { begin: () => tell({ type: 'start', ...options }), rise: () => tell({ type: 'rise' }), stop };
}

const startError = (how: string): OomdrillError =>
  machineError('LOAD_START', `The generator of the load could not be started: it ${how}.`);
