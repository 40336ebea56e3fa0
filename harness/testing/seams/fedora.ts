import type { Distribution } from '../../machine/image/distribution.js';

/** A distribution as a contributor would add one: this file, and a line in the table. */
export const fedora: Distribution = {
  name: 'Fedora',
  suites: [{ name: 'f42', packages: ['moby-engine'] }],
  packages: ['kernel-core', 'systemd-udev'],
  buildRoot: ({ suite, packages, root }) => ['dnf5', '--installroot', root, '--releasever', suite, ...packages],
  customize: 'customize-fedora.sh',
  listPackages: (root) => ['rpm', '--root', root, '--query', '--all', '--queryformat', '%{NAME}=%{VERSION}\\n'],
  installedVersions: `rpm --query --queryformat '%{NAME}=%{VERSION}\\n' "$@" 2>/dev/null`,
  initramfs: { stop: 'rd.break=cmdline', sentinel: 'dracut' },
};
