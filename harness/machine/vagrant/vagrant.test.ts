import t from 'tap';
import { callsOf, channelPath } from './libvirt.js';
import { parseSshConfig, vagrantError } from './vagrant.js';

t.test('vagrant ssh-config', async (t) => {
  const text = `Host default
  HostName 192.168.231.7
  User vagrant
  Port 22
  UserKnownHostsFile /dev/null
  IdentityFile "/home/a b/.vagrant.d/insecure_private_key"
  IdentitiesOnly yes
`;
  t.same(parseSshConfig(text), {
    host: '192.168.231.7',
    port: 22,
    user: 'vagrant',
    keyFile: '/home/a b/.vagrant.d/insecure_private_key',
  });
  t.throws(() => parseSshConfig(''), { code: 'VAGRANT_SSH' });
});

t.test('what Vagrant says, and what to do about it', async (t) => {
  const cases: Record<string, string> = {
    "The provider 'libvirt' could not be found, but was requested": 'VAGRANT_PLUGIN',
    "The box 'no-such/box' could not be found or\ncould not be accessed": 'VAGRANT_BOX',
    'There is a syntax error in the following Vagrantfile. The syntax error': 'VAGRANTFILE',
    'Call to virDomainCreateWithFlags failed': 'VAGRANT',
  };
  for (const [words, code] of Object.entries(cases)) {
    const error = vagrantError('up', words);
    t.equal(error.code, code, words);
    t.ok(error.hint);
  }
});

t.test("the host's end of a channel", async (t) => {
  const xml = `<channel type='unix'>
      <source mode='bind' path='/run/libvirt/agent'/><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
    <channel type='unix'>
      <source mode='bind' path='/var/lib/libvirt/qemu/channel/target/domain-1/org.oomdrill.samples'/>
      <target type='virtio' name='org.oomdrill.samples' state='disconnected'/></channel>`;
  t.equal(
    channelPath(xml, 'org.oomdrill.samples'),
    '/var/lib/libvirt/qemu/channel/target/domain-1/org.oomdrill.samples',
  );
  t.equal(channelPath(xml, 'other'), undefined);
});

t.test('what libvirt has in hand', async (t) => {
  const info = (free: number, queue: number) =>
    `minWorkers     : 5\nmaxWorkers     : 20\nnWorkers       : 5\nfreeWorkers    : ${free}\nprioWorkers    : 5\njobQueueDepth  : ${queue}\n`;
  t.equal(callsOf(info(5, 0)), 0);
  t.equal(callsOf(info(4, 2)), 3);
});
