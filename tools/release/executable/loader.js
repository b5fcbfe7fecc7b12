'use strict';
// The main module of the executable. It finds every other module among the assets, and compiles it
// when it is first required. V8 uses the compiled code that `record-code.ts` wrote; if NODE_OPTIONS
// changes flags of V8, it rejects that code, and compiles the module.
const { join, posix } = require('node:path');
const { getAssetKeys, getRawAsset } = require('node:sea');
const vm = require('node:vm');

const importModuleDynamically = vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
const assets = new Set(getAssetKeys());

const loaded = new Map();

/** Creates the function that evaluates a module. */
function compileModule(path) {
  const code = Buffer.from(getRawAsset(`code/${path}`)).toString();
  const recorded = `compiled/${path}`;
  const script = new vm.Script(
    `(function (exports, require, module, __filename, __dirname) {${code}\n})`,
    {
      filename: `plimsoll/${path}`,
      cachedData: assets.has(recorded) ? new Uint8Array(getRawAsset(recorded)) : undefined,
      importModuleDynamically,
    },
  );
  module.exports.set(path, script);
  return script.runInThisContext();
}

function loadModule(path) {
  const known = loaded.get(path);
  if (known !== undefined) return known.exports;
  const own = { exports: {} };
  loaded.set(path, own);
  const folder = posix.dirname(path);
  const requireModule = (name) =>
    name.startsWith('.') ? loadModule(posix.join(folder, name)) : require(name);
  // Below a file, where nothing can be: a relative path would lead into the working directory.
  const place = join(process.execPath, path);
  compileModule(path)(own.exports, requireModule, own, place, join(place, '..'));
  return own.exports;
}

/** The scripts of the loaded modules, for `record-code.ts`. */
module.exports = new Map();
loadModule('plimsoll.js');
