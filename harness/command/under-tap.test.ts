import t from 'tap';
import { assets } from '../core/assets.js';
import { total } from '../inject/memory-hog/target.js';
import { serviceScenario } from '../testing/fake-service.js';
import { drillUnderTap } from './under-tap.js';

t.test('a scenario under tap is drilled as the environment and the configuration say', async (t) => {
  const scenario = serviceScenario('under-tap', total('2G'), { outcomes: ['contained'] });
  const before = { ...process.env };
  t.teardown(() => {
    process.chdir(assets.root);
    process.env = before;
  });
  process.chdir(t.testdir({ 'oomdrill.config.json': '{ "run": { "jobs": 0, "watchdog": "none" } }' }));
  await t.rejects(drillUnderTap(scenario), {
    code: 'WATCHDOG_UNKNOWN',
    hint: /--watchdog is set by oomdrill\.config\.json: run\.watchdog\.$/,
  });
  process.env.OOMDRILL_WATCHDOG = 'ping-15s';
  await t.rejects(drillUnderTap(scenario), {
    code: 'COUNT_INVALID',
    message: 'oomdrill.config.json: run.jobs must be an integer from 1 to 64 (got 0).',
  });
  process.env.OOMDRILL_RUN_JOBS = '1';
  process.env.OOMDRILL_RATE = '51';
  await t.rejects(drillUnderTap(scenario), {
    code: 'RATE_INVALID',
    message: 'OOMDRILL_RATE must be an integer from 1 to 50 (got 51).',
  });
  process.env.OOMDRILL_RATE = '20';
  process.env.OOMDRILL_LOAD = '5..2';
  await t.rejects(drillUnderTap(scenario), {
    code: 'LOAD_INVALID',
    message: /^OOMDRILL_LOAD must be requests a second, .* \(got 5\.\.2\)\.$/,
  });
  process.env.OOMDRILL_LOAD = '5..20';
  process.env.OOMDRILL_WAIT_FOR_QUIET = 'soon';
  await t.rejects(drillUnderTap(scenario), {
    message: /^OOMDRILL_WAIT_FOR_QUIET must be a duration .* \(got soon\)\.$/,
  });
  process.env.OOMDRILL_WAIT_FOR_QUIET = '0';
  process.env.OOMDRILL_GUEST = 'buzz';
  await t.rejects(drillUnderTap(scenario), { message: /"buzz"/, hint: /--guest is set by OOMDRILL_GUEST\.$/ });
});
