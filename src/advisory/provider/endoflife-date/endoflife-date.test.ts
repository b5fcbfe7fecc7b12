import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFeed } from '../feed.fixture.ts';
import { endoflifeDate } from './endoflife-date.ts';

async function readReleases(document: unknown) {
  const { facts, omissions } = await readFeed(endoflifeDate, document);
  const releases = facts.flatMap((one) => one.facts.releases ?? []);
  return {
    lines: releases.map(({ system, endOfLife, endOfActiveSupport = '-' }) =>
      [
        system.releaseId,
        system.majorVersion,
        system.minorVersion,
        system.codename,
        endOfLife.slice(0, 10),
        endOfActiveSupport.slice(0, 10),
      ].join(' '),
    ),
    causes: omissions.map(({ cause }) => cause),
  };
}

test('reads the page of a product', async () => {
  const page = `---
title: Ubuntu
permalink: /ubuntu
releases:
  - releaseCycle: "26.04"
    codename: "Resolute Raccoon"
    eoas: 2031-04-30
    eol: 2031-05-30
  - releaseCycle: "25.10"
    eol: false
  - releaseCycle: "9.04"
    eol: true
---
# Ubuntu
`;
  assert.deepEqual(await readReleases(page), {
    lines: ['ubuntu 26 04 resolute 2031-05-30 2031-04-30'],
    causes: ['a release without an end', 'an ended release without a date'],
  });
});

test('reads an answer of the API about one product or all', async () => {
  const rhel = {
    name: 'rhel',
    releases: [
      { name: '9', isEol: false, eolFrom: '2032-05-31', eoasFrom: '2027-05-31', codename: null },
      { name: '11', isEol: false, eolFrom: null },
    ],
  };
  const read = {
    lines: ['rhel 9   2032-05-31 2027-05-31'],
    causes: ['a release without an end'],
  };
  assert.deepEqual(await readReleases({ result: rhel }), read);
  const python = { name: 'python', releases: [{ name: '2.7', eolFrom: '2020-01-01' }] };
  assert.deepEqual(await readReleases({ result: [python, rhel] }), {
    ...read,
    causes: ['a product without a CPE or package URL', ...read.causes],
  });
});

test('reads products with a CPE or a package URL, from a page and from the API alike', async () => {
  const page = `---
category: lang
permalink: /python
identifiers:
  - purl: pkg:generic/python
  - cpe: cpe:2.3:a:python:python
  - repology: python
releases:
  - releaseCycle: "3.10"
    eol: 2026-10-31
  - releaseCycle: "2.6"
    eol: true
  - releaseCycle: "3.14"
    eol: false
  - releaseCycle: "1.6"
    eol: in winter
---
`;
  const answer = {
    name: 'python',
    identifiers: [
      { type: 'purl', id: 'pkg:generic/python' },
      { type: 'cpe', id: 'cpe:/a:python:python' },
      { type: 'repology', id: 'python' },
    ],
    releases: [
      { name: '3.10', isEol: true, eolFrom: '2026-10-31' },
      { name: '2.6', isEol: true, eolFrom: null },
      { name: '3.14', isEol: false, eolFrom: null },
      { name: '1.6', eolFrom: 'in winter' },
    ],
  };
  for (const document of [page, { result: answer }, { result: [answer] }]) {
    const { facts, omissions } = await readFeed(endoflifeDate, document);
    assert.deepEqual(omissions, []);
    assert.deepEqual(
      facts.flatMap((one) => one.facts.products ?? []),
      [
        {
          product: 'python',
          cpes: ['python:python'],
          purls: ['pkg:generic/python'],
          cycles: [
            { name: '3.10', endOfLife: '2026-10-31' },
            { name: '2.6', endOfLife: true },
            { name: '3.14', endOfLife: false },
          ],
        },
      ],
    );
  }
});

test('leaves out a release that another one would be taken for', async () => {
  const releases = [
    { name: '8', eolFrom: '2024-05-31' },
    { name: '9', eolFrom: '2027-05-31' },
  ];
  assert.deepEqual(await readReleases({ result: { name: 'centos-stream', releases } }), {
    lines: ['centos 9   2027-05-31 -'],
    causes: ['a release with the version of another'],
  });
});

test('reports an invalid date and a document without releases', async () => {
  const releases = [
    { name: '13', eolFrom: 'in summer' },
    { name: 'sid', eolFrom: '2030-01-01' },
  ];
  const { lines, causes } = await readReleases({ result: { name: 'debian', releases } });
  assert.deepEqual(
    [lines, causes],
    [[], ['a release with an invalid version or date', 'a release without a version number']],
  );
  for (const document of [
    { result: {} },
    { result: [] },
    '---\ntitle: x\n---\n',
    '---\n- : {\n---\n',
  ]) {
    assert.deepEqual(await readReleases(document), { lines: [], causes: ['without releases'] });
  }
});
