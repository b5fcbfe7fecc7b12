import assert from 'node:assert/strict';
import { it } from 'node:test';
import { findAttribute, getAttribute, parseManifest } from './manifest.ts';

it('reads sections in order, with continued lines and any line ends', () => {
  const text = [
    'Manifest-Version: 1.0',
    'Bundle-Description: provides a ',
    ' simple way',
    'Class-Path: a.j',
    ' ar',
    '',
    '',
    'Name: org/example/',
    'Sealed:true',
    ': no name',
    'no value',
  ];
  const expected = {
    main: [
      { key: 'Manifest-Version', value: '1.0' },
      {
        key: 'Bundle-Description',
        value: 'provides a simple way',
        trimmed: 'provides asimple way',
      },
      { key: 'Class-Path', value: 'a.jar' },
    ],
    sections: [
      [
        { key: 'Name', value: 'org/example/' },
        { key: 'Sealed', value: 'true' },
      ],
    ],
  };
  for (const end of ['\n', '\r\n', '\r']) {
    assert.deepEqual(parseManifest(text.join(end)), expected);
  }
});

it('returns nothing for other content', () => {
  assert.deepEqual(parseManifest(''), { main: [], sections: [] });
  assert.deepEqual(parseManifest(' continued\n\0\xff\n'), { main: [], sections: [] });
});

it('finds attributes in any case, in the main section first', () => {
  const manifest = parseManifest('A: \nB: 1\n\nName: x\na: 2\nB: 3\n');
  assert.equal(getAttribute(manifest.main, 'b'), '1');
  assert.equal(getAttribute(manifest.main, 'c'), '');
  assert.equal(findAttribute(manifest, 'A'), '2');
  assert.equal(findAttribute(manifest, 'B'), '1');
});
