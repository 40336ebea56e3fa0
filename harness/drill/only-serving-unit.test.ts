import t from 'tap';
import { serviceBundle, THROTTLED, UNTHROTTLED } from '../testing/fake-service.js';
import { differsInServingUnitAlone } from './only-serving-unit.js';

t.test('a difference of the serving unit alone', async (t) => {
  const bundle = serviceBundle(UNTHROTTLED);
  const withFile = (path: string) => ({ ...bundle, files: [...bundle.files, { path, text: '' }] });
  t.ok(differsInServingUnitAlone(bundle, serviceBundle(THROTTLED)), 'its file');
  t.ok(differsInServingUnitAlone(bundle, withFile('etc/systemd/system/web.service.d/a.conf')), 'a drop-in');
  t.notOk(differsInServingUnitAlone(bundle, withFile('etc/systemd/system/user-.slice.d/a.conf')), 'a slice');
  t.notOk(differsInServingUnitAlone(bundle, withFile('etc/default/earlyoom')), 'a killer');
  const host = { ...bundle.manifest.host, swap: '1G' };
  t.notOk(differsInServingUnitAlone(bundle, { ...bundle, manifest: { ...bundle.manifest, host } }), 'the host');
});
