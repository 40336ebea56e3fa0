/** What host/capture.sh writes, with each kind of section (docs/capture.md). */
export const CAPTURES: readonly string[] = [
  `Welcome to web.example
oomdrill-capture/1
== fact unit
|web@blue.service
== fact kernel
|6.12.0-amd64
== fact systemd
|systemd 257
== fact distribution
|Debian GNU/Linux 13 (trixie)
== fact memory-kib
|24592344
== fact swap-kib
|0
== fact cpus
|8
== fact killer
|earlyoom.service
== fact program
|/usr/bin/node
== fact package
|nodejs
== show
|Id=web@blue.service
|MemoryMax=17179869184
|MemoryHigh=infinity
|ControlGroup=/system.slice/system-web.slice/web@blue.service
== file /etc/systemd/system/web@.service
|[Service]
|ExecStart=/usr/bin/node /srv/web.js
|MemoryMax=16G
|Environment=TOKEN=x
== file /usr/lib/systemd/system/earlyoom.service
|[Service]
|ExecStart=/usr/bin/earlyoom $EARLYOOM_ARGS
== environment-file /etc/web.env (ignore_errors=yes)
|TOKEN
|PORT
== cgroup memory.current
|1234567
== cgroup memory.events
|low 0
|high 0
|max 0
|oom 0
|oom_kill 0
== host-pressure
|some avg10=0.00 avg60=0.00 avg300=0.00 total=0
|full avg10=0.00 avg60=0.00 avg300=0.00 total=0
== ports
|8080
== omitted needed
|/etc/web.key holds a secret
== omitted
|the journal
== end
`,
  `oomdrill-capture/1
== fact container
|web
== fact engine
|docker
== container
|memory 1073741824
|memory-swap -1
|oom-score-adj 5
|restart on-failure 3
|init true
|user 1000:1000
|image shop/web:1.2
|image-id sha256:3cce1436db175425741c11d4a426d16681d0ba9b797cc1a498d656fa6000b090
|publish 0.0.0.0 8080 80/tcp
|publish :: 8080 80/tcp
|health-interval 1m30s
== command 1 yes
|/init serve --token REDACTED ""
== health-check
|/bin/sh -c "exit 1"
== variables
|TOKEN
== fact slice
|web.slice
== fact kernel
|6.12.0-amd64
== fact systemd
|systemd 257
== fact memory-kib
|24592344
== fact swap-kib
|0
== show
|MemoryHigh=805306368
|MemoryMax=1073741824
|MemorySwapMax=infinity
== end
`,
  `oomdrill-capture/1
== fact pod
|cache
== fact namespace
|default
== fact class
|Burstable
== pod-container redis
|serves yes
|image docker.io/library/redis:7
|oom-score-adj 875
|cpu-shares 102
|cpu-quota 50000
|cpu-period 100000
|user 999
|memory.max 4294967296
|memory.high max
|memory.oom.group 1
|port 6379
== pod-words redis args
|redis-server --save "" REDACTED
== pod-variables redis
|TOKEN
== pod-limits
|memory.max 4294967296
== fact kubelet
|1.33
== fact kernel
|6.12.0-amd64
== fact systemd
|systemd 257
== fact memory-kib
|8388608
== fact swap-kib
|0
== ports
|6379
== file /etc/kubernetes/kubelet.yaml
|apiVersion: kubelet.config.k8s.io/v1beta1
|kind: KubeletConfiguration
== end
`,
];
