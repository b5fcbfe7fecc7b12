/**
 * The style of all our pages: colors as pairs for light and dark, texts, cards, tables, layers. A
 * page adds its own. Nothing is loaded.
 *
 * Origin: our own.
 */
export const BASE_STYLE = `
:root{color-scheme:light dark;--bg:light-dark(#f6f7f9,#11151b);--panel:light-dark(#fff,#1a2029);--text:light-dark(#18202b,#e4e9f0);--dim:light-dark(#566070,#a3adbb);--line:light-dark(#dce1e8,#303947);--accent:light-dark(#0b57a4,#8abdff);--good:light-dark(#0b6b45,#6fd6a8);--bad:light-dark(#a80d3d,#ff8fae);--warn:light-dark(#805000,#f2c55c);--strip-a:light-dark(#2f6ea8,#3c7fbf);--strip-b:light-dark(#6a9fce,#22507c)}
:root[data-theme=light]{color-scheme:light}
:root[data-theme=dark]{color-scheme:dark}
*{box-sizing:border-box}
html{scroll-padding-top:5rem}
body{margin:0;background:var(--bg);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;-webkit-text-size-adjust:100%}
header,main{max-width:84rem;margin:0 auto;padding:0 1.25rem}
h1{font-size:1.7rem;line-height:1.2;margin:.2rem 0 .3rem;overflow-wrap:anywhere}
h2{font-size:1.15rem;margin:0 0 .6rem}
h3{font-size:1rem;margin:1rem 0 .3rem}
p{margin:.3rem 0}
a{color:var(--accent)}
code{font:.88em ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
.dim{color:var(--dim)}
.hide{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:.5rem;background:var(--panel);padding:.4rem .8rem;z-index:9}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:4px}
.top{display:flex;justify-content:space-between;align-items:center;padding-top:1rem}
.brand{color:var(--dim);letter-spacing:.08em;font-size:.85rem;margin:0}
.lead{font-size:1.15rem;margin-bottom:1rem}
.lead b{font-size:1.3rem}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:.8rem}
.card{background:var(--panel);border:1px solid var(--line);border-top:4px solid var(--line);border-radius:8px;padding:.8rem 1rem}
.card h2{font-size:.8rem;font-weight:600;color:var(--dim);text-transform:uppercase;letter-spacing:.06em;margin:0}
.card ul{margin:.3rem 0 0;padding-left:1.1rem;font-size:.9rem}
.card .dim{font-size:.88rem}
.big{font-size:1.35rem;font-weight:650;margin:.15rem 0}
.big::first-letter{text-transform:uppercase}
.v-pass{border-top-color:var(--good)}.v-pass .big{color:var(--good)}
.v-fail{border-top-color:var(--bad)}.v-fail .big{color:var(--bad)}
.v-unknown,.v-warn{border-top-color:var(--warn)}.v-unknown .big,.v-warn .big{color:var(--warn)}
.card ul.counts{list-style:none;padding:0;margin:.4rem 0 0;display:grid;grid-template-columns:repeat(auto-fit,minmax(6.8rem,1fr));gap:.35rem}
.counts li{border-radius:6px;padding:.15rem .5rem;font-size:.85rem;white-space:nowrap}
.counts b{font-size:1.1rem;font-variant-numeric:tabular-nums}
.counts .none{color:var(--dim)}
summary{cursor:pointer;padding:.2rem 0}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(20rem,1fr));gap:.2rem 1.5rem;margin:.4rem 0}
.facts div{display:flex;gap:.6rem}
.facts dt{color:var(--dim);flex:none;min-width:8rem}
.facts dd{margin:0;overflow-wrap:anywhere;min-width:0}
.toc{position:sticky;top:0;z-index:5;background:var(--bg);border-bottom:1px solid var(--line);margin-bottom:1.2rem}
.toc ul{max-width:84rem;margin:0 auto;padding:.5rem 1.25rem;display:flex;gap:.2rem 1.2rem;overflow-x:auto;list-style:none;white-space:nowrap}
@media (min-width:40rem){.toc ul{flex-wrap:wrap}}
.toc a{display:inline-block;padding:.1rem 0;text-decoration:none}
.toc a:hover{text-decoration:underline}
main>section{margin:0 0 2.2rem}
.scroll{overflow-x:auto;background:var(--panel);border:1px solid var(--line);border-radius:8px}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.5rem .7rem;font-weight:400}
thead th{font-size:.82rem;font-weight:600;color:var(--dim);border-bottom:1px solid var(--line);white-space:nowrap}
tbody th{font-weight:600;overflow-wrap:anywhere}
tr{border-top:1px solid var(--line)}
thead tr{border-top:0}
.num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.sev,.flag{display:inline-block;border-radius:5px;padding:0 .5rem;font-size:.85rem;font-weight:600;white-space:nowrap}
.flag{font-weight:500;background:light-dark(#e9edf2,#2b333f);color:var(--text)}
.s-critical{background:light-dark(#fbdce6,#56102a);color:light-dark(#8f0430,#ffb3c8)}
.s-high{background:light-dark(#fde4d8,#4d2412);color:light-dark(#8a2c0d,#ffc0a0)}
.s-medium{background:light-dark(#fbeec5,#3f3108);color:light-dark(#6b4500,#f7d985)}
.s-low{background:light-dark(#d9f1e6,#0e3a2a);color:light-dark(#0a5438,#93e3c1)}
.s-negligible{background:light-dark(#e8ebef,#2b323c);color:light-dark(#434c59,#c3cad4)}
.s-unknown{background:light-dark(#e0eafb,#182c4e);color:light-dark(#1b4a94,#aaccff)}
.flag.bad{background:light-dark(#8f0430,#ff8fae);color:light-dark(#fff,#2b0212)}
section ul{padding-left:1.2rem}
input,select,button{font:inherit;color:var(--text);background:var(--bg);border:1px solid light-dark(#7a8595,#6b7789);border-radius:6px;padding:.25rem .6rem;max-width:100%}
button{cursor:pointer}
input[type=checkbox]{width:1.5rem;height:1.5rem;vertical-align:middle}
button:disabled{opacity:.5;cursor:default}
.strip{margin:0 0 .8rem}
.strip figcaption{font-size:.88rem;color:var(--dim);margin-bottom:.2rem}
.strip svg{width:100%;height:28px;border-radius:6px;display:block}
.strip rect.p0{fill:var(--strip-a)}.strip rect.p1{fill:var(--strip-b)}
.strip text{fill:#fff;font-size:13px;text-anchor:middle}
.strip text.t1{fill:light-dark(#06233d,#fff)}
.strip .hatch{stroke:light-dark(#fff,#0b1520);stroke-width:1.4;opacity:.4;fill:none}
.digest{font-size:.8rem;overflow-wrap:anywhere}
:target{outline:2px solid var(--accent);outline-offset:4px;border-radius:4px}
@media (max-width:48rem){
body{font-size:16px}
.facts div{display:block}
.facts{grid-template-columns:1fr}
.card ul.counts{grid-template-columns:1fr 1fr}
}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
@media print{
:root{color-scheme:light}
body{background:#fff;font-size:10pt}
.toc,.skip,#theme{display:none}
.scroll{overflow:visible;border:0}
.card{break-inside:avoid}
tr{break-inside:avoid}
thead{display:table-header-group}
a{color:inherit;text-decoration:none}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}
`;

/** Detects before anything is drawn whether scripts run. */
export const EARLY_SCRIPT = "document.documentElement.classList.add('js', 'early');";

/** The button that switches between light and dark colors. */
export const THEME_SCRIPT = `'use strict';
(() => {
  const root = document.documentElement;
  root.classList.remove('early');
  const theme = document.getElementById('theme');
  const prefersDark = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => root.dataset.theme ? root.dataset.theme === 'dark' : prefersDark.matches;
  const nameTheme = () => { theme.textContent = isDark() ? 'Light colors' : 'Dark colors'; };
  theme.hidden = false;
  nameTheme();
  prefersDark.addEventListener('change', nameTheme);
  theme.addEventListener('click', () => { root.dataset.theme = isDark() ? 'light' : 'dark'; nameTheme(); });
})();
`;
