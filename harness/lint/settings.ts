import { posix } from 'node:path';
import { MEMORY_DIRECTIVES } from '../systemd/memory-value.js';
import { OOM_VALUES } from '../systemd/oom-values.js';
import type { Assignment, UnitFile } from '../systemd/unit-file.js';
import { findNearest } from './nearest-directive.js';
import type { Sighting } from './rule.js';

/** The only section of a file of settings (systemd-system.conf(5), oomd.conf(5)), with what it may hold about memory. */
interface SettingsSection {
  readonly name: 'Manager' | 'OOM';
  readonly known: ReadonlySet<string>;
  /** Names that earlier versions had. */
  readonly old: Readonly<Record<string, string>>;
  /** Names that must be known. */
  readonly concerns: RegExp;
}

const MANAGER: SettingsSection = {
  name: 'Manager',
  known: new Set([
    'DefaultOOMPolicy',
    'DefaultOOMScoreAdjust',
    'DefaultMemoryAccounting',
    'DefaultMemoryPressureWatch',
    'DefaultMemoryPressureThresholdSec',
    'DefaultLimitMEMLOCK',
  ]),
  old: {},
  concerns: /mem|oom|swap/i,
};

const OOM: SettingsSection = {
  name: 'OOM',
  known: new Set([
    'SwapUsedLimit',
    'DefaultMemoryPressureLimit',
    'DefaultMemoryPressureDurationSec',
    'PrekillHookTimeoutSec',
  ]),
  // Their names in systemd 247 alone (systemd, NEWS of 248; src/oom/oomd.c).
  old: {
    SwapUsedLimitPercent: 'SwapUsedLimit',
    DefaultMemoryPressureLimitPercent: 'DefaultMemoryPressureLimit',
  },
  concerns: /(?:)/,
};

/** The section of a file of settings, by the caller's path of it. */
function sectionOf(path: string): SettingsSection {
  const [name = '', folder = ''] = path.split('/').reverse();
  return name === 'oomd.conf' || folder === 'oomd.conf.d' ? OOM : MANAGER;
}

const assignmentsIn = (items: UnitFile['sections'][number]['items']): Assignment[] =>
  items.flatMap((item) => (item.kind === 'assignment' ? [item] : []));

/** Names in settings that systemd does not know. */
export function* checkSettingNames(settings: readonly UnitFile[]): Generator<Sighting> {
  for (const { path, sections } of settings) {
    const section = sectionOf(path);
    for (const { key, line } of sections
      .filter(({ name }) => name === section.name)
      .flatMap(({ items }) => assignmentsIn(items)))
      if (section.concerns.test(key) && !section.known.has(key)) yield describeUnknown(section, key, { path, line });
  }
}

function describeUnknown({ name, known, old }: SettingsSection, key: string, at: Sighting['at']): Sighting {
  const renamed = old[key];
  if (renamed !== undefined)
    return {
      at,
      message: `Only systemd 247 knows ${key}=: since 248 it is ${renamed}=, and systemd ignores the line.`,
      fix: `Write ${renamed}=.`,
    };
  const nearest = findNearest(key, known);
  if (nearest !== undefined)
    return { at, message: `systemd does not know ${key}= in [${name}]; did you mean ${nearest}=?` };
  const other = [MANAGER, OOM].find((each) => each.name !== name && each.known.has(key));
  if (other)
    return {
      at,
      message: `${key}= belongs to [${other.name}], and systemd ignores it in [${name}].`,
      fix: `Write it under [${other.name}] of ${other === OOM ? 'oomd.conf' : 'system.conf or user.conf'}.`,
    };
  if (isAboutMemory(key))
    return {
      at,
      message: `${key}= is a directive of units, and systemd ignores it in [${name}].`,
      fix: 'Put it into a drop-in of the unit or slice, such as system.slice.d/50-memory.conf.',
    };
  return {
    at,
    message: `systemd does not know ${key}= in [${name}].`,
    // A systemd that is newer than this list may know it.
    severity: 'warning',
    fix: 'Look the name up in systemd.directives(7).',
  };
}

/** Whether it is a directive of units, or of some settings. */
const isAboutMemory = (key: string): boolean => MEMORY_DIRECTIVES.has(key) || OOM_VALUES[key] !== undefined;

/** Settings about memory in a section that systemd does not read in their file. */
export function* checkSettingSections(settings: readonly UnitFile[]): Generator<Sighting> {
  for (const { path, sections } of settings) {
    const { name: home } = sectionOf(path);
    for (const { name, items } of sections) {
      if (name === home || name.startsWith('X-')) continue;
      for (const { key, line } of assignmentsIn(items).filter(({ key }) => isAboutMemory(key)))
        yield {
          at: { path, line },
          message: `${key}= is in [${name}]: ${posix.basename(path)} has no section but [${home}].`,
          fix: `Move it to the file that it belongs to, or write it under [${home}] if it is one of its settings.`,
        };
    }
  }
}
