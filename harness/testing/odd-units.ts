/**
 * Units that test the limits of systemd.unit(5), systemd.syntax(7) and systemd.resource-control(5), by path below the
 * root. A text that begins with `->` is a link.
 */
export const ODD_UNITS: Readonly<Record<string, string>> = {
  'etc/systemd/system/odd-plain.service': '[Service]\nExecStart=/bin/true\nMemoryMax=1G\nOOMPolicy=continue\n',
  'etc/systemd/system/odd-spaces.service':
    '[Service]\n  ExecStart = /bin/true\nMemoryMax  =   1G  \n\tMemoryHigh\t=\t512M\n',
  'etc/systemd/system/odd-twice.service':
    '[Service]\nMemoryMax=1G\nExecStart=/bin/true\n[Unit]\nDescription=x\n[Service]\nMemoryMax=2G\n',
  'etc/systemd/system/odd-reset.service': '[Service]\nExecStart=/bin/true\nMemoryMax=1G\nMemoryMax=\nMemoryHigh=1G\n',
  'etc/systemd/system/odd-continued.service':
    '[Service]\nExecStart=/bin/true \\\n# a comment within\n; another\n  --flag\nMemoryMax=\\\n1G\nOOMPolicy=\\\n  kill\n',
  'etc/systemd/system/odd-comments.service':
    '# MemoryMax=1G\n[Service]\n;MemoryMax=2G\n  # MemoryHigh=3G\nExecStart=/bin/true\nMemoryMax=4G\n',
  'etc/systemd/system/odd-sizes.service':
    '[Service]\nExecStart=/bin/true\nMemoryMax=1G 512M\nMemoryHigh=1.5G\nMemorySwapMax=0\n',
  'etc/systemd/system/odd-shares.service':
    '[Service]\nExecStart=/bin/true\nMemoryMax=50%\nMemoryHigh=33.33%\nMemorySwapMax=12.5‰\n',
  'etc/systemd/system/odd-bytes.service':
    '[Service]\nExecStart=/bin/true\nMemoryMax=1073741825\nMemoryHigh=1073741823B\n',
  'etc/systemd/system/odd-infinity.service': '[Service]\nExecStart=/bin/true\nMemoryMax=1G\nMemoryMax=infinity\n',
  'etc/systemd/system/odd-case.service': '[Service]\nExecStart=/bin/true\nmemorymax=1G\nMEMORYHIGH=1G\n',
  'etc/systemd/system/odd-wrong-section.service':
    '[Unit]\nMemoryMax=1G\n[Service]\nExecStart=/bin/true\n[X-Own]\nMemoryHigh=1G\n',
  'etc/systemd/system/odd-no-end.service': '[Service]\nExecStart=/bin/true\nMemoryMax=1G',
  'etc/systemd/system/odd-crlf.service': '[Service]\r\nExecStart=/bin/true\r\nMemoryMax=1G\r\n',
  'etc/systemd/system/odd-delegated.service': '[Service]\nExecStart=/bin/true\nDelegate=memory pids\n',
  'etc/systemd/system/odd-not-delegated.service': '[Service]\nExecStart=/bin/true\nDelegate=no\n',
  'etc/systemd/system/odd-score.service': '[Service]\nExecStart=/bin/true\nOOMScoreAdjust=-500\nOOMScoreAdjust=250\n',
  'etc/systemd/system/odd-slice.service': '[Service]\nExecStart=/bin/true\nSlice=odd-of.slice\n',
  'etc/systemd/system/odd-slice-of@.service': '[Service]\nExecStart=/bin/true\nSlice=odd-%i.slice\n',
  'etc/systemd/system/odd-template@.service': '[Service]\nExecStart=/bin/true\nMemoryMax=1G\nOOMPolicy=stop\n',
  'etc/systemd/system/odd-template@one.service.d/a.conf': '[Service]\nMemoryMax=2G\n',
  'etc/systemd/system/odd-template@.service.d/b.conf': '[Service]\nOOMPolicy=continue\n',
  'etc/systemd/system/odd-.service.d/prefix.conf': '[Service]\nMemorySwapMax=64M\n',
  'etc/systemd/system/odd-deep-name.service': '[Service]\nExecStart=/bin/true\n',
  'etc/systemd/system/odd-deep-.service.d/deep.conf': '[Service]\nMemoryHigh=100M\n',
  'etc/systemd/system/odd-deep-.service.d/prefix.conf': '[Service]\nMemorySwapMax=32M\n',
  'etc/systemd/system/odd-dashed-name@.service': '[Service]\nExecStart=/bin/true\n',
  'etc/systemd/system/odd-dashed-@.service.d/1.conf': '[Service]\nMemoryMax=1G\n',
  'etc/systemd/system/odd-dashed-@one.service.d/1.conf': '[Service]\nMemoryMax=2G\n',
  'etc/systemd/system/odd-dashed-@one.service.d/2.conf': '[Service]\nMemoryHigh=1G\n',
  'etc/systemd/system/odd-dashed-.service.d/2.conf': '[Service]\nMemoryHigh=2G\n',
  'etc/systemd/system/odd-dashed-.service.d/3.conf': '[Service]\nOOMScoreAdjust=1\n',
  'etc/systemd/system/odd-dashed-name@.service.d/3.conf': '[Service]\nOOMScoreAdjust=2\n',
  'etc/systemd/system/odd-@one.service.d/4.conf': '[Service]\nOOMPolicy=kill\n',
  'run/systemd/system/odd-plain.service': '[Service]\nExecStart=/bin/false\nMemoryMax=7G\n',
  'run/systemd/system/odd-plain.service.d/10-run.conf': '[Service]\nMemoryHigh=700M\n',
  'etc/systemd/system/odd-plain.service.d/10-run.conf': '[Service]\nMemoryHigh=800M\n',
  'run/systemd/system/odd-plain.service.d/20-run.conf': '[Service]\nOOMScoreAdjust=7\n',
  'etc/systemd/system/odd-hidden.service': '[Service]\nExecStart=/bin/true\n',
  'run/systemd/system/odd-hidden.service.d/10.conf': '[Service]\nMemoryMax=1G\n',
  'etc/systemd/system/odd-hidden.service.d/10.conf': '-> /dev/null',
  'etc/systemd/system/odd-empty-drop-in.service': '[Service]\nExecStart=/bin/true\nMemoryMax=1G\n',
  'etc/systemd/system/odd-empty-drop-in.service.d/10.conf': '',
  'etc/systemd/system/odd-not-conf.service': '[Service]\nExecStart=/bin/true\n',
  'etc/systemd/system/odd-not-conf.service.d/10.conf.bak': '[Service]\nMemoryMax=1G\n',
  'etc/systemd/system/odd-alias.service': '-> odd-plain.service',
  'etc/systemd/system/odd-alias.service.d/30.conf': '[Service]\nOOMPolicy=kill\n',
  'etc/systemd/system/odd-masked.service': '-> /dev/null',
  'etc/systemd/system/odd-order.service': '[Service]\nExecStart=/bin/true\n',
  'etc/systemd/system/odd-order.service.d/9.conf': '[Service]\nMemoryMax=9G\n',
  'etc/systemd/system/odd-order.service.d/10.conf': '[Service]\nMemoryMax=10G\n',
  'etc/systemd/system/odd-of.slice': '[Slice]\nMemoryMax=1G\n',
  'etc/systemd/system/odd-of-more.slice': '[Slice]\nMemoryHigh=10%\n',
  'etc/systemd/system/odd-.slice.d/50.conf': '[Slice]\nMemorySwapMax=0\n',
  'etc/systemd/system/slice.d/90.conf': '[Slice]\nMemoryZSwapMax=0\n',
  'etc/systemd/system/odd-socket.socket':
    '[Socket]\nListenStream=/run/odd.sock\nService=odd-plain.service\nMemoryMax=10M\n',
  // What systemd ignores does not undo what came before; an empty value does, but for some settings.
  'etc/systemd/system/odd-bad-last.service':
    '[Service]\nExecStart=/bin/true\nOOMPolicy=kill\nOOMPolicy=perhaps\nManagedOOMSwap=kill\nManagedOOMSwap=skip\nManagedOOMPreference=omit\nManagedOOMPreference=never\nOOMScoreAdjust=-500\nOOMScoreAdjust=2000\nSlice=odd-of.slice\nSlice=no.service\nMemoryMax=1G\nMemoryMax=2GB\nMemoryLow=1G\nMemoryLow=x\n',
  'etc/systemd/system/odd-empty-last.service':
    '[Service]\nExecStart=/bin/true\nOOMPolicy=kill\nOOMPolicy=\nManagedOOMSwap=kill\nManagedOOMSwap=\nManagedOOMMemoryPressure=kill\nManagedOOMMemoryPressure=\nManagedOOMPreference=omit\nManagedOOMPreference=\nOOMScoreAdjust=-500\nOOMScoreAdjust=\nSlice=odd-of.slice\nSlice=\nMemoryMin=1G\nMemoryMin=\nMemorySwapMax=1G\nMemorySwapMax=\n',
  'etc/systemd/system/odd-delegate-empty.service': '[Service]\nExecStart=/bin/true\nDelegate=yes\nDelegate=\n',
  'etc/systemd/system/odd-delegate-odd.service': '[Service]\nExecStart=/bin/true\nDelegate=whatever\n',
  'etc/systemd/system/odd-protected.service':
    '[Service]\nExecStart=/bin/true\nMemoryMin=infinity\nMemoryLow=10%\nMemorySwapMax=50%\n',
  'etc/systemd/system/odd-managed.slice':
    '[Slice]\nManagedOOMMemoryPressure=kill\nManagedOOMSwap=auto\nManagedOOMPreference=avoid\n',
  'etc/systemd/user/odd-user.service': '[Service]\nExecStart=/bin/true\nMemoryMax=1G\nOOMPolicy=continue\n',
  'etc/systemd/user/odd-user@.service': '[Service]\nExecStart=/bin/true\nMemoryHigh=1G\n',
  'etc/systemd/user/odd-session.service': '[Service]\nExecStart=/bin/true\nSlice=session.slice\n',
};
