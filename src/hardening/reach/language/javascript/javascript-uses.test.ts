import { testUses } from '../../../../../test/support/program-uses.ts';
import { readJavascriptUses } from './javascript-uses.ts';

testUses('what a JavaScript file loads', readJavascriptUses, [
  [
    'modules',
    'const x = require("a"); import b from "b"; export * from "./c";\n',
    ['1 require a', '1 import b', '1 import ./c'],
  ],
  [
    'what may run',
    'if (x) { require("a"); }\nimport("b")',
    ['1 conditional-require a', '2 dynamic-import b'],
  ],
  [
    'names made at run time',
    'require(name); require("./" + x); import(`./y/${z}`)',
    ['1 computed ?', '1 computed ./', '1 computed ./y/'],
  ],
  ['no text and no comment', '// require("a")\n/* import "b" */ "require(c)"', []],
  [
    'paths beside the file',
    'path.join(__dirname, "views", "x.html"); new URL("./d.txt", import.meta.url)',
    ['1 path views/x.html', '1 url ./d.txt'],
  ],
  ['what is only resolved', 'require.resolve("a")', ['1 resolve a']],
  [
    'values in templates, and no pattern',
    'const re = /require("x")/; `${require("y")}`',
    ['1 conditional-require y'],
  ],
  ['the folder of the file', 'app.use(express.static(__dirname))', ['1 directory .']],
  ['nothing', '', []],
]);
