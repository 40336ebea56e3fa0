import { createInterface } from 'node:readline';
import { execa, type ResultPromise } from 'execa';
import { assets } from '../harness/core/assets.js';

/** A command of oomdrill that was started here; that it fails is not thrown. */
export type Started = ResultPromise<{ reject: false }>;

/** Starts a command of oomdrill, acts once, when a line of its progress matches, and waits for its end. */
export async function actAt(
  line: RegExp,
  args: readonly string[],
  act: (started: Started) => unknown,
  env: Readonly<Record<string, string>>,
) {
  const started = execa('node', [assets.cli, ...args], { env, reject: false });
  let done = false;
  createInterface({ input: started.stderr }).on('line', (text) => {
    if (done || !line.test(text)) return;
    done = true;
    act(started);
  });
  return started;
}
