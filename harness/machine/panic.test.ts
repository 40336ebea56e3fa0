import { join } from 'node:path';
import t from 'tap';
import { readPanic } from './panic.js';

const PANIC = '[   39.2] Kernel panic - not syncing: Fatal exception in interrupt\r\n';

const consoles: Readonly<Record<string, readonly [console: string, says: RegExp]>> = {
  'a panic that was asked for': [
    '[   12.0] sysrq: Trigger a crash\n[   12.1] Kernel panic - not syncing: sysrq triggered crash\n',
    /panicked: sysrq triggered crash\.$/,
  ],
  'a fault, by its kind and its place': [
    `[   39.0] BUG: kernel NULL pointer dereference, address: 0000000000000008\r\n[   39.0] Oops: Oops: 0000 [#1] SMP\r\n[   39.1] RIP: 0010:tick_sched_timer+0x1a/0x90\r\n${PANIC}`,
    /panicked: Fatal exception in interrupt, after "BUG: kernel NULL pointer dereference, address: 0000000000000008", at tick_sched_timer\+0x1a\/0x90\.$/,
  ],
  'a fault of which only an oops tells': [
    `[    5.5] traps: PANIC: double fault, error_code: 0x0\r\n[    5.6] Oops: double fault: 0000 [#1] PREEMPT SMP NOPTI\r\n[    5.6] RIP: 0010:kmem_cache_alloc_noprof+0xc3/0x2f0\r\n${PANIC}`,
    /after "double fault: 0000 \[#1\] PREEMPT SMP NOPTI", at kmem_cache_alloc_noprof\+0xc3\/0x2f0\.$/,
  ],
  'a breakpoint of a kernel that patches itself': [
    `[   20.1] Oops: int3: 0000 [#1] PREEMPT SMP\r\n[   20.1] RIP: 0010:enqueue_entity+0x1/0x2\r\n${PANIC}`,
    /after "int3: 0000 \[#1\] PREEMPT SMP", at enqueue_entity\+0x1\/0x2\.$/,
  ],
  'an earlier fault that the guest lived on after': [
    `[    1.0] BUG: soft lockup - CPU#0 stuck for 22s!\n[    1.0] RIP: 0010:early+0x1/0x2\n[   39.0] general protection fault, probably for non-canonical address 0xdead\n[   39.0] RIP: 0010:late+0x3/0x4\n${PANIC}`,
    /after "general protection fault, .* 0xdead", at late\+0x3\/0x4\.$/,
  ],
};

for (const [name, [console, says]] of Object.entries(consoles)) {
  t.test(name, async (t) => {
    const dir = t.testdir({ 'console.log': console });
    t.match(await readPanic(join(dir, 'console.log')), { code: 'GUEST_PANIC', message: says });
  });
}

t.test('no panic, and no console', async (t) => {
  const dir = t.testdir({ 'console.log': '[    1.0] BUG: soft lockup - CPU#0 stuck for 22s!\n' });
  t.equal(await readPanic(join(dir, 'console.log')), undefined);
  t.equal(await readPanic(join(dir, 'none.log')), undefined);
});
