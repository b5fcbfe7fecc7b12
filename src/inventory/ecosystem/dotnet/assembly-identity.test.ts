import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseAssemblyName, chooseAssemblyVersion } from './assembly-identity.ts';

const toTexts = (entries: Record<string, string>): Map<string, string> =>
  new Map(Object.entries(entries));

test('an assembly has the name of its product, and Microsoft’s that of its description', () => {
  const common = { FileDescription: 'System.Text.Json', InternalName: 'System.Text.Json.dll' };
  assert.equal(chooseAssemblyName(toTexts({ ...common, ProductName: 'Own  (net8.0)' })), 'Own');
  assert.equal(
    chooseAssemblyName(toTexts({ ...common, ProductName: 'Microsoft .NET' })),
    'System.Text.Json',
  );
  assert.equal(chooseAssemblyName(toTexts({})), '');
});

test('the more precise version of product and file is used', () => {
  const cases: readonly (readonly [string, string, string, string])[] = [
    ['2.0.0', '1.0.0.0', 'Own', '2.0.0'],
    ['1.0.0', '3.0.0.0', 'Own', '3.0.0.0'],
    ['1.2.0', '1.2.0.0', 'Own', '1.2.0.0'],
    ['8.0.1+abc', '8.0.123.45678', 'Microsoft', '8.0.1'],
    ['', '4.8.9037.0 built by: NET481REL1', 'Own', '4.8.9037.0'],
    ['preview', '', 'Own', 'preview'],
    ['preview', '1.0', 'Own', '1.0'],
  ];
  for (const [product, file, company, expected] of cases) {
    const given = { ProductVersion: product, FileVersion: file, CompanyName: company };
    assert.equal(chooseAssemblyVersion(toTexts(given)), expected, `${product} ${file}`);
  }
});
