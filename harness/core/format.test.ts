import t from 'tap';
import { mapKey, ofEach, renameKeys, toCurrentVersion, type VersionedFormat } from './format.js';

const FORMAT: VersionedFormat = {
  schema: 'oomdrill.thing/2',
  fromPrevious: (old) => renameKeys(old, { old: 'new' }),
};

t.test('a file of the current version is left alone, and one of the previous version is converted', async (t) => {
  const current = { schema: 'oomdrill.thing/2', new: 1, old: 2 };
  t.equal(toCurrentVersion(current, FORMAT, 'f'), current);
  t.same(toCurrentVersion({ schema: 'oomdrill.thing/1', old: 1, other: 2 }, FORMAT, 'f'), {
    schema: 'oomdrill.thing/2',
    new: 1,
    other: 2,
  });
});

t.test('a file without a version has the default version of its format', async (t) => {
  const withoutVersion = { old: 1 };
  t.equal(toCurrentVersion(withoutVersion, FORMAT, 'f'), withoutVersion);
  t.same(toCurrentVersion(withoutVersion, { ...FORMAT, defaultSchema: 'oomdrill.thing/1' }, 'f'), {
    schema: FORMAT.schema,
    new: 1,
  });
});

t.test('a file of any other version is refused', async (t) => {
  t.throws(() => toCurrentVersion({ schema: 'oomdrill.thing/3' }, FORMAT, 'a.json'), {
    code: 'FORMAT_NEWER',
    kind: 'usage',
    message: 'a.json has the format oomdrill.thing/3, but this oomdrill reads versions 1 and 2 of it.',
    hint: /newer/,
  });
  t.throws(() => toCurrentVersion({ schema: 'oomdrill.thing/0' }, FORMAT, 'a.json'), { code: 'FORMAT_OLDER' });
  const first: VersionedFormat = { schema: 'oomdrill.thing/1' };
  t.throws(() => toCurrentVersion({ schema: 'oomdrill.thing/2' }, first, 'a.json'), {
    message: /this oomdrill reads version 1 of it\.$/,
  });
});

t.test('a value of another format is left to the schema', async (t) => {
  for (const value of [null, 1, [], { schema: 'oomdrill.other/3' }, { schema: 3 }, { schema: 'x' }, {}])
    t.equal(toCurrentVersion(value, FORMAT, 'f'), value);
});

t.test('keys are renamed, whatever their names', async (t) => {
  const odd = JSON.parse('{ "constructor": 1, "__proto__": 2, "old": 3 }');
  t.equal(JSON.stringify(renameKeys(odd, { old: 'new' })), '{"constructor":1,"__proto__":2,"new":3}');
  t.same(mapKey({ a: 1 }, 'b', String), { a: 1 });
  t.same(ofEach((each) => ({ ...each, b: 2 }))([{ a: 1 }, 3, null]), [{ a: 1, b: 2 }, 3, null]);
  t.equal(ofEach(() => ({}))('not an array'), 'not an array');
});
