import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { createZip } from '../../../foundation/bytes/zip/zip.fixture.ts';
import { browserExtension } from './browser-extension.ts';

const CHROME = '/home/u/.config/google-chrome/Default/Extensions';
const ID = 'cjpalhdlnbpafiamejdnhcphjbkeiagm';
const PROFILE = '/home/u/.mozilla/firefox/x.default';

const listPurls = (files: Record<string, string | Uint8Array>) => {
  const { packages, problems } = catalogFiles(browserExtension, files);
  return { purls: packages.map(({ purl }) => purl), problems };
};

suite('extensions of browsers', () => {
  test('are found in directories of Chrome and Edge', () => {
    const edge = { version: '2.0', update_url: 'https://edge.microsoft.com/extensionwebstorebase' };
    assert.deepEqual(
      listPurls({
        [`${CHROME}/${ID}/1.60.0_0/manifest.json`]: '\uFEFF{"name":"uBlock","version":"1.60.0"}',
        [`${CHROME}/${ID}/2.0_0/manifest.json`]: JSON.stringify(edge),
        [`${CHROME}/${ID}/3.0_0/manifest.json`]: '{"name":"a"}',
        '/app/extensions/own/1/manifest.json': '{"name":"own","version":"1"}',
      }),
      {
        purls: [`pkg:chrome-extension/${ID}@1.60.0`, `pkg:edge-extension/${ID}@2.0`],
        problems: [`P_RECORD ${CHROME}/${ID}/3.0_0/manifest.json:`],
      },
    );
  });

  test('are found once each by the index and the archives of Firefox', () => {
    const addons = [
      { id: 'uBlock0@raymondhill.net', version: '1.60.0', type: 'extension' },
      { id: 'other@e.org', version: '2.0', type: 'extension', location: 'app-profile' },
      {
        id: 'pictureinpicture@mozilla.org',
        version: '1',
        type: 'extension',
        location: 'app-builtin',
      },
      { id: 'dark@themes', version: '1', type: 'theme' },
      7,
    ];
    const manifest = {
      version: '1.60.0',
      browser_specific_settings: { gecko: { id: 'uBlock0@raymondhill.net' } },
    };
    assert.deepEqual(
      listPurls({
        [`${PROFILE}/extensions.json`]: JSON.stringify({ addons }),
        [`${PROFILE}/extensions/uBlock0@raymondhill.net.xpi`]: createZip([
          { name: 'manifest.json', content: JSON.stringify(manifest) },
        ]),
        [`${PROFILE}/extensions/{d10d0bf8-f5b5-c8b4-a8b2-2b9879e08c5d}/manifest.json`]:
          '{"name":"unpacked","version":"3.0"}',
        '/app/extensions/own/manifest.json': '{"name":"own","version":"1"}',
        [`${PROFILE}/extensions/old.xpi`]: createZip([{ name: 'install.rdf', content: '<RDF/>' }]),
      }),
      {
        purls: [
          'pkg:firefox-extension/other%40e.org@2.0',
          'pkg:firefox-extension/uBlock0%40raymondhill.net@1.60.0',
          'pkg:firefox-extension/%7Bd10d0bf8-f5b5-c8b4-a8b2-2b9879e08c5d%7D@3.0',
        ],
        problems: [],
      },
    );
  });

  test('only lose malformed records', () => {
    assert.deepEqual(
      listPurls({
        [`${PROFILE}/extensions.json`]: '['.repeat(99_999),
        [`${PROFILE}/extensions/a.xpi`]: 'PK',
      }),
      {
        purls: [],
        problems: [
          `P_MALFORMED ${PROFILE}/extensions.json:`,
          `P_MALFORMED ${PROFILE}/extensions/a.xpi:`,
        ],
      },
    );
  });
});
