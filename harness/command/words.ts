import { readdir } from 'node:fs/promises';

/** What a word of the command line may be. Asked at each Tab and never otherwise, so that nothing else waits for what it imports. */
export type Words = () => readonly string[] | Promise<readonly string[]>;

/** By their files, which are named as they are: Tab does not wait until all of them are loaded. */
export const scenarioNames: Words = async () => {
  const { scenariosDir } = await import('../campaign/catalogue.js');
  const files = await readdir(scenariosDir());
  return files.flatMap((file) => /^([^.]+)\.(?:js|ts)$/.exec(file)?.[1] ?? []);
};

export const bundleNames: Words = async () => {
  const { shippedBundleNames } = await import('../campaign/shipped-bundles.js');
  return shippedBundleNames();
};

export const mutantNames: Words = async () => {
  const { MUTANTS } = await import('../mutate/mutants.js');
  return MUTANTS.map(({ name }) => name);
};

export const fileNames: Words = () => readdir('.');
