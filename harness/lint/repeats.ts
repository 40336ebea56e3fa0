import { groupBy } from '../core/group-by.js';
import type { Finding } from './finding.js';

/** A name of a unit in a sentence; a slice that only says whose limit it is stands behind "of". */
const UNIT = /(?<![\w@:.\\*-])[\w@:.\\*-]{1,255}\.(?:service|slice|scope|socket|mount|swap)\b/g;
const OF_UNIT = new RegExp(` of ${UNIT.source}`, 'g');

/** So many of the other units are named. */
const MAX_NAMED = 3;

/**
 * Merges findings of one rule at one place that say the same of several units: a limit of a slice holds for each unit
 * below it, and one drop-in may belong to hundreds. The finding that is kept names the others.
 */
export function mergeRepeats(findings: readonly Finding[]): Finding[] {
  const groups = groupBy(findings, keyOf);
  return [...groups.values()].map(mergeGroup);
}

/** Equal for findings that differ only in the unit that they are about. */
function keyOf({ rule, severity, path, line, message, fix }: Finding): string {
  const sentence = message.replaceAll(OF_UNIT, '').replaceAll(UNIT, '*');
  return JSON.stringify([rule, severity, path, line, sentence, fix]);
}

/** The units that a finding is about: not those whose limits it names, unless those are all. */
function unitsOf({ message }: Finding): readonly string[] {
  return message.replaceAll(OF_UNIT, '').match(UNIT) ?? message.match(UNIT) ?? [];
}

function mergeGroup(group: readonly Finding[]): Finding {
  // The one about the unit whose own line it is has the shortest message.
  const kept = group.reduce((least, each) => (each.message.length < least.message.length ? each : least));
  const own = new Set(unitsOf(kept));
  const others = [...new Set(group.flatMap(unitsOf))].filter((unit) => !own.has(unit)).sort();
  return others.length === 0 ? kept : { ...kept, message: `${kept.message} ${renderOthers(others)}` };
}

function renderOthers(units: readonly string[]): string {
  const named = units.slice(0, MAX_NAMED);
  const more = units.length - named.length;
  const all = more === 0 ? named : [...named, `${more} more ${more === 1 ? 'unit' : 'units'}`];
  const last = all.at(-1);
  return `The same is true of ${all.length === 1 ? last : `${all.slice(0, -1).join(', ')} and ${last}`}.`;
}
