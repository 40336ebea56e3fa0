import t from 'tap';
import { fedora } from '../../testing/seams/fedora.js';
import { debian } from './debian.js';
import { type Distribution, sourcesOf } from './distribution.js';
import { guestNamed, guestNames, installedVersions } from './guests.js';
import { hashRecipe, recipeFor } from './recipe.js';
import { remarksOn } from './store.js';

/** Debian with the two suites that came first: one more in its table must break no test. */
const twoSuites: Distribution = { ...debian, suites: debian.suites.slice(0, 2) };

t.test('a guest by its name', async (t) => {
  t.same(guestNames([twoSuites]), ['trixie', 'bookworm']);
  t.match(guestNamed('bookworm'), { name: 'bookworm', distribution: { name: 'Debian' } });
  t.throws(() => guestNamed('sid', [twoSuites]), { code: 'GUEST_UNKNOWN', hint: 'There are: trixie, bookworm.' });
});

t.test('a suite more of a distribution', async (t) => {
  const forky = { name: 'forky', packages: ['docker-cli', 'systemd-cryptsetup'] };
  const table = [{ ...twoSuites, suites: [...twoSuites.suites, forky] }];
  const { packages } = recipeFor(guestNamed('forky', table));
  t.ok(packages.includes('systemd-cryptsetup'));
  t.ok(packages.includes('linux-image-cloud-amd64'));
  const plan = { packages, root: '/root', overlay: '/rootfs', customize: '/c.sh' };
  const root = debian.buildRoot({ ...plan, suites: ['forky'] });
  t.match(root.join(' '), /^mmdebstrap .*--include=linux-image-cloud-amd64,.* forky \/root deb http\S+ forky main$/);
});

t.test('a suite with the kernel of another one', async (t) => {
  const guest = guestNamed('trixie+backports');
  const { packages } = recipeFor(guest);
  t.same(
    packages.filter((name) => name.startsWith('linux-image')),
    ['linux-image-cloud-amd64/trixie-backports'],
    'one kernel: the image boots the only one',
  );
  t.same(sourcesOf(guest.suite), ['trixie', 'trixie-backports']);
  const plan = { packages, root: '/root', overlay: '/rootfs', customize: '/c.sh' };
  t.match(
    debian.buildRoot({ ...plan, suites: sourcesOf(guest.suite) }).join(' '),
    / trixie \/root deb \S+ trixie main deb \S+ trixie-backports main$/,
  );
  t.same(recipeFor(guestNamed('trixie+rt')).packages[0], 'linux-image-rt-amd64');
});

t.test('a suite that lacks a package of all others', async (t) => {
  t.notOk(recipeFor(guestNamed('bullseye')).packages.includes('systemd-oomd'));
  t.ok(recipeFor(guestNamed('bookworm')).packages.includes('systemd-oomd'));
});

t.test('what a mirror may refuse', async (t) => {
  const missing = `E: The repository 'http://mirror.example/debian buzz Release' does not have a Release file.`;
  t.match(debian.explain(missing), {
    code: 'GUEST_NOT_ON_MIRROR',
    why: 'the mirror http://mirror.example/debian has no suite buzz',
  });
  const expired =
    'E: Release file for http://mirror.example/debian/dists/sid/InRelease is expired (invalid since 21d 12h). Updates for this repository will not be applied.';
  t.match(debian.explain(expired), { code: 'MIRROR_EXPIRED', why: /packages of sid on the mirror http:\S+ is past/ });
  t.equal(debian.explain('E: Unable to locate package nodejs'), undefined);
});

t.test('a list past its date is taken only where that is allowed, and each record says so', async (t) => {
  const plan = { suites: ['sid'], packages: [], root: '/root', overlay: '/rootfs', customize: '/c.sh' } as const;
  const allows = () => debian.buildRoot(plan).some((word) => word.includes('Check-Valid-Until'));
  t.notOk(allows());
  process.env.OOMDRILL_MIRROR_EXPIRED = 'allow';
  t.teardown(() => delete process.env.OOMDRILL_MIRROR_EXPIRED);
  t.ok(allows());
  t.same(remarksOn({ guest: 'sid', id: '1', dir: '/', facts: {} }), []);
  const facts = { expired: 'sid until Fri, 06 Nov 2026 08:08:01 UTC' };
  t.match(remarksOn({ guest: 'sid', id: '1', dir: '/', facts }), [
    /sid image was built .* past its date: sid until Fri/,
  ]);
});

t.test('a distribution more', async (t) => {
  const table = [twoSuites, fedora];
  t.same(guestNames(table), ['trixie', 'bookworm', 'f42']);
  const recipe = recipeFor(guestNamed('f42', table), ['podman']);
  t.same(recipe.packages, ['kernel-core', 'systemd-udev', 'moby-engine', 'podman']);
  t.match(recipe.customize, /image\/customize-fedora\.sh$/);
  t.match(installedVersions(table), /^dpkg-query .*; rpm /);
});

t.test('what is in an image names it', async (t) => {
  const [usual, more, other] = await Promise.all([
    hashRecipe(recipeFor(guestNamed('trixie'))),
    hashRecipe(recipeFor(guestNamed('trixie'), ['nginx'])),
    hashRecipe(recipeFor(guestNamed('bookworm'))),
  ]);
  t.match(usual, /^[0-9a-f]{16}$/);
  t.equal(new Set([usual, more, other]).size, 3);
  t.equal(await hashRecipe(recipeFor(guestNamed('trixie'), ['docker-cli'])), usual, 'it is there already');
});
