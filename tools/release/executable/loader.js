'use strict';
// The main module of the executable. It finds every other module among the assets and compiles it
// when it is first required: that starts faster than one file with V8's code cache, and the same
// sources give the same bytes.
const { join, posix } = require('node:path');
const { getRawAsset } = require('node:sea');
const vm = require('node:vm');

const PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname'];
const OPTIONS = { importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER };

const loaded = new Map();

function loadModule(path) {
  const known = loaded.get(path);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  loaded.set(path, module);
  const code = Buffer.from(getRawAsset(`code/${path}`)).toString();
  const run = vm.compileFunction(code, PARAMETERS, { filename: `plimsoll/${path}`, ...OPTIONS });
  const folder = posix.dirname(path);
  const requireModule = (name) =>
    name.startsWith('.') ? loadModule(posix.join(folder, name)) : require(name);
  // Below a file, where nothing can be: a relative path would lead into the working directory.
  const place = join(process.execPath, path);
  run(module.exports, requireModule, module, place, join(place, '..'));
  return module.exports;
}

loadModule('plimsoll.js');
