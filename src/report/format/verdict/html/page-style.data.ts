/* Origin: our own. */

import { BASE_STYLE } from '../../../../foundation/present/page-look.data.ts';

/** The style of the page: the style of all our pages, and its own. Filters need no script. */
export const PAGE_STYLE = `${BASE_STYLE}
.cards{grid-template-columns:repeat(auto-fit,minmax(14rem,1fr))}
.answer{grid-column:span 2}
.answer .big{font-size:1.7rem}
.answer ol{margin:.3rem 0 0;padding-left:1.3rem}
@media (max-width:36rem){.answer{grid-column:auto}}
.lead{overflow-wrap:anywhere}
.open{border-left:4px solid var(--warn);background:var(--panel);padding:.6rem 1rem;border-radius:0 8px 8px 0}
.open li{padding:.15rem 0;overflow-wrap:anywhere}
.st{display:inline-block;border-radius:5px;padding:0 .5rem;font-size:.85rem;font-weight:600;white-space:nowrap}
.st-failed,.st-fail{background:light-dark(#fbdce6,#56102a);color:light-dark(#8f0430,#ffb3c8)}
.st-unknown,.st-unanswered{background:light-dark(#fbeec5,#3f3108);color:light-dark(#6b4500,#f7d985)}
.st-warn{background:light-dark(#fde4d8,#4d2412);color:light-dark(#8a2c0d,#ffc0a0)}
.st-not-applicable{background:light-dark(#e8ebef,#2b323c);color:light-dark(#434c59,#c3cad4)}
.st-passed,.st-pass{background:light-dark(#d9f1e6,#0e3a2a);color:light-dark(#0a5438,#93e3c1)}
.filters{border:0;margin:0 0 .6rem;padding:0;display:flex;flex-wrap:wrap;gap:.3rem .9rem}
.filters legend{float:left;margin-right:.9rem;color:var(--dim)}
input[type=checkbox]{accent-color:var(--accent);padding:0}
.controls td,.controls th{padding:.45rem .7rem}
.controls tbody th{white-space:nowrap}
.controls summary{padding:.1rem 0;overflow-wrap:anywhere}
.controls tr.more{border-top:0}
.controls dl,.group dl{display:grid;grid-template-columns:9rem minmax(0,1fr);gap:.3rem 1rem;margin:.6rem 0}
.controls dt{color:var(--dim)}
.controls dd{margin:0;overflow-wrap:anywhere}
.controls dd ul{margin:0;padding-left:1.1rem}
.group{margin:1.2rem 0 0}
.group h3{margin-bottom:.1rem}
.cell-wide{min-width:18rem}
td,dd,li{overflow-wrap:anywhere}
.controls td.word{white-space:nowrap}
footer{max-width:84rem;margin:0 auto;padding:.8rem 1.25rem 2rem;color:var(--dim);font-size:.85rem;overflow-wrap:anywhere}
#evidence td,#evidence th,#accepted td,#accepted th,#inputs td,#inputs th{padding:.3rem .7rem;font-size:.9rem}
pre{background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:.6rem .8rem;white-space:pre-wrap;overflow-wrap:anywhere;font:.88em ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
main:has(#f-passed:not(:checked)) tr.is-passed,main:has(#f-failed:not(:checked)) tr.is-failed,main:has(#f-unknown:not(:checked)) tr.is-unknown,main:has(#f-unanswered:not(:checked)) tr.is-unanswered,main:has(#f-not-applicable:not(:checked)) tr.is-not-applicable,main:has(#f-should:not(:checked)) tr.should{display:none}
@media (max-width:48rem),print{
.controls thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.controls table,.controls tbody,.controls tr,.controls td,.controls tbody th{display:block}
.controls tbody tr{display:flex;flex-wrap:wrap;align-items:center;padding:.5rem 0}
.controls td.cell-wide{order:9;flex-basis:100%}
.controls td:empty{display:none}
.controls td,.controls tbody th{padding:.1rem .7rem}
.cell-wide{min-width:0}
}
@media screen and (max-width:48rem){
.controls dl{grid-template-columns:1fr;gap:0}
.controls dt{font-size:.85rem;margin-top:.4rem}
}
@media print{
.filters{display:none}
details::details-content{content-visibility:visible;block-size:auto}
.cards{grid-template-columns:repeat(2,1fr)}
th,td{padding:.25rem .4rem}
}
`;
