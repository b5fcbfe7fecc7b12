/**
 * Names of programs and libraries that run code, by the language of packages.
 *
 * Origin: our own.
 */
export const INTERPRETERS: ReadonlyMap<string, RegExp> = new Map([
  ['python', /^(?:python[\d.]*(?:-config)?|pypy[\d.]*|micropython|libpython[\d.]+.*\.so.*)$/],
  ['javascript', /^(?:node(?:js)?[\d.]*|bun|deno|qjs|electron|libnode\.so.*|libv8.*\.so.*)$/],
  ['ruby', /^(?:j?ruby[\d.]*|truffleruby|mruby|libruby[\d.-]*\.so.*)$/],
  [
    'php',
    /^(?:php[\d.]*|php[\d.]*-(?:fpm|cgi|cli)[\d.]*|php-fpm[\d.]*|frankenphp|libphp[\d.]*\.so.*)$/,
  ],
  ['perl', /^(?:perl[\d.]*|libperl\.so.*)$/],
  ['java', /^(?:java|jre|jdk|openjdk|libjvm\.so|libjsig\.so)$/],
  ['lua', /^(?:lua[\d.]*|luajit[\d.-]*|liblua.*\.so.*)$/],
  ['R', /^(?:R|Rscript|libR\.so)$/],
  ['erlang', /^(?:erl|erlexec|beam(?:\.smp)?)$/],
  ['elixir', /^(?:erl|erlexec|beam(?:\.smp)?)$/],
]);
