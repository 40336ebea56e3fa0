import t from 'tap';
import { fedora } from '../../testing/seams/fedora.js';
import { debian } from './debian.js';
import type { Distribution } from './distribution.js';
import { guestNamed, guestNames, installedVersions } from './guests.js';
import { hashRecipe, recipeFor } from './recipe.js';

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
  const root = debian.buildRoot({ suite: 'forky', packages, root: '/root', overlay: '/rootfs', customize: '/c.sh' });
  t.match(root.join(' '), /^mmdebstrap .*--include=linux-image-cloud-amd64,.* forky \/root http/);
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
