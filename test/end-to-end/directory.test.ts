import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { runProgram } from '../support/run-program.ts';

const SPECIFICATION = `Gem::Specification.new do |s|
  s.name = "rake"
  s.version = "13.0.6"
end
`;
const HOME = 'usr/share/rubygems-integration/all';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-directory-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  const place = join(folder, 'target', path);
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, text);
}

test('reports a gem that is installed in a directory once, by its record', async () => {
  write(`${HOME}/specifications/rake-13.0.6.gemspec`, SPECIFICATION);
  write(`${HOME}/gems/rake-13.0.6/rake.gemspec`, SPECIFICATION);
  write(`${HOME}/gems/rake-13.0.6/lib/rake.rb`, '');
  const args = ['sbom', `dir:${join(folder, 'target')}`, '-o', 'json', '-q', '--no-cache'];
  const { stdout, stderr, status } = await runProgram(args);
  assert.equal(status, 0, stderr);
  const { inventory } = JSON.parse(stdout) as {
    inventory: { packages: { purl: string; foundBy: string; ownedFiles: { path: string }[] }[] };
  };
  assert.deepEqual(
    inventory.packages.map(({ purl, foundBy, ownedFiles }) => ({
      purl,
      foundBy,
      files: ownedFiles.map(({ path }) => path),
    })),
    [
      {
        purl: 'pkg:gem/rake@13.0.6',
        foundBy: 'ruby-installed-gemspec',
        files: [
          `/${HOME}/gems/rake-13.0.6/lib/rake.rb`,
          `/${HOME}/gems/rake-13.0.6/rake.gemspec`,
          `/${HOME}/specifications/rake-13.0.6.gemspec`,
        ],
      },
    ],
  );
});
