import type { Rule } from '../rule.js';

export const quadletRefused: Rule = {
  id: 'quadlet-refused',
  severity: 'error',
  title: 'A quadlet that podman refuses',
  why: 'Its generator then makes no service of the file: the container does not start, and says so only in the journal.',
  source:
    'containers/podman#24712, #27305; podman, pkg/systemd/quadlet/quadlet.go, checkForUnknownKeys(); podman-systemd.unit(5)',
  fix: 'Correct the file; `/usr/lib/systemd/system-generators/podman-system-generator --dryrun` shows what podman makes of it.',
  *check({ quadlets }) {
    for (const { name, faults } of quadlets)
      for (const { at, why, fix, since } of faults)
        yield since === undefined
          ? { at, message: `podman makes no service of ${name}: ${why}.`, fix }
          : {
              at,
              message: `podman before ${since} makes no service of ${name}: there, ${why}.`,
              severity: 'note',
              fix,
            };
  },
};
