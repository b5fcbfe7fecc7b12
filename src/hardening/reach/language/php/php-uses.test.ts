import { testUses } from '../../../../../test/support/program-uses.ts';
import { readPhpUses } from './php-uses.ts';

testUses('what a PHP file includes', readPhpUses, [
  [
    'files',
    '<?php require "a.php"; include_once __DIR__ . "/a.b";\n',
    ['1 include a.php', '1 relative-include /a.b'],
  ],
  [
    'classes',
    '<?php use A\\B; new C\\D(); E::f();',
    ['1 class \\A\\B', '1 class A\\B', '1 class C\\D', '1 class E'],
  ],
  ['names made at run time', '<?php include $x;', ['1 computed ?']],
  ['no text and no comment', '<?php // require "a";\n/* include "b"; */ echo "include c";', []],
  ['nothing outside of tags', 'require "a"; <?php', []],
  [
    'declarations',
    '<?php namespace A\\B; class C extends D implements E {}',
    ['1 namespace A\\B', '1 class A\\B', '1 class C', '1 class D', '1 class E'],
  ],
  [
    'the folder of the file',
    '<?php require(dirname(__FILE__) . "/c.php");',
    ['1 relative-include /c.php'],
  ],
  ['nothing', '', []],
]);
