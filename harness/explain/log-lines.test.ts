import t from 'tap';
import { readLogLines } from './log-lines.js';

const MESSAGE = 'TCP: request_sock_TCP: Possible SYN flooding on port 8080.';

/** One line of the kernel's in each form, with the time that it must be given. */
const KERNEL: Readonly<Record<string, readonly [line: string, at: string | undefined]>> = {
  dmesg: [`[  123.456789] ${MESSAGE}`, '123.456789'],
  'dmesg, with printk.caller': [`[  123.456789][   T12] ${MESSAGE}`, '123.456789'],
  'dmesg -T': [`[Tue Nov 24 03:10:01 2026] ${MESSAGE}`, 'Tue Nov 24 03:10:01 2026'],
  'dmesg -T in Russian': [`[вт ноя 24 03:10:01 2026] ${MESSAGE}`, 'вт ноя 24 03:10:01 2026'],
  'dmesg -x': [`kern  :warn  : [  123.456789] ${MESSAGE}`, '123.456789'],
  'dmesg -x -T': [`kern  :warn  : [Tue Nov 24 03:10:01 2026] ${MESSAGE}`, 'Tue Nov 24 03:10:01 2026'],
  'dmesg -r': [`<4>[  123.456789] ${MESSAGE}`, '123.456789'],
  'dmesg -r without printk.time': [`<4>${MESSAGE}`, undefined],
  'dmesg -d': [`[  123.456789 <    0.000012>] ${MESSAGE}`, '123.456789 <    0.000012>'],
  'dmesg -e': [`[Nov24 03:10] ${MESSAGE}`, 'Nov24 03:10'],
  'dmesg -e, a later line': [`[  +0.000012] ${MESSAGE}`, '+0.000012'],
  'dmesg --time-format iso': [`2026-11-24T03:10:01,123456+00:00 ${MESSAGE}`, '2026-11-24T03:10:01,123456+00:00'],
  'dmesg -x --time-format iso': [
    `kern  :warn  : 2026-11-24T03:10:01,123456+00:00 ${MESSAGE}`,
    '2026-11-24T03:10:01,123456+00:00',
  ],
  '/dev/kmsg': [`4,1234,123456789,-;${MESSAGE}`, '123.456789'],
  '/dev/kmsg with a caller': [`4,1234,123456789,-,caller=T1;${MESSAGE}`, '123.456789'],
  'talosctl dmesg': [`kern: warning: [2026-11-24T03:10:01.913975631Z]: ${MESSAGE}`, '2026-11-24T03:10:01.913975631Z'],
  'talosctl dmesg of several nodes': [
    `172.20.0.2: kern: warning: [2026-11-24T03:10:01.913975631Z]: ${MESSAGE}`,
    '2026-11-24T03:10:01.913975631Z',
  ],
  short: [`Nov 24 03:10:01 web kernel: ${MESSAGE}`, 'Nov 24 03:10:01'],
  'short --no-hostname': [`Nov 24 03:10:01 kernel: ${MESSAGE}`, 'Nov 24 03:10:01'],
  'short-precise': [`Nov 24 03:10:01.050705 web kernel: ${MESSAGE}`, 'Nov 24 03:10:01.050705'],
  'short in Russian': [`ноя 24 03:10:01 web kernel: ${MESSAGE}`, 'ноя 24 03:10:01'],
  'short in German': [`Mär 24 03:10:01 web kernel: ${MESSAGE}`, 'Mär 24 03:10:01'],
  'short in French': [`févr. 24 03:10:01 web kernel: ${MESSAGE}`, 'févr. 24 03:10:01'],
  'short in Japanese': [`11月 24 03:10:01 web kernel: ${MESSAGE}`, '11月 24 03:10:01'],
  'short in Vietnamese': [`Thg 24 03:10:01 web kernel: ${MESSAGE}`, 'Thg 24 03:10:01'],
  'short-full': [`Tue 2026-11-24 03:10:01 UTC web kernel: ${MESSAGE}`, 'Tue 2026-11-24 03:10:01 UTC'],
  'short-full in Greek': [`Τρί 2026-11-24 03:10:01 EET web kernel: ${MESSAGE}`, 'Τρί 2026-11-24 03:10:01 EET'],
  'short-full of a zone without a name': [
    `Tue 2026-11-24 03:10:01 +03 web kernel: ${MESSAGE}`,
    'Tue 2026-11-24 03:10:01 +03',
  ],
  'short-iso': [`2026-11-24T03:10:01+0100 web kernel: ${MESSAGE}`, '2026-11-24T03:10:01+0100'],
  'short-iso-precise': [`2026-11-24T03:10:01.050705+01:00 web kernel: ${MESSAGE}`, '2026-11-24T03:10:01.050705+01:00'],
  'short-unix': [`1795489801.050705 web kernel: ${MESSAGE}`, '1795489801.050705'],
  'short-monotonic': [`[  123.456789] web kernel: ${MESSAGE}`, '123.456789'],
  'short-delta': [`[  123.456789 <    0.000012 >] web kernel: ${MESSAGE}`, '123.456789 <    0.000012 >'],
  'RFC 3164': [`<4>Nov 24 03:10:01 web kernel: ${MESSAGE}`, 'Nov 24 03:10:01'],
  "syslog with the kernel's own time": [`Nov 24 03:10:01 web kernel: [230460.9] ${MESSAGE}`, 'Nov 24 03:10:01'],
  'RFC 5424': [`<4>1 2026-11-24T03:10:01.1Z web kernel - - - ${MESSAGE}`, '2026-11-24T03:10:01.1Z'],
  'RFC 5424 with structured data': [
    `<4>1 2026-11-24T03:10:01.1Z web kernel - - [timeQuality tzKnown="1"][origin ip="::1"] ${MESSAGE}`,
    '2026-11-24T03:10:01.1Z',
  ],
  'a guest of VMware': [
    `2026-11-24T03:10:01.121Z In(05) vcpu-5 - Guest: <3>[39261021.091930] ${MESSAGE}`,
    '2026-11-24T03:10:01.121Z',
  ],
  'grep -n of a log': [`/var/log/kern.log:77:Nov 24 03:10:01 web kernel: ${MESSAGE}`, 'Nov 24 03:10:01'],
  'oc adm node-logs': [`node-7.internal Nov 24 03:10:01.050705 node-7 kernel: ${MESSAGE}`, 'Nov 24 03:10:01.050705'],
  Compose: [`web-1  | [  123.456789] ${MESSAGE}`, '123.456789'],
  'syslogd of busybox': [`Nov 24 03:10:01 web kern.warn kernel: ${MESSAGE}`, 'Nov 24 03:10:01'],
  "syslogd of busybox, with the kernel's own time": [
    `Nov 24 03:10:01 web kern.err kernel: [  123.456789] ${MESSAGE}`,
    'Nov 24 03:10:01',
  ],
  'logread of OpenWrt': [
    `Tue Nov 24 03:10:01 2026 kern.warn kernel: [  123.456789] ${MESSAGE}`,
    'Tue Nov 24 03:10:01 2026',
  ],
  'a console with the time that another program put before it': [
    `2026-11-24T03:10:01.123Z [  123.456789] ${MESSAGE}`,
    '2026-11-24T03:10:01.123Z',
  ],
  'ts of moreutils': [`Nov 24 03:10:01 [  123.456789] ${MESSAGE}`, 'Nov 24 03:10:01'],
  'short in Thai': [`พ.ย. 24 03:10:01 web kernel: ${MESSAGE}`, 'พ.ย. 24 03:10:01'],
  'short in Vietnamese, with the number of the month': [
    `Thg 11 24 03:10:01 web kernel: ${MESSAGE}`,
    'Thg 11 24 03:10:01',
  ],
  'colours, and a quoting mail': [`> \u001b[32m[  123.456789] \u001b[0m${MESSAGE}`, '123.456789'],
};

t.test('a line of the kernel, in every form', async (t) => {
  for (const [form, [line, at]] of Object.entries(KERNEL)) {
    const [read, ...more] = readLogLines(`${line}\n`);
    t.match(read, { text: MESSAGE, from: 'kernel' }, form);
    t.equal(read?.text, MESSAGE, form);
    t.equal(read?.at, at, form);
    t.same(more, [], form);
  }
});

t.test('the sender of a line', async (t) => {
  const message = 'web.service: A process of this unit has been killed by the OOM killer.';
  for (const [line, from] of [
    [`Nov 24 03:10:01 web systemd[1]: ${message}`, 'systemd'],
    [`Nov 24 03:10:01 systemd[1]: ${message}`, 'systemd'],
    [`Tue 2026-11-24 03:10:01 UTC web init.scope[1]: ${message}`, 'init.scope'],
    [`[    5.123456] systemd[1]: ${message}`, 'systemd'],
    [`[    5.123456] web systemd[1]: ${message}`, 'systemd'],
    [`<30>1 2026-11-24T03:10:01.1Z web systemd 1 - - ${message}`, 'systemd'],
    [`Nov 24 03:10:01 web daemon.warn systemd[1]: ${message}`, 'systemd'],
    [`Tue Nov 24 03:10:01 2026 daemon.info systemd[1]: ${message}`, 'systemd'],
    [`user: warning: [2026-11-24T03:10:01.9Z]: [systemd] ${message}`, 'systemd'],
    [`node7 2026-11-24T03:10:01.9Z web systemd[1]: ${message}`, 'systemd'],
  ] as const)
    t.same(
      [...readLogLines(line)].map(({ text, from }) => ({ text, from })),
      [{ text: message, from }],
      line,
    );
  // A message of the kernel may begin as a sender does.
  t.match([...readLogLines('[ 5.1] usb 1-1: new device\n')], [{ text: 'usb 1-1: new device', from: 'kernel' }]);
});

t.test('entries with fields', async (t) => {
  const micros = '1795489801123456';
  const entry = { __REALTIME_TIMESTAMP: micros, _TRANSPORT: 'kernel', SYSLOG_IDENTIFIER: 'kernel', MESSAGE };
  const json = JSON.stringify(entry);
  const pretty = JSON.stringify(entry, null, '\t');
  const fields = Object.entries(entry).map(([key, value]) => `${key}=${value}`);
  const at = '2026-11-24T03:10:01.123Z';
  const two = [
    { text: MESSAGE, at, from: 'kernel' },
    { text: MESSAGE, at, from: 'kernel' },
  ];
  t.equal(new Date(Number(micros) / 1000).toISOString(), at);
  for (const [form, text] of Object.entries({
    json: `${json}\n${json}\n`,
    'json-seq': `\u001e${json}\n\u001e${json}\n`,
    'json-sse': `data: ${json}\n\ndata: ${json}\n\n`,
    'json-pretty': `${pretty}\n${pretty}\n`,
    'a list, as of jq -s': `[${json},${json}]`,
    export: `__CURSOR=s=1;i=2\n${fields.join('\n')}\n\n__CURSOR=s=1;i=3\n${fields.join('\n')}\n\n`,
  }))
    t.same([...readLogLines(text)], two, form);
  const verbose = `Tue 2026-11-24 03:10:01.123456 UTC [s=1;i=2;b=3]\n    ${fields.slice(1).join('\n    ')}\n`;
  t.same(
    [...readLogLines(`${verbose}${verbose}`)],
    two.map((line) => ({ ...line, at: 'Tue 2026-11-24 03:10:01.123456 UTC' })),
  );
  const dmesg = { dmesg: [{ pri: 4, time: 123.456789, msg: MESSAGE }] };
  t.same([...readLogLines(JSON.stringify(dmesg, null, 3))], [{ text: MESSAGE, at: '123.456789', from: 'kernel' }]);
  const bytes = JSON.stringify({ ...entry, MESSAGE: [...Buffer.from(MESSAGE)] });
  t.match([...readLogLines(bytes)], [{ text: MESSAGE }], 'a message that is not UTF-8');
  const binary = `__CURSOR=1\n_TRANSPORT=kernel\nMESSAGE\n\u0004\0\0\0\0\0\0\0${MESSAGE}\n\n`;
  t.same([...readLogLines(binary)], [{ text: MESSAGE, from: 'kernel' }], 'export with a length before the value');
});

t.test('an entry that was cut off hides no other', async (t) => {
  const json = JSON.stringify({ _TRANSPORT: 'kernel', MESSAGE });
  t.match([...readLogLines(`${json}\n${json.slice(0, 20)}`)], [{ text: MESSAGE }, { text: json.slice(0, 20) }]);
});

t.test('what is not a log stays as it is', async (t) => {
  for (const text of ['hello', '{"kind": "Pod"}', 'key: value', '[Unit]', '[1, 2]'])
    t.same([...readLogLines(text)], [{ text }], text);
  t.same([...readLogLines('\n\n')], []);
});
