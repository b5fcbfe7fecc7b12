import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { swiplPack } from './swipl-pack.ts';

const read = (text: string): ReturnType<typeof catalogFiles> =>
  catalogFiles(swiplPack, { '/pack/hdt/pack.pl': text });

test('reads the facts of a SWI-Prolog pack', () => {
  const { packages } = read(`% comment
name(hdt).
version('0.5.2').
title('Access RDF HDT files').
author( 'Jan Wielemaker', 'J.Wielemaker@vu.nl' ).
packager('It\\'s me', 'me@e.org').
home( 'https://github.com/JanWielemaker/hdt.git' ).
requires(a).
`);
  assert.deepEqual(packages[0]?.purl, 'pkg:swiplpack/hdt@0.5.2');
  assert.deepEqual(packages[0]?.metadata?.value['authorEmail'], 'J.Wielemaker@vu.nl');
  assert.deepEqual(
    packages[0]?.metadata?.value['homepage'],
    'https://github.com/JanWielemaker/hdt.git',
  );
});

test('ignores a program with that name in linear time', () => {
  assert.deepEqual(read(':- module(pack, []).\nname(X) :- foo.\n').packages, []);
  assert.deepEqual(read(`name(${"'".repeat(200_000)}`).packages, []);
  assert.deepEqual(read(`name(${' '.repeat(200_000)}`).packages, []);
});
