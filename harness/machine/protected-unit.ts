/**
 * The start of a command that runs a program of oomdrill's own in the guest, as a service in a slice that no drill strains
 * (systemd-run(1)).
 *
 * @param properties settings of the service, such as `MemoryMin=4M`
 */
export const asProtectedUnit = (unit: string, properties: readonly string[]): readonly string[] => [
  'systemd-run',
  '--quiet',
  '--collect',
  `--unit=${unit}`,
  '--slice=oomdrill.slice',
  ...properties.map((line) => `--property=${line}`),
];
