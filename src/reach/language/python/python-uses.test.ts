import { testUses } from '../../../../test/support/program-uses.ts';
import { readPythonUses } from './python-uses.ts';

testUses(
  'what a Python file imports',
  (bytes, usesMax) => readPythonUses(bytes, { usesMax, hasNames: true }),
  [
    ['imports', 'import a, b.c as d\nfrom .a import y, z\n', ['I1 a', 'I1 b.c', 'I2 .a:y,z']],
    ['several lines in parentheses', 'from a import (b,\n  c)  # d', ['I1 a:b,c']],
    ['joined lines', 'import a \\\n  , b\nfrom c \\\n  import d', ['I1 a', 'I1 b', 'I4 c:d']],
    ['blocks', 'try:\n  import a\nexcept ImportError:\n  import b', ['i2 a', 'i4 b']],
    ['the main program only', 'if __name__ == "__main__":\n    import a', ['m2 a']],
    [
      'no block for type checkers',
      'from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import a',
      ['I1 typing:TYPE_CHECKING'],
    ],
    [
      'calls',
      'import_module("a.b")\n__import__(name)\nimport_module("a." + x)',
      ['c1 a.b', 's1 a.b', 'v2 ?', 'v3 a.'],
    ],
    ['no definition of one', 'def __import__(name): pass\ndef import_module(name): pass', []],
    ['no text and no comment', '"""import a"""\n# import b\ns = "import c"', []],
    ['names in settings', 'BACKEND = "a.b.C"', ['s1 a.b.C']],
    [
      'groups of entry points',
      'entry_points(group="x.y")\nload_entry_point("N==1", "console_scripts", "p")',
      ['e1 x.y', 's1 x.y', 'e2 console_scripts:p'],
    ],
    ['several on a line', 'import a; import b', ['I1 a', 'I1 b']],
    ['nothing', '', []],
  ],
);
