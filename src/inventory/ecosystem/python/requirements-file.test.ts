import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseRequirementsFile } from './requirements-file.ts';

const FILE = `# comment
 flask == 4.0.0
foo == 1.0.0 # a comment
bar >= 1.0.0, <= 2.0.0, \\
  != 3.0.0
-e https://github.com/pecan/pecan.git
-r other.txt
--requirement=sub/third.txt
-rfourth.txt
--requirement   fifth file.txt
--index-url https://example.org/simple
argh==0.26.2 \\
  --hash=sha256:a9b3 \\
  --hash=sha256:e953 # why
lib @ git+https://e.org/lib.git#egg=lib
==2.3.4
last==1#note
`;

describe('a requirements file', () => {
  const parsed = parseRequirementsFile(FILE, 1_000);

  it('has requirements over one or more lines', () => {
    assert.deepEqual(
      parsed.requirements.map(({ line, name, constraint, url }) => [line, name, constraint, url]),
      [
        [2, 'flask', '== 4.0.0', ''],
        [3, 'foo', '== 1.0.0', ''],
        [4, 'bar', '>= 1.0.0, <= 2.0.0, != 3.0.0', ''],
        [12, 'argh', '==0.26.2', ''],
        [15, 'lib', '', 'git+https://e.org/lib.git#egg=lib'],
        [17, 'last', '==1', ''],
      ],
    );
  });

  it('includes others and skips other options', () => {
    assert.deepEqual(parsed.includes, [
      'other.txt',
      'sub/third.txt',
      'fourth.txt',
      'fifth file.txt',
    ]);
    assert.deepEqual(parsed.malformedLines, [6, 16]);
  });

  it('stops at the record limit', () => {
    const { requirements, isCutOff } = parseRequirementsFile('a==1\nb==1\nc==1\n', 2);
    assert.equal(requirements.length, 2);
    assert.ok(isCutOff);
  });

  it('may end within a continued line, and may have huge lines', () => {
    assert.equal(parseRequirementsFile('a==1 \\', 9).requirements[0]?.constraint, '==1');
    assert.equal(parseRequirementsFile(`a${' '.repeat(1_000_000)}b`, 9).malformedLines.length, 1);
    assert.equal(parseRequirementsFile('\\\n'.repeat(200_000), 9).requirements.length, 0);
    assert.equal(parseRequirementsFile(`-r${' '.repeat(1_000_000)}`, 9).includes.length, 0);
  });
});
