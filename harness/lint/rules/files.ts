import { isUnitFile } from '../../systemd/unit-search.js';
import type { Rule } from '../rule.js';

export const unreadableFile: Rule = {
  id: 'unreadable-file',
  severity: 'error',
  title: 'A file that cannot be read as configuration',
  why: 'Its content is not in effect, or cannot be checked.',
  source: 'systemd.syntax(7); systemd.unit(5)',
  fix: 'Put a text file in its place, or remove it.',
  *check({ tree }) {
    for (const entry of tree.entries) {
      if (
        entry.kind !== 'unreadable' ||
        (entry.path.includes('systemd/') && !isUnitFile(entry) && !/\.conf$/.test(entry.path))
      )
        continue;
      yield { at: { path: entry.shown }, message: `Could not read ${entry.shown}: ${entry.why}.` };
    }
  },
};

export const linkCircle: Rule = {
  id: 'link-circle',
  severity: 'error',
  title: 'Links that form a circle',
  why: 'systemd cannot resolve them: it does not find the unit.',
  source: 'symlink(7), ELOOP; systemd.unit(5), aliases',
  fix: 'Point the link at a unit file.',
  *check({ tree, searches }) {
    for (const entry of tree.entries) {
      if (entry.kind !== 'link' || !searches.system.isCircle(entry)) continue;
      yield { at: { path: entry.shown }, message: `The link ${entry.shown} to ${entry.target} never leads to a file.` };
    }
  },
};

export const unitSyntax: Rule = {
  id: 'unit-syntax',
  severity: 'error',
  title: 'A line that systemd does not understand',
  why: 'systemd logs it in the journal and ignores the line; at a broken section header it ignores the unit.',
  source: 'systemd.syntax(7)',
  fix: 'Correct the line; `systemd-analyze verify UNIT` shows what systemd makes of it.',
  *check({ unitFiles, settings }) {
    for (const { file, faults } of [...unitFiles, ...settings]) {
      for (const { line, why, hint, fatal } of faults) {
        const rest = fatal ? ', and systemd reads no further' : '';
        yield {
          at: { path: file.path, line },
          message: `systemd does not accept this line: ${why}${rest}.`,
          fix: hint,
        };
      }
    }
  },
};

export const serviceSection: Rule = {
  id: 'service-incomplete',
  severity: 'error',
  title: 'A service without [Service], or without a command',
  why: 'systemd refuses to start it.',
  source: 'systemd.service(5)',
  fix: 'Give it a [Service] section with ExecStart=.',
  *check({ subjects, whole }) {
    for (const { type, mainPath, unit, name, place } of subjects) {
      if (type !== 'service' || mainPath === undefined) continue;
      // A service needs no command if it acts on the system (systemd.unit(5), SuccessAction=), or only when it stops.
      const commands = [...unit.values('Service', 'ExecStart'), ...unit.values('Service', 'ExecStop')];
      if (commands.length > 0 || unit.values('Unit', 'SuccessAction').length > 0) continue;
      if (!unit.hasSection('Service')) yield { at: place, message: `${name} has no [Service] section.` };
      else if (whole) yield { at: place, message: `${name} starts nothing: it has no ExecStart=.` };
      else
        yield {
          at: place,
          message: `${name} has no ExecStart=, unless a drop-in elsewhere adds it.`,
          severity: 'warning',
        };
    }
  },
};
