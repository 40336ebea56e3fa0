import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import { reap } from '../reap.js';
import { ensureSealed } from './ensure-sealed.js';
import { imageDir, snapshotsDir } from './store.js';

/** Leaves a draft as a maker that is killed does. */
function leaveDraft(dir: string): string {
  mkdirSync(`${dir}.draft`, { recursive: true });
  writeFileSync(join(`${dir}.draft`, 'state'), 'half');
  writeFileSync(`${dir}.lock`, '');
  return `${dir}.draft`;
}

t.test(
  'reap removes what a killed maker of an image or a snapshot left, and no draft that is being made',
  async (t) => {
    process.env.OOMDRILL_CACHE = t.testdir({});
    process.env.OOMDRILL_STATE = join(t.testdirName, 'state');
    const left = [leaveDraft(imageDir('trixie', 'abc')), leaveDraft(join(snapshotsDir(), 'trixie-abc'))];
    const whole = join(dirname(left[1] ?? ''), 'trixie-whole');
    mkdirSync(whole);

    const making = join(snapshotsDir(), 'trixie-made');
    let seen: Awaited<ReturnType<typeof reap>> | undefined;
    const make = async (draft: string) => {
      writeFileSync(join(draft, 'state'), 'half');
      seen = await reap();
      t.ok(existsSync(join(draft, 'state')), 'it is being made');
      return {};
    };
    await ensureSealed({ dir: making, files: ['state'], make }, undefined);
    t.same(
      seen?.removed,
      left.map((path) => `unfinished image or snapshot ${path}`),
    );
    t.same(seen?.failed, []);
    t.notOk(left.some((path) => existsSync(path)));
    t.ok(existsSync(whole) && existsSync(making));
    t.same((await reap()).removed, []);
  },
);
