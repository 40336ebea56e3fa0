import { UNIT_DIR } from '../bundle/bundle.js';
import { type ChosenBundle, newBundlePath } from './chosen-bundle.js';
import { chooseHost, type Host, type HostOptions } from './host.js';

/** Small, so that its hog fills it soon, and that any machine has room for it at full size. */
const HOST: Host = { memory: '2G', swap: '0', cpus: 2 };

const UNIT = `[Unit]
Description=nginx
After=network.target

[Service]
Type=forking
PIDFile=/run/nginx.pid
ExecStartPre=/usr/sbin/nginx -t -q
ExecStart=/usr/sbin/nginx
ExecReload=/usr/sbin/nginx -s reload
KillMode=mixed
TimeoutStopSec=5

[Install]
WantedBy=multi-user.target
`;

const LIMITS = `# A runaway is killed at MemoryMax. MemoryHigh would throttle the server along
# with it, swap would hide it, and OOMPolicy=stop would end the whole unit.
[Service]
MemoryHigh=infinity
MemoryMax=1G
MemorySwapMax=0
OOMPolicy=continue
`;

const SESSIONS = `# A runaway in a login session is killed before the host runs out of memory.
[Slice]
MemoryMax=512M
MemorySwapMax=0
`;

/** A server to start with: nginx of Debian, with limits that hold. @throws OomdrillError `VALUE_INVALID` */
export function createNginxBundle(options: HostOptions): ChosenBundle {
  const manifest = {
    description: 'nginx of Debian on a small host, to start with.',
    host: chooseHost(options, HOST),
    serving: { unit: 'nginx.service', port: 80, path: '/' },
    packages: ['nginx'],
  };
  const files = [
    { path: `${UNIT_DIR}/nginx.service`, text: UNIT },
    { path: `${UNIT_DIR}/nginx.service.d/50-memory.conf`, text: LIMITS },
    { path: `${UNIT_DIR}/user-.slice.d/50-memory.conf`, text: SESSIONS },
  ];
  const bundle = { name: 'nginx', manifest, files };
  return { bundle, path: newBundlePath(bundle.name), origin: { kind: 'made' }, needs: [] };
}
