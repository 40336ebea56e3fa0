/** The program in a guest that makes an image of a container of the guest's own packages (guest/make-image.sh). */
export const MAKE_IMAGE_PROGRAM = '/usr/lib/oomdrill/make-image';

/** Lines of a shell's script: what the packages "$@" start at boot would have the ports of the container. */
export const DISABLE_UNITS_OF_PACKAGES = `for package; do
    units=$(sed -nE 's,^/(usr/)?lib/systemd/system/([^/@]*[.](service|socket))$,\\2,p' "/var/lib/dpkg/info/$package.list")
    [ -z "$units" ] || systemctl disable --now --quiet $units
  done`;

/** The arguments of a script that has `loadImage` in it: the image's name, and where it comes from. */
export const imageArguments = (name: string, { packages = [], archive }: ImageSource): readonly string[] => [
  name,
  ...(archive === undefined ? ['packages', ...packages] : ['archive', `/${archive}`]),
];

/** Debian packages of the guest, or an archive below the root of the bundle. */
interface ImageSource {
  readonly packages?: readonly string[] | undefined;
  readonly archive?: string | undefined;
}

/**
 * Lines of a shell's script that has the arguments of `imageArguments`: loads the image, of packages, or of an archive, whose image
 * then gets that name. The engine reads no file by itself: it may be another user's.
 *
 * @param engine the words that call it: `docker`
 */
export const loadImage = (engine: string): string => `
set -e
image=$1 kind=$2
shift 2
if [ "$kind" = packages ]; then
  archive=/var/tmp/oomdrill-image.tar
  ${MAKE_IMAGE_PROGRAM} "$image" "$archive" "$@"
  ${engine} load --quiet <"$archive" >/dev/null
  rm -f "$archive"
  ${DISABLE_UNITS_OF_PACKAGES}
else
  loaded=$(${engine} load --quiet <"$1")
  ${engine} tag "$(echo "$loaded" | sed -nE 's/^Loaded image( ID|[(]s[)])?: //p' | tail -n 1)" "$image"
fi`;
