/** Where oomdrill's own programs are in a guest. */
const GUEST_PROGRAMS_DIR = '/usr/lib/oomdrill';

/** The hog's controller (guest/hog.c). */
export const HOG_PROGRAM = `${GUEST_PROGRAMS_DIR}/hog`;

/** Strains of something else than memory (guest/strain.c). */
export const STRAIN_PROGRAM = `${GUEST_PROGRAMS_DIR}/strain`;

/** What samples the cgroup (guest/sampler.c). */
export const SAMPLER_PROGRAM = `${GUEST_PROGRAMS_DIR}/sampler`;

/** The drill's control group (guest/canary.c). */
export const CANARY_PROGRAM = `${GUEST_PROGRAMS_DIR}/canary`;

/** What is of one run in a guest, gone with its boot. */
export const GUEST_RUN_DIR = '/run/oomdrill';

/** Port of oomdrill's own sshd in a guest (guest/image/rootfs/etc/oomdrill/sshd_config). */
export const CONTROL_PORT = 2222;

/**
 * Where the canary listens, unless the bundle's own programs do. Above the ports that Linux gives to outgoing connections (32768 to
 * 60999, ip_local_port_range), and always the same: a host of the user's own may have a firewall that must let it through.
 */
export const CANARY_PORT = 61_022;

/** Name of a virtio port, the same on both ends; that of the samples is in the Vagrantfile too. */
export const virtioPort = (name: 'agent' | 'samples'): string => `org.oomdrill.${name}`;

/** A virtio port as the guest has it (udev's rules of systemd). */
export const virtioPortInGuest = (name: 'agent' | 'samples'): string => `/dev/virtio-ports/${virtioPort(name)}`;
