import { posix } from 'node:path';
import { escapeUnitName, parseUnitName } from '../../systemd/unit-name.js';
import { type Amount, amountOf, compareAmounts } from '../amount.js';
import type { Rule } from '../rule.js';
import type { Scene } from '../scene.js';
import type { Subject } from '../subject.js';

/** Assignments of a limit that systemd does not ignore, in the order in which it reads them. */
function findEffective(subject: Subject, key: string, { host }: Scene) {
  return subject.assignments(key).flatMap((assignment) => {
    const amount = assignment.value === '' ? NO_LIMIT : amountOf(key, assignment.value, host.memory);
    return amount ? { ...amount, assignment } : [];
  });
}

/** What an empty assignment sets. */
const NO_LIMIT: Amount = { bytes: Number.POSITIVE_INFINITY, share: undefined };

export const capUndone: Rule = {
  id: 'cap-undone',
  severity: 'error',
  title: 'A drop-in that removes a cap',
  why: 'Drop-ins apply after the unit file, in the order of their file names across all directories. The last assignment counts, and an empty one resets the limit. The unit file then shows a cap that is not in effect.',
  source: 'systemd.unit(5), drop-ins; systemd.syntax(7), empty assignments',
  fix: 'Remove the line or the drop-in; `systemctl cat UNIT` shows the order.',
  *check(scene) {
    for (const subject of scene.subjects) {
      const all = findEffective(subject, 'MemoryMax', scene);
      const last = all.at(-1);
      const before = all.findLast(({ bytes }) => bytes !== Number.POSITIVE_INFINITY);
      if (!last || !before || last.bytes !== Number.POSITIVE_INFINITY) continue;
      const { value, path, line } = last.assignment;
      yield {
        at: { path, line },
        message: `MemoryMax=${value} undoes MemoryMax=${before.assignment.value} of ${before.assignment.path}:${before.assignment.line}, so ${subject.name} has no cap of its own.`,
      };
    }
  },
};

export const capConflict: Rule = {
  id: 'cap-conflict',
  severity: 'warning',
  title: 'Drop-ins that disagree on a limit',
  why: 'The drop-in whose file name sorts last wins, whatever its directory. The others have no effect, and mislead the reader.',
  source: 'systemd.unit(5), drop-ins',
  fix: 'Keep the limit in one drop-in, and remove it from the others.',
  *check(scene) {
    for (const subject of scene.subjects) {
      for (const key of ['MemoryMax', 'MemoryHigh', 'MemorySwapMax']) {
        const drops = findEffective(subject, key, scene).filter(
          ({ assignment }) => assignment.path !== subject.mainPath,
        );
        const last = drops.at(-1);
        if (!last || last.bytes === Number.POSITIVE_INFINITY) continue;
        // A size and a share of an unknown memory may be the same amount.
        const other = drops.findLast(
          (drop) => (compareAmounts(drop, last) ?? 0) !== 0 && drop.assignment.path !== last.assignment.path,
        );
        if (!other) continue;
        const { value, path, line } = last.assignment;
        yield {
          at: { path, line },
          message: `${key}=${value} overrides ${key}=${other.assignment.value} of ${other.assignment.path}:${other.assignment.line} for ${subject.name}, because its file name sorts last.`,
        };
      }
    }
  },
};

export const dropInIgnored: Rule = {
  id: 'drop-in-ignored',
  severity: 'warning',
  title: 'A file in a drop-in directory that systemd does not read',
  why: 'systemd reads only files whose names end in .conf.',
  source: 'systemd.unit(5), drop-ins',
  fix: 'Rename it so that it ends in .conf, or remove it.',
  *check({ tree }) {
    for (const entry of tree.entries) {
      const dir = posix.basename(posix.dirname(entry.path));
      if (entry.kind !== 'file' || !/\.(?:service|slice|scope)\.d$/.test(dir) || entry.path.endsWith('.conf')) continue;
      const limit = /^[ \t]*(Memory\w+|OOM\w+|ManagedOOM\w+)[ \t]*=/m.exec(entry.text)?.[1];
      if (limit)
        yield {
          at: { path: entry.shown },
          message: `${posix.basename(entry.path)} sets ${limit}=, but systemd does not read it: its name does not end in .conf.`,
        };
    }
  },
};

export const dropInUnused: Rule = {
  id: 'drop-in-unused',
  severity: 'error',
  title: 'A drop-in that applies to no unit',
  why: 'The name of the directory decides. If a dash or an @ is missing, the limits apply to a unit that never exists.',
  source: 'systemd.unit(5), drop-ins and string escaping; systemd.slice(5)',
  fix: 'Name the directory after the unit: X@.service.d for a template, system-a\\x2db.slice.d for the slice of a-b@.service.',
  *check({ subjects }) {
    const templates = subjects.flatMap(({ template, mainPath }) =>
      mainPath && template.includes('@.') ? [template] : [],
    );
    for (const subject of subjects) {
      if (subject.mainPath !== undefined || subject.unit.files.length === 0) continue;
      const template = templates.find((each) => each.replace('@', '') === subject.name);
      if (template)
        yield { at: subject.place, message: `${subject.name} has drop-ins but no unit file; ${template} has one.` };
      const slice = templates
        .map((each) => parseUnitName(each)?.prefix ?? '')
        .find((prefix) => prefix.includes('-') && subject.name === `system-${prefix}.slice`);
      if (slice)
        yield {
          at: subject.place,
          message: `${subject.name} holds no instance of ${slice}@.service: their slice is system-${escapeUnitName(slice)}.slice.`,
        };
    }
  },
};
