import type { Command } from 'commander';
import { suggestName } from '../../core/edit-distance.js';
import { manualOf } from '../documented-command.js';
import { listDeclarations } from './declarations.js';
import { variableOf } from './find-setting.js';
import type { Environment } from './settings.js';

/** A variable that means nothing, and what to do about it. */
export interface UnknownVariable {
  readonly name: string;
  readonly hint: string;
}

/** Variables of the Vagrantfile. */
const VAGRANTFILE = 'OOMDRILL_VM_';

/** Variables that look like ours and that nothing reads: a misspelt one would otherwise silently have no effect. */
export function findUnknownVariables(env: Environment, program: Command): UnknownVariable[] {
  const ours = Object.keys(env).filter((name) => name.startsWith('OOMDRILL_') && env[name] !== '');
  const known = new Set([
    ...Object.keys(manualOf(program).environment ?? {}),
    ...listDeclarations(program).flatMap(({ name, section }) => [variableOf(name), variableOf(name, section)]),
  ]);
  return ours
    .filter((name) => !known.has(name) && !name.startsWith(VAGRANTFILE))
    .map((name) => ({ name, hint: suggestName(name, [...known], '`oomdrill config` lists those that are in force.') }));
}
