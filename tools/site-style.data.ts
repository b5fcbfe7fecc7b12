/* Origin: our own. */

/** The style of the documentation site: system fonts, light or dark as the reader's system. */
export const SITE_STYLE = `:root {
  color-scheme: light dark;
  --text: light-dark(#1c2430, #e4e8ee);
  --quiet: light-dark(#4d5866, #aab3bf);
  --ground: light-dark(#ffffff, #12161c);
  --panel: light-dark(#f4f6f9, #1a2029);
  --line: light-dark(#d5dbe3, #333d4b);
  --link: light-dark(#0b5cad, #7db8f5);
}
* { box-sizing: border-box; }
body {
  margin: 0; color: var(--text); background: var(--ground);
  font: 1rem/1.6 system-ui, sans-serif;
  display: grid; grid-template: auto 1fr / 18rem minmax(0, 1fr);
}
a { color: var(--link); }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--ground); padding: 0.5rem; }
header { grid-column: 1 / -1; padding: 0.8rem 1.5rem; border-bottom: 1px solid var(--line); background: var(--panel); }
header a { display: inline-block; color: var(--text); font-weight: 700; font-size: 1.15rem; text-decoration: none; }
nav { padding: 1rem 1.5rem; font-size: 0.92rem; }
nav.wide { border-right: 1px solid var(--line); }
nav h2 { margin: 1.2rem 0 0.3rem; font-size: 0.8rem; text-transform: uppercase; letter-spacing: 0.05em; color: var(--quiet); }
nav ul { margin: 0; padding: 0; list-style: none; }
nav li { margin: 0.2rem 0; line-height: 1.35; }
nav a { display: inline-block; min-height: 24px; text-decoration: none; }
nav a:hover, nav a:focus { text-decoration: underline; }
nav a[aria-current] { color: var(--text); font-weight: 600; }
details.narrow { display: none; }
main { padding: 1.5rem clamp(1rem, 4vw, 3rem) 4rem; max-width: 64rem; overflow-wrap: break-word; }
h1 { line-height: 1.2; margin-top: 0; }
main h2 { margin-top: 2.2rem; padding-bottom: 0.2rem; border-bottom: 1px solid var(--line); }
code { font: 0.9em/1.5 ui-monospace, monospace; background: var(--panel); padding: 0.1em 0.25em; border-radius: 0.2em; }
pre { overflow-x: auto; padding: 0.9rem 1rem; background: var(--panel); border: 1px solid var(--line); border-radius: 0.4rem; }
pre code { padding: 0; background: none; }
.table { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.94rem; }
th, td { padding: 0.4rem 0.7rem; border: 1px solid var(--line); text-align: left; vertical-align: top; }
th { background: var(--panel); }
img { max-width: 100%; height: auto; border: 1px solid var(--line); border-radius: 0.4rem; }
@media (max-width: 56rem) {
  body { display: block; }
  nav.wide { display: none; }
  details.narrow { display: block; border-bottom: 1px solid var(--line); }
  details.narrow summary { padding: 0.7rem 1.5rem; cursor: pointer; }
}
`;
