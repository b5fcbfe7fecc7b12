import { testUses } from '../../../../../test/support/program-uses.ts';
import { readPythonUses } from './python-uses.ts';

testUses(
  'what a Python file imports',
  (bytes, usesMax) => readPythonUses(bytes, { usesMax, nameStart: '' }),
  [
    [
      'imports',
      'import a, b.c as d\nfrom .a import y, z\n',
      ['1 import a', '1 import b.c', '2 import .a:y,z'],
    ],
    ['several lines in parentheses', 'from a import (b,\n  c)  # d', ['1 import a:b,c']],
    [
      'joined lines',
      'import a \\\n  , b\nfrom c \\\n  import d',
      ['1 import a', '1 import b', '4 import c:d'],
    ],
    [
      'blocks',
      'try:\n  import a\nexcept ImportError:\n  import b',
      ['2 conditional-import a', '4 conditional-import b'],
    ],
    ['the main program only', 'if __name__ == "__main__":\n    import a', ['2 main-import a']],
    [
      'no block for type checkers',
      'from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import a',
      ['1 import typing:TYPE_CHECKING'],
    ],
    [
      'calls',
      'import_module("a.b")\n__import__(name)\nimport_module("a." + x)',
      ['1 import-call a.b', '1 dotted-string a.b', '2 computed ?', '3 computed a.'],
    ],
    ['no definition of one', 'def __import__(name): pass\ndef import_module(name): pass', []],
    ['no text and no comment', '"""import a"""\n# import b\ns = "import c"', []],
    ['names in settings', 'BACKEND = "a.b.C"', ['1 dotted-string a.b.C']],
    [
      'groups of entry points',
      'entry_points(group="x.y")\nload_entry_point("N==1", "console_scripts", "p")',
      ['1 entry-points x.y', '1 dotted-string x.y', '2 entry-points console_scripts:p'],
    ],
    ['several on a line', 'import a; import b', ['1 import a', '1 import b']],
    ['nothing', '', []],
  ],
);
