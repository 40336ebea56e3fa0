import { join } from 'node:path';
import t from 'tap';
import { runCommandLine } from '../testing/command-line.js';

t.test('a baseline that is named and is not there is said: its name may be misspelt', async (t) => {
  const dir = t.testdir({ 'history.jsonl': '', 'baseline.json': '{"schema":"oomdrill.baseline/1","accepted":{}}' });
  const history = (name: string) =>
    runCommandLine(['history', '--history', join(dir, 'history.jsonl'), '--baseline', join(dir, name)]);
  const misspelt = await history('basline.json');
  t.equal(misspelt.exitCode, 0);
  t.match(misspelt.stderr, /^oomdrill: there is no baseline at .*basline\.json, so nothing counts as accepted/);
  t.equal((await history('baseline.json')).stderr, '');
});
