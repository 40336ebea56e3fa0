import { isUnitFile } from '../../systemd/unit-search.js';
import type { Rule } from '../rule.js';

export const unreadableFile: Rule = {
  id: 'unreadable-file',
  severity: 'error',
  title: 'A file that cannot be read as configuration',
  why: 'What is in it is not in effect, or not what anybody can check.',
  source: 'systemd.syntax(7); systemd.unit(5)',
  fix: 'Put a text file in its place, or remove it.',
  *check({ tree }) {
    for (const entry of tree.entries) {
      if (
        entry.kind !== 'unreadable' ||
        (entry.path.includes('systemd/') && !isUnitFile(entry) && !/\.conf$/.test(entry.path))
      )
        continue;
      yield { at: { path: entry.shown }, message: `${entry.shown} cannot be used: ${entry.why}.` };
    }
  },
};

export const linkCircle: Rule = {
  id: 'link-circle',
  severity: 'error',
  title: 'Links that go in a circle',
  why: 'systemd gives up on such a unit: it is not found.',
  source: 'symlink(7), ELOOP; systemd.unit(5), aliases',
  fix: 'Point the link at a unit file.',
  *check({ tree, searches }) {
    for (const entry of tree.entries) {
      if (entry.kind !== 'link' || !searches.system.isCircle(entry)) continue;
      yield { at: { path: entry.shown }, message: `The link ${entry.shown} to ${entry.target} never comes to a file.` };
    }
  },
};

export const unitSyntax: Rule = {
  id: 'unit-syntax',
  severity: 'error',
  title: 'A line that systemd does not understand',
  why: 'systemd says so in the journal and goes on without the line; at a broken section header it goes on without the unit.',
  source: 'systemd.syntax(7)',
  fix: 'Correct the line; `systemd-analyze verify UNIT` shows what systemd makes of it.',
  *check({ unitFiles }) {
    for (const { file, faults } of unitFiles) {
      for (const { line, why, hint, fatal } of faults) {
        const rest = fatal ? ', and systemd reads no further' : '';
        yield {
          at: { path: file.path, line },
          message: `systemd takes no such line: ${why}${rest}.`,
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
  *check({ subjects }) {
    for (const { type, mainPath, unit, name, place } of subjects) {
      if (type !== 'service' || mainPath === undefined) continue;
      // A service may consist of what it does to the system (systemd.unit(5), SuccessAction=), or of what is done when it stops.
      const does = [...unit.values('Service', 'ExecStart'), ...unit.values('Service', 'ExecStop')];
      if (does.length > 0 || unit.values('Unit', 'SuccessAction').length > 0) continue;
      const lacks = unit.hasSection('Service') ? 'starts nothing: it has no ExecStart=' : 'has no [Service] section';
      yield { at: place, message: `${name} ${lacks}.` };
    }
  },
};
