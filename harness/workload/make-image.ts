/** The program in a guest that makes an image of a container of the guest's own packages (guest/make-image.sh). */
export const MAKE_IMAGE_PROGRAM = '/usr/lib/oomdrill/make-image';

/** Lines of a shell's script: what the packages "$@" start at boot would have the ports of the container. */
export const DISABLE_UNITS_OF_PACKAGES = `for package; do
    units=$(sed -nE 's,^/(usr/)?lib/systemd/system/([^/@]*[.](service|socket))$,\\2,p' "/var/lib/dpkg/info/$package.list")
    [ -z "$units" ] || systemctl disable --now --quiet $units
  done`;
