import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { netscaler } from './netscaler.ts';

suite('NetScaler', () => {
  test('is found by settings, boot loader and kernel as evidence of one build', () => {
    const { packages } = catalogFiles(netscaler, {
      '/flash/boot/loader.conf': 'console="vidconsole"\nkernel="/ns-14.1-36.5"\n',
      '/flash/ns-14.1-36.5.gz': 'kernel',
      '/nsconfig/ns.conf': '#NS14.1 Build 36.5\n# Last modified by `save config`\n',
    });
    assert.deepEqual(
      packages.map(({ purl, cpes, locations }) => [
        purl,
        cpes.map(({ cpe }) => cpe),
        locations.map(({ path }) => path),
      ]),
      [
        [
          'pkg:generic/netscaler@14.1-36.5',
          ['cpe:2.3:a:citrix:netscaler_application_delivery_controller:14.1-36.5:*:*:*:*:*:*:*'],
          ['/flash/boot/loader.conf', '/flash/ns-14.1-36.5.gz', '/nsconfig/ns.conf'],
        ],
      ],
    );
  });

  test('is listed with each of several builds', () => {
    const { packages } = catalogFiles(netscaler, {
      '/flash/ns-13.0-92.31.gz': '',
      '/netscaler/nsversion': 'NS13.1 Build 59.21\n',
    });
    assert.deepEqual(
      packages.map(({ version }) => version),
      ['13.0-92.31', '13.1-59.21'],
    );
  });

  for (const [path, content] of [
    ['/nsconfig/ns.conf', ''],
    ['/nsconfig/ns.conf', 'set ns config -IPAddress 10.0.0.1\n'],
    ['/netscaler/nsversion', 'NS13.1\n'],
    ['/boot/loader.conf', 'default arch\ntimeout 3\neditor no\ntitle ns-now\n'],
    ['/boot/loader.conf', `kernel="/ns-14.1-${'1'.repeat(100_000)}"`],
    ['/flash/ns-14.1.gz', ''],
  ] as const) {
    test(`is not found by ${path} with ${JSON.stringify(content.slice(0, 30))}`, () => {
      assert.deepEqual(catalogFiles(netscaler, { [path]: content }), {
        packages: [],
        edges: [],
        problems: [],
      });
    });
  }
});
