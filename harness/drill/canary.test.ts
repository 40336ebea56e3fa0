import t from 'tap';
import { CANARY_PORT } from '../machine/guest-paths.js';
import type { EntryOf } from '../record/schema.js';
import { serviceBundle, UNTHROTTLED } from '../testing/fake-service.js';
import { canaryPort, waitForCanary } from './canary.js';
import type { Stage } from './stage.js';
import { Watch } from './watch.js';

const bundle = serviceBundle(UNTHROTTLED);
const { serving } = bundle.manifest;

t.test('its port is none of the bundle', async (t) => {
  t.equal(canaryPort({ serving }), CANARY_PORT);
  const sidecars = [{ unit: 'a.service', port: CANARY_PORT + 1 }, { unit: 'b.service' }];
  t.equal(canaryPort({ serving: { ...serving, port: CANARY_PORT }, sidecars }), CANARY_PORT + 2);
});

/** What comes of a wait whose time is up already, when the canary gave these answers. */
async function wait(...answers: Pick<EntryOf<'canary'>, 'ok' | 'error'>[]): Promise<unknown> {
  const watch = new Watch();
  for (const [id, answer] of answers.entries()) watch.see({ type: 'canary', t: 0, id, scheduledT: 0, ...answer });
  const stage = { plan: { bundle }, signal: new AbortController().signal } as unknown as Stage;
  return waitForCanary(stage, watch, 0).catch((thrown: unknown) => thrown);
}

t.test('a canary that never answers is an error that says what was last heard of it', async (t) => {
  const code = 'CANARY_START';
  t.match(await wait(), { code, message: /no full answer on port 61022 .*no request has ended yet/ });
  t.match(await wait({ ok: false, error: 'timeout' }, { ok: false, error: 'refused' }), {
    code,
    message: /\(refused\)/,
  });
  t.equal(await wait({ ok: false, error: 'timeout' }, { ok: true }), undefined);
});
