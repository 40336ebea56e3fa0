import type { Distribution } from '../../machine/image/distribution.js';

/** A distribution as a contributor would add one: this file, and a line in the table. */
export const fedora: Distribution = {
  name: 'Fedora',
  suites: [{ name: 'f42', packages: ['moby-engine'] }],
  packages: ['systemd-udev'],
  kernel: 'kernel-core',
  buildRoot: ({ suites: [suite], packages, root }) => [
    'dnf5',
    '--installroot',
    root,
    '--releasever',
    suite,
    ...packages,
  ],
  explain: () => undefined,
  customize: 'customize-fedora.sh',
  listPackages: (root) => ['rpm', '--root', root, '--query', '--all', '--queryformat', '%{NAME}=%{VERSION}\\n'],
  installedVersions: `rpm --query --queryformat '%{NAME}=%{VERSION}\\n' "$@" 2>/dev/null`,
  initramfs: { stop: 'rd.break=cmdline', sentinel: 'dracut' },
};
