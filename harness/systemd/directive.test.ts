import fc from 'fast-check';
import t from 'tap';
import { unitText } from '../testing/unit-text.js';
import { removeDirective, setDirective } from './directive.js';
import { readBack } from './read-back.js';
import { Unit } from './unit.js';
import { parseUnitFile, readUnitFile, renderUnitFile, type UnitFile } from './unit-file.js';

const TEXT = '# head\n[Service]\nMemoryMax=1G\n# why\nMemoryMax=2G\n\n# about install\n[Install]\nWantedBy=x.target\n';
const file = () => parseUnitFile(TEXT, 'x.service');

t.test('the last assignment is rewritten in place', async (t) => {
  t.equal(renderUnitFile(setDirective(file(), 'Service', 'MemoryMax', '3G')), TEXT.replace('2G', '3G'));
});

t.test('a new directive follows the last assignment, with the right line number', async (t) => {
  const changed = setDirective(file(), 'Service', 'OOMPolicy', 'continue');
  t.equal(renderUnitFile(changed), TEXT.replace('2G\n', '2G\nOOMPolicy=continue\n'));
  t.match(changed.sections[0]?.items[3], { key: 'OOMPolicy', line: 6 });
});

t.test('a new section comes at the end', async (t) => {
  t.equal(renderUnitFile(setDirective(file(), 'Unit', 'Description', 'd')), `${TEXT}\n[Unit]\nDescription=d\n`);
  t.equal(renderUnitFile(setDirective(parseUnitFile('', 'x'), 'Unit', 'A', 'b')), '[Unit]\nA=b\n');
  const cut = parseUnitFile('[Service]\nA=1', 'x');
  t.equal(renderUnitFile(setDirective(cut, 'Service', 'B', '2')), '[Service]\nA=1\nB=2', 'no break at the end');
  t.equal(renderUnitFile(setDirective(cut, 'Unit', 'B', '2')), '[Service]\nA=1\n\n[Unit]\nB=2\n');
});

t.test('a directive is removed everywhere in its section, comments stay', async (t) => {
  const text = renderUnitFile(removeDirective(file(), 'Service', 'MemoryMax'));
  t.equal(text, TEXT.replace('MemoryMax=1G\n', '').replace('MemoryMax=2G\n', ''));
  t.equal(renderUnitFile(removeDirective(file(), 'Install', 'MemoryMax')), TEXT);
});

t.test('a value that could not be read back is rejected', async (t) => {
  for (const value of ['a\nb', ' a', 'a\\', 'a\0', '\uDCFF']) {
    t.throws(() => setDirective(file(), 'Service', 'X', value), { code: 'UNIT_VALUE' }, JSON.stringify(value));
  }
});

/** The text of a file in which `B=2` was set in [Service]. */
const withB = (text: string) => renderUnitFile(setDirective(parseUnitFile(text, 'x'), 'Service', 'B', '2'));

t.test('whatever a file ends in, what is added to it is in effect', async (t) => {
  const cases: Record<string, string> = {
    // A backslash makes the next line a part of the last one: an empty line ends it, and its value stays.
    '[Service]\nA=1 \\': '[Service]\nA=1 \\\n\nB=2',
    '[Service]\nA=1 \\\n': '[Service]\nA=1 \\\n\nB=2\n',
    '[Service]\nA=1 \\\n# c': '[Service]\nA=1 \\\n# c\n\nB=2',
    '[Service]\nA=1\n# c': '[Service]\nA=1\nB=2\n# c',
    '[Service]\n# c': '[Service]\nB=2\n# c',
    '[Service]\n# c \\': '[Service]\nB=2\n# c \\',
    '[Service]': '[Service]\nB=2',
    '[Service]\r\nA=1\r\n': '[Service]\r\nA=1\r\nB=2\r\n',
    // The new section, too.
    '[Unit]\nA=1 \\': '[Unit]\nA=1 \\\n\n\n[Service]\nB=2\n',
    '[Unit]\nA=1\n# c': '[Unit]\nA=1\n# c\n\n[Service]\nB=2\n',
    '# c': '# c\n\n[Service]\nB=2\n',
    '\\': '\\\n\n\n[Service]\nB=2\n',
    // A header in a continuation is a part of a value.
    '[Unit]\nA=1 \\\n[Service]\n': '[Unit]\nA=1 \\\n[Service]\n\n[Service]\nB=2\n',
    // Other names of systemd: it distinguishes case, and takes no quotes.
    '[service]\nB=1\n': '[service]\nB=1\n\n[Service]\nB=2\n',
    '[Service]\nb=1\n': '[Service]\nb=1\nB=2\n',
    '[Service]\n\u00a0B=1\n': '[Service]\n\u00a0B=1\nB=2\n',
    // The last of several sections, and of several assignments.
    '[Service]\nB=1\n[Unit]\n[Service]\nA=1\n': '[Service]\nB=2\n[Unit]\n[Service]\nA=1\n',
    '[Service]\nB=1\nB=\n': '[Service]\nB=1\nB=2\n',
    // The comments between the lines of an assignment come before it, the last of which may lack its break.
    '[Service]\nB=1 \\\n# c \\\n 3\n': '[Service]\n# c \\\nB=2\n',
    '[Service]\nB=1 \\\n# c': '[Service]\n# c\nB=2',
    '\uFEFF[Service]\nA=1\n': '\uFEFF[Service]\nA=1\nB=2\n',
  };
  for (const [before, after] of Object.entries(cases)) {
    const name = JSON.stringify(before);
    t.equal(withB(before), after, name);
    t.equal(new Unit('x', [parseUnitFile(after, 'x')]).value('Service', 'B')?.value, '2', name);
  }
});

t.test('a change that would not be read as it was asked for is an error with the file and both', async (t) => {
  // systemd skips one byte order mark of a file: with the line of the first the second one would be skipped.
  const marks = parseUnitFile('[Service]\nA=1 \\\n\uFEFF\n\uFEFFB=2\n', 'x.service');
  t.throws(() => setDirective(marks, 'Service', 'A', '3'), {
    code: 'UNIT_READ_BACK',
    kind: 'machine',
    message:
      'x.service could not be changed so that systemd reads \uFEFFB=2 in [Service]: it would read B=2 in [Service] in line 3.',
  });
  const file = parseUnitFile('[Service]\nA=1\n', 'x.service');
  const [section] = file.sections;
  if (!section) throw new Error('there is no section');
  const withItem = (raw: string) =>
    readBack({
      ...file,
      sections: [{ ...section, items: [...section.items, { kind: 'assignment', key: 'B', value: '2', raw, line: 3 }] }],
    });
  t.equal(renderUnitFile(withItem('B=2\n')), '[Service]\nA=1\nB=2\n');
  t.throws(() => withItem('# B=2\n'), {
    code: 'UNIT_READ_BACK',
    message: /reads B=2 in \[Service\]: it would read nothing\.$/,
  });
  t.throws(() => withItem('B=2\nC=3\n'), {
    code: 'UNIT_READ_BACK',
    message: /reads nothing: .*C=3 in \[Service\] in line 4/,
  });
  t.throws(() => withItem('B=2\n[C\n'), {
    code: 'UNIT_READ_BACK',
    message: /line 4 that "\[C" is not a section header/,
  });
});

/** What a file assigns, and the lines that are comments. */
function contentOf({ preamble, sections }: UnitFile) {
  const items = sections.flatMap(({ name, items }) => items.map((item) => ({ section: name, ...item })));
  const assigned = items.flatMap((item) => (item.kind === 'assignment' ? [item] : []));
  const raw = [...preamble, ...sections.flatMap((section) => [section, ...section.items])]
    .map(({ raw }) => raw)
    .join('');
  return { assigned, comments: raw.match(/^[ \t]*[#;].*$/gm) ?? [] };
}

t.test('in a file of any shape, what is set is in effect, and all else stays', async () => {
  const section = fc.constantFrom('Service', 'Unit', 'Slice');
  const key = fc.constantFrom('MemoryMax', 'A', 'New');
  fc.assert(
    fc.property(unitText, section, key, (text, section, key) => {
      const { file, faults } = readUnitFile(text, 'x');
      fc.pre(faults.length === 0);
      const changed = parseUnitFile(renderUnitFile(setDirective(file, section, key, '7G')), 'x');
      const [before, after] = [contentOf(file), contentOf(changed)];
      const isSet = new Unit('x', [changed]).value(section, key)?.value === '7G';
      const wasThere = before.assigned.findLast((item) => item.section === section && item.key === key);
      const changedItem = after.assigned.findLast((item) => item.section === section && item.key === key);
      const others = ({ assigned }: typeof before, left: unknown) =>
        assigned.filter((item) => item !== left).map((item) => `[${item.section}] ${item.key}=${item.value}`);
      const keepsOthers = others(before, wasThere).join('\n') === others(after, changedItem).join('\n');
      return isSet && keepsOthers && before.comments.join('\n') === after.comments.join('\n');
    }),
    { numRuns: 2_000 },
  );
});

t.test('in a file of any shape, what is removed is gone, and all else stays', async () => {
  fc.assert(
    fc.property(unitText, (text) => {
      const { file, faults } = readUnitFile(text, 'x');
      fc.pre(faults.length === 0);
      const changed = removeDirective(file, 'Service', 'MemoryMax');
      const [before, after] = [contentOf(file), contentOf(changed)];
      const rest = before.assigned.filter(({ section, key }) => section !== 'Service' || key !== 'MemoryMax');
      const list = (items: typeof rest) =>
        items.map((item) => `[${item.section}] ${item.key}=${item.value}`).join('\n');
      return list(rest) === list(after.assigned) && before.comments.join('\n') === after.comments.join('\n');
    }),
    { numRuns: 2_000 },
  );
});
