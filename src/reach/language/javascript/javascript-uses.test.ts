import { testUses } from '../../../../test/support/program-uses.ts';
import { readJavascriptUses } from './javascript-uses.ts';

testUses('what a JavaScript file loads', readJavascriptUses, [
  [
    'modules',
    'const x = require("a"); import b from "b"; export * from "./c";\n',
    ['R1 a', 'I1 b', 'I1 ./c'],
  ],
  ['what may run', 'if (x) { require("a"); }\nimport("b")', ['r1 a', 'i2 b']],
  [
    'names made at run time',
    'require(name); require("./" + x); import(`./y/${z}`)',
    ['v1 ?', 'v1 ./', 'v1 ./y/'],
  ],
  ['no text and no comment', '// require("a")\n/* import "b" */ "require(c)"', []],
  [
    'paths beside the file',
    'path.join(__dirname, "views", "x.html"); new URL("./d.txt", import.meta.url)',
    ['p1 views/x.html', 'u1 ./d.txt'],
  ],
  ['what is only resolved', 'require.resolve("a")', ['e1 a']],
  ['values in templates, and no pattern', 'const re = /require("x")/; `${require("y")}`', ['r1 y']],
  ['the folder of the file', 'app.use(express.static(__dirname))', ['d1 .']],
  ['nothing', '', []],
]);
