import t from 'tap';
import { composeManifest, composeTree } from '../testing/lint.js';
import { lintTree } from './lint.js';
import { findServing } from './serving.js';

const UNITS = 'etc/systemd/system';
const VENDOR = 'usr/lib/systemd/system';
const etc = composeTree(
  {
    [`${UNITS}/web@.service`]: '[Service]\nExecStart=a\nOOMPolicy=continue\n',
    [`${UNITS}/off.service`]: '-> /dev/null',
  },
  'etc',
  {
    [`${VENDOR}/nginx.service`]: '[Service]\nExecStart=/usr/sbin/nginx\n',
    [`${VENDOR}/ssh.service`]: '[Service]\nExecStart=/usr/sbin/sshd -D\n',
  },
);

t.test('serving units by their names', async (t) => {
  t.same(findServing([etc], ['nginx', 'web@blue.service']), ['nginx.service', 'web@blue.service']);
  const error = (name: string) => {
    try {
      return findServing([etc], [name]);
    } catch (thrown) {
      return thrown;
    }
  };
  t.match(error('ngimx.service'), {
    code: 'LINT_SERVING',
    message: 'There is no ngimx.service in what was read.',
    hint: 'Did you mean nginx.service?',
  });
  t.match(error('postgresql'), { hint: /^There are: .*nginx\.service/ });
  t.match(error('web@.service'), { message: /is a template/, hint: /web@blue\.service/ });
  t.match(error('off'), { message: /off\.service is masked/ });
  for (const bad of ['', 'system.slice', 'a b', '../x', '\x1b[31m.service'])
    t.match(error(bad), { code: 'LINT_SERVING' });
  t.throws(() => findServing([composeTree({}, 'files')], ['a']), { code: 'LINT_SERVING' });
});

t.test('a unit of the vendor that serves is checked, and without the option it is not', async (t) => {
  const rules = (serving?: readonly string[]) =>
    lintTree(etc, serving && { serving }).findings.map(({ rule, severity, path }) => [rule, severity, path]);
  t.same(rules(), []);
  t.same(rules(['nginx.service']), [
    ['no-cap', 'error', `${VENDOR}/nginx.service`],
    ['oom-policy', 'error', `${VENDOR}/nginx.service`],
  ]);
});

t.test('several units may serve, and they take the place of the one in bundle.json', async (t) => {
  const unit = '[Service]\nExecStart=a\nOOMPolicy=continue\n';
  const tree = composeTree({
    'bundle.json': composeManifest(),
    [`${UNITS}/a.service`]: unit,
    [`${UNITS}/b.service`]: unit,
    [`${UNITS}/c.service`]: unit,
  });
  const uncapped = (serving?: readonly string[]) =>
    lintTree(tree, serving && { serving }).findings.flatMap(({ rule, path }) => (rule === 'no-cap' ? path : []));
  t.same(uncapped(), [`${UNITS}/a.service`]);
  t.same(uncapped(['b.service', 'c.service']), [`${UNITS}/b.service`, `${UNITS}/c.service`]);
});
