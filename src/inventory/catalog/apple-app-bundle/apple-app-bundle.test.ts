import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { appleAppBundle } from './apple-app-bundle.ts';

const PATH = '/Applications/Tool.app/Contents/Info.plist';

function createXml(members: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>${members}</dict></plist>`;
}

const createEntry = (key: string, value: string) => `<key>${key}</key><string>${value}</string>`;

/** Binary property list with one dictionary. Apple, `CFBinaryPList.c`. */
function createBinary(members: Readonly<Record<string, string | readonly string[]>>): Buffer {
  const objects: Buffer[] = [];
  const add = (object: Buffer): number => objects.push(object) - 1;
  const encodeMarker = (kind: number, count: number): Buffer =>
    count < 15 ? Buffer.from([(kind << 4) | count]) : Buffer.from([(kind << 4) | 15, 0x10, count]);
  const addText = (value: string): number => {
    const isAscii = /^[\0-\u007f]*$/.test(value);
    const bytes = isAscii ? Buffer.from(value) : Buffer.from(value, 'utf16le').swap16();
    return add(Buffer.concat([encodeMarker(isAscii ? 5 : 6, value.length), bytes]));
  };
  objects.push(Buffer.alloc(0));
  const keys = Object.keys(members).map(addText);
  const values = Object.values(members).map((value) =>
    typeof value === 'string'
      ? addText(value)
      : add(Buffer.from([...encodeMarker(10, value.length), ...value.map(addText)])),
  );
  objects[0] = Buffer.from([...encodeMarker(13, keys.length), ...keys, ...values]);
  const head = Buffer.from('bplist00');
  let at = head.length;
  const offsets = objects.map((object) => {
    at += object.length;
    return at - object.length;
  });
  const table = Buffer.alloc(offsets.length * 2);
  offsets.forEach((offset, index) => table.writeUInt16BE(offset, index * 2));
  const trailer = Buffer.alloc(32);
  trailer[6] = 2;
  trailer[7] = 1;
  trailer.writeBigUInt64BE(BigInt(objects.length), 8);
  trailer.writeBigUInt64BE(BigInt(at), 24);
  return Buffer.concat([head, ...objects, table, trailer]);
}

const FULL = {
  CFBundleIdentifier: 'com.example.tool',
  CFBundleName: 'Tool',
  CFBundleDisplayName: 'Tööl & more',
  CFBundleShortVersionString: '1.2.3',
  CFBundleVersion: '77',
  CFBundleSupportedPlatforms: ['MacOSX', 'iPhoneOS'],
  NSHumanReadableCopyright: '© 2026, a text that is longer than fifteen characters',
};
const ABOUT = {
  bundleIdentifier: 'com.example.tool',
  name: 'Tool',
  displayName: 'Tööl & more',
  shortVersion: '1.2.3',
  version: '77',
  supportedPlatforms: ['MacOSX', 'iPhoneOS'],
  copyright: '© 2026, a text that is longer than fifteen characters',
};

suite('apple-app-bundle', () => {
  test('reads an application from its property list in either form', () => {
    const members = Object.entries(FULL).map(([key, value]) =>
      typeof value === 'string'
        ? createEntry(key, value.replace('&', '&amp;'))
        : `<key>${key}</key><array>${value.map((item) => `<string>${item}</string>`).join('')}</array>`,
    );
    for (const content of [createXml(members.join('')), createBinary(FULL)]) {
      const { packages, problems } = catalogFiles(appleAppBundle, { [PATH]: content });
      assert.deepEqual(problems, []);
      const [found] = packages;
      assert.deepEqual(
        [found?.name, found?.version, found?.type, found?.purl],
        ['Tööl & more', '1.2.3', 'apple-app-bundle', ''],
      );
      assert.deepEqual(found?.metadata, { kind: 'apple-app-bundle-entry', value: ABOUT });
    }
  });

  test('falls back to other names, and requires a name and a version', () => {
    const cases: readonly (readonly [string, readonly string[]])[] = [
      [
        createEntry('CFBundleExecutable', 'run') + createEntry('CFBundleVersion', '42'),
        ['run', '42'],
      ],
      [
        createEntry('CFBundleIdentifier', 'a.b') + createEntry('CFBundleVersion', '1'),
        ['a.b', '1'],
      ],
      [createEntry('CFBundleVersion', '1'), []],
      [createEntry('CFBundleName', 'a'), []],
      [`<key>CFBundleName</key><integer>1</integer>${createEntry('CFBundleVersion', '1')}`, []],
    ];
    for (const [members, expected] of cases) {
      const { packages } = catalogFiles(appleAppBundle, { [PATH]: createXml(members) });
      assert.deepEqual(
        packages.flatMap(({ name, version }) => [name, version]),
        expected,
      );
    }
  });

  test('reports damaged lists, and tolerates any values', () => {
    for (const content of ['', '<plist><dict><key>', '{ CFBundleName = a; }', 'bplist00']) {
      const { packages, problems } = catalogFiles(appleAppBundle, { [PATH]: content });
      assert.deepEqual([packages, problems], [[], [`P_MALFORMED ${PATH}:`]]);
    }
    const whole = createBinary(FULL);
    for (let at = 0; at < whole.length; at++) {
      const damaged = Buffer.from(whole);
      damaged[at] = 0xff;
      for (const content of [damaged, whole.subarray(0, at)]) {
        assert.doesNotThrow(() => catalogFiles(appleAppBundle, { [PATH]: content }));
      }
    }
  });
});
