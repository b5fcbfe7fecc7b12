import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detectMimeType } from './mime-type.ts';

const CASES: readonly (readonly [string, string])[] = [
  ['', ''],
  ['hello\n', 'text/plain'],
  ['\0\x01\x02', 'application/octet-stream'],
  [`\x7fELF\x02\x01${'\0'.repeat(10)}\x03\0`, 'application/x-sharedlib'],
  [`\x7fELF\x02\x02${'\0'.repeat(10)}\0\x02`, 'application/x-executable'],
  ['#!/bin/sh\necho\n', 'text/x-shellscript'],
  ['#!/usr/bin/env bash\n', 'text/x-shellscript'],
  ['#!/usr/bin/perl -w\n', 'text/x-perl'],
  ['#!/usr/bin/python3', 'text/x-python'],
  ['#!/sbin/openrc-run\n', 'text/plain'],
  ['TZif2\0', 'application/tzif'],
  ['\x89PNG\r\n\x1a\n\0', 'image/png'],
  ['<?xml version="1.0"?>', 'text/xml'],
  ['{\n  "a": 1}', 'application/json'],
  ['{ not json }', 'text/plain'],
  [`PK\x03\x04${'\0'.repeat(26)}META-INF/MANIFEST.MF`, 'application/java-archive'],
  [`PK\x03\x04${'\0'.repeat(26)}a.txt`, 'application/zip'],
  [`${'a'.repeat(257)}ustar`, 'application/x-tar'],
];

for (const [head, mimeType] of CASES) {
  test(`a file with the head ${JSON.stringify(head.slice(0, 20))} is ${mimeType || 'of no type'}`, () => {
    assert.equal(detectMimeType(Buffer.from(head, 'latin1')), mimeType);
  });
}
