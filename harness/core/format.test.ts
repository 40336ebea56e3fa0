import t from 'tap';
import { mapKey, ofEach, renameKeys, toCurrentVersion, type VersionedFormat } from './format.js';

const FORMAT: VersionedFormat = {
  schema: 'oomdrill.thing/2',
  fromPrevious: (old) => renameKeys(old, { old: 'new' }),
};

t.test('a file of today is as it is, and one of the version before is brought to today', async (t) => {
  const today = { schema: 'oomdrill.thing/2', new: 1, old: 2 };
  t.equal(toCurrentVersion(today, FORMAT, 'f'), today);
  t.same(toCurrentVersion({ schema: 'oomdrill.thing/1', old: 1, other: 2 }, FORMAT, 'f'), {
    schema: 'oomdrill.thing/2',
    new: 1,
    other: 2,
  });
});

t.test('a file that does not name its version is of the one that the format says', async (t) => {
  const unnamed = { old: 1 };
  t.equal(toCurrentVersion(unnamed, FORMAT, 'f'), unnamed);
  t.same(toCurrentVersion(unnamed, { ...FORMAT, unnamed: 'oomdrill.thing/1' }, 'f'), { schema: FORMAT.schema, new: 1 });
});

t.test('a file of another version says so', async (t) => {
  t.throws(() => toCurrentVersion({ schema: 'oomdrill.thing/3' }, FORMAT, 'a.json'), {
    code: 'FORMAT_NEWER',
    kind: 'usage',
    message: 'a.json is of the format oomdrill.thing/3, and this oomdrill reads versions 1 and 2 of it.',
    hint: /newer/,
  });
  t.throws(() => toCurrentVersion({ schema: 'oomdrill.thing/0' }, FORMAT, 'a.json'), { code: 'FORMAT_OLDER' });
  const first: VersionedFormat = { schema: 'oomdrill.thing/1' };
  t.throws(() => toCurrentVersion({ schema: 'oomdrill.thing/2' }, first, 'a.json'), {
    message: /this oomdrill reads version 1 of it\.$/,
  });
});

t.test('what is no file of the format is left to its schema', async (t) => {
  for (const value of [null, 1, [], { schema: 'oomdrill.other/3' }, { schema: 3 }, { schema: 'x' }, {}])
    t.equal(toCurrentVersion(value, FORMAT, 'f'), value);
});

t.test('keys are renamed, whatever they are called', async (t) => {
  const odd = JSON.parse('{ "constructor": 1, "__proto__": 2, "old": 3 }');
  t.equal(JSON.stringify(renameKeys(odd, { old: 'new' })), '{"constructor":1,"__proto__":2,"new":3}');
  t.same(mapKey({ a: 1 }, 'b', String), { a: 1 });
  t.same(ofEach((each) => ({ ...each, b: 2 }))([{ a: 1 }, 3, null]), [{ a: 1, b: 2 }, 3, null]);
  t.equal(ofEach(() => ({}))('no array'), 'no array');
});
