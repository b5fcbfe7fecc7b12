import { testUses } from '../../../../test/support/program-uses.ts';
import { readPhpUses } from './php-uses.ts';

testUses('what a PHP file includes', readPhpUses, [
  ['files', '<?php require "a.php"; include_once __DIR__ . "/a.b";\n', ['R1 a.php', 'D1 /a.b']],
  ['classes', '<?php use A\\B; new C\\D(); E::f();', ['c1 \\A\\B', 'c1 A\\B', 'c1 C\\D', 'c1 E']],
  ['names made at run time', '<?php include $x;', ['v1 ?']],
  ['no text and no comment', '<?php // require "a";\n/* include "b"; */ echo "include c";', []],
  ['nothing outside of tags', 'require "a"; <?php', []],
  [
    'declarations',
    '<?php namespace A\\B; class C extends D implements E {}',
    ['n1 A\\B', 'c1 A\\B', 'c1 C', 'c1 D', 'c1 E'],
  ],
  ['the folder of the file', '<?php require(dirname(__FILE__) . "/c.php");', ['D1 /c.php']],
  ['nothing', '', []],
]);
