import { IMAGE_PACKAGES } from '../image/packages.js';
import type { NeededPackage } from '../needed-package.js';

/** Vagrant's provider of libvirt, which may as well be a plug-in of the user's own. */
export const VAGRANT_PLUGIN: NeededPackage = {
  file: '/usr/share/vagrant-plugins/plugins.d/vagrant-libvirt.json',
  package: 'vagrant-libvirt',
};

/** The daemon, which is needed only where libvirt does not answer. */
export const LIBVIRT_DAEMON: NeededPackage = { program: 'libvirtd', package: 'libvirt-daemon-system' };

/** What a VM that Vagrant makes, and the image that its box is packed from, need of this host. */
export const VAGRANT_PACKAGES: readonly NeededPackage[] = [
  { program: 'vagrant', package: 'vagrant' },
  VAGRANT_PLUGIN,
  LIBVIRT_DAEMON,
  { program: 'virsh', package: 'libvirt-clients' },
  { program: 'dnsmasq', package: 'dnsmasq-base' },
  // It tries out whether KVM runs a guest.
  { program: 'qemu-system-x86_64', package: 'qemu-system-x86' },
  ...IMAGE_PACKAGES,
];
