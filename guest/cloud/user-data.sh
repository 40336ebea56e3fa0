#!/bin/sh
# What cloud-init runs once in an image of someone else's (NoCloud's user-data): makes a guest of it. What is in the way is said on the
# console with a code, and what was changed is a remark in every record. No network is needed.
set -u
say() { echo "oomdrill-image: $*" >/dev/ttyS0; }
refuse() {
  say "refused $*"
  exit 1
}
remark() { echo "$*" >>/etc/oomdrill/remarks; }

[ "$(uname -m)" = x86_64 ] || refuse "IMAGE_ARCHITECTURE it is for $(uname -m), and guests are x86_64"
[ -d /run/systemd/system ] || refuse 'IMAGE_NO_SYSTEMD its first process is not systemd'
python=$(command -v python3 || command -v /usr/libexec/platform-python) || refuse 'IMAGE_NO_PYTHON it has no Python'
[ -x /usr/sbin/sshd ] || refuse 'IMAGE_NO_SSHD it has no sshd'
free=$(df --output=avail -k / | tail -1)
[ "$free" -ge 524288 ] || refuse "IMAGE_DISK_SMALL only $((free / 1024))M are free on its root, and 512M must be"

seed=$(mktemp -d)
mount -o ro LABEL=cidata "$seed" || refuse 'IMAGE_SEED its kernel could not mount the seed (vfat)'
mkdir -p /etc/oomdrill /usr/lib/oomdrill
: >/etc/oomdrill/remarks
# The control channel and its slice.
tar --extract --no-same-owner --no-overwrite-dir --directory=/ --file="$seed/control.tar" || refuse 'IMAGE_SEED the control channel was not unpacked'
cp "$seed/agent.py" /usr/lib/oomdrill/agent.py
sed -i "s|^ExecStart=.*|ExecStart=$python /usr/lib/oomdrill/agent.py /dev/virtio-ports/org.oomdrill.agent|" \
  /etc/systemd/system/oomdrill-agent.service
if [ ! -x /usr/bin/node ]; then
  if cp "$seed/node" /usr/bin/node 2>/dev/null && chmod 755 /usr/bin/node && /usr/bin/node -e 0 2>/dev/null; then
    remark "Node.js $(/usr/bin/node --version) came from the host that oomdrill ran on"
  else
    rm -f /usr/bin/node
    remark 'the image has no Node.js, and that of the host does not run there'
  fi
fi
umount "$seed"

# SELinux knows neither our programs nor our port.
if command -v setenforce >/dev/null && [ "$(getenforce)" = Enforcing ]; then
  setenforce 0
  sed -i 's/^SELINUX=enforcing/SELINUX=permissive/' /etc/selinux/config
  remark 'SELinux was set to permissive'
fi
# Swap is what the bundle says; Fedora's images have it in compressed memory.
if [ "$(wc -l </proc/swaps)" -gt 1 ]; then
  remark "swap was switched off: $(tail -n +2 /proc/swaps | cut -d' ' -f1 | tr '\n' ' ')"
  swapoff -a
fi
sed -i '/\sswap\s/s/^/#/' /etc/fstab
if [ -e /usr/lib/systemd/zram-generator.conf ] || [ -e /etc/systemd/zram-generator.conf ]; then : >/etc/systemd/zram-generator.conf; fi
# A killer acts only where a scenario asks for it.
for unit in systemd-oomd.service systemd-oomd.socket earlyoom.service; do
  systemctl --quiet is-enabled "$unit" 2>/dev/null || continue
  systemctl --quiet disable --now "$unit" && remark "$unit was switched off"
done
# What would wake up in the middle of a drill.
systemctl --quiet disable --now apt-daily.timer apt-daily-upgrade.timer unattended-upgrades.service dnf-makecache.timer \
  snapd.service snapd.socket fstrim.timer e2scrub_all.timer dpkg-db-backup.timer packagekit.service fwupd-refresh.timer 2>/dev/null
for user in USERS; do id "$user" >/dev/null 2>&1 || useradd --create-home --shell /bin/bash "$user"; done
touch /etc/cloud/cloud-init.disabled
ssh-keygen -A >/dev/null
systemctl daemon-reload
systemctl --quiet enable oomdrill-ssh.service oomdrill-agent.service
systemctl start --no-block oomdrill-ssh.service oomdrill-agent.service
say ready
