import { readdirSync } from 'node:fs';
import { Argument, Option } from 'commander';
import { scenariosDir } from '../campaign/catalogue.js';
import { assets } from '../core/assets.js';
import { MUTANTS } from '../mutate/mutants.js';

/** What a word of the command line may be. Asked at each Tab, and never otherwise. */
export type Words = () => readonly string[];

/** By their files, which are named as they are: Tab does not wait until all of them are loaded. */
export const scenarioNames: Words = () =>
  readdirSync(scenariosDir()).flatMap((file) => /^([^.]+)\.(?:js|ts)$/.exec(file)?.[1] ?? []);
export const bundleNames: Words = () => readdirSync(assets.bundle());
export const mutantNames: Words = () => MUTANTS.map(({ name }) => name);
export const fileNames: Words = () => readdirSync('.');

/** An option whose values are known. */
export class WordedOption extends Option {
  words: Words | undefined;
}

/** An argument whose values are known. */
export class WordedArgument extends Argument {
  words: Words | undefined;
}
