#!/bin/sh
# Makes a cloud image as others publish them: Debian with cloud-init, a boot loader and a partition table, and nothing of oomdrill's.
# Usage: cloud-image.sh FILE.qcow2 [SUITE [PACKAGE...]]; as root, with mmdebstrap, e2fsprogs, qemu-utils, fdisk, grub-common and grub-pc-bin.
set -eu
file=$1 suite=${2:-trixie}
[ $# -lt 2 ] && shift || shift 2
more=$(printf ',%s' "$@")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mmdebstrap --mode=root --variant=minbase --include="linux-image-cloud-amd64,systemd-sysv,udev,kmod,dbus,iproute2,procps,openssh-server,sudo,cloud-init,netplan.io,cloud-guest-utils,e2fsprogs${more%,}" \
  --aptopt='Acquire::Languages "none"' --aptopt='Acquire::Check-Valid-Until "false"' --skip=cleanup/reproducible \
  "$suite" "$work/root" "${OOMDRILL_MIRROR:-http://deb.debian.org/debian}" >&2
# shellcheck disable=SC2016
chroot "$work/root" sh -c 'echo "LABEL=cloud / ext4 defaults 0 1" >/etc/fstab; systemctl enable systemd-networkd; echo cloud >/etc/hostname; rm -rf /var/lib/apt/lists/*'
kernel=$(basename "$work"/root/boot/vmlinuz-*)
initrd=$(basename "$work"/root/boot/initrd.img-*)
mkdir -p "$work/root/boot/grub"
printf 'linux /boot/%s root=LABEL=cloud ro console=ttyS0\ninitrd /boot/%s\nboot\n' "$kernel" "$initrd" >"$work/root/boot/grub/grub.cfg"
truncate --size 3G "$work/part"
mke2fs -q -t ext4 -L cloud -d "$work/root" "$work/part"
truncate --size 3074M "$work/disk"
printf 'label: dos\nstart=2048, type=83, bootable\n' | sfdisk --quiet "$work/disk"
dd if="$work/part" of="$work/disk" bs=1M seek=1 conv=notrunc,sparse status=none
# GRUB by hand: its first sector begins the disk, and the rest of it stands before the partition, where the first one looks for it.
grub-mkimage -O i386-pc -o "$work/core.img" -p '(hd0,msdos1)/boot/grub' biosdisk part_msdos ext2 normal linux echo search
dd if=/usr/lib/grub/i386-pc/boot.img of="$work/disk" bs=440 count=1 conv=notrunc status=none
dd if="$work/core.img" of="$work/disk" bs=512 seek=1 conv=notrunc status=none
qemu-img convert -O qcow2 "$work/disk" "$file"
