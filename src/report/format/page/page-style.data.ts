/* Origin: our own. */

import { BASE_STYLE } from '../../../foundation/present/page-look.data.ts';

/** The style of the page: the style of all our pages, and its own. */
export const PAGE_STYLE = `${BASE_STYLE}
.alerts{list-style:none;margin:.9rem 0 0;padding:0}
.alerts li{border-left:4px solid var(--warn);background:var(--panel);padding:.45rem .8rem;margin:.35rem 0;border-radius:0 6px 6px 0}
.id{margin:.9rem 0}
.cards{grid-template-columns:repeat(auto-fit,minmax(13rem,1fr))}
.answer{grid-column:span 2}
.answer .big{font-size:1.8rem}
.answer ol{margin:.2rem 0 0;padding-left:1.3rem}
.answer li{padding:.1rem 0}
@media (max-width:36rem){.answer{grid-column:auto}}
thead button{all:unset;cursor:pointer;font-weight:600;min-height:1.5rem}
thead button:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
th[aria-sort] button{color:var(--text)}
th[aria-sort=descending] button::after{content:" ↓"}
th[aria-sort=ascending] button::after{content:" ↑"}
tr.r{border-top:0}
#pt td,#pt th{overflow-wrap:anywhere;padding:.35rem .7rem}
#ft td.pk{overflow-wrap:anywhere}
#ft tbody>tr:first-child>td:first-child{white-space:nowrap}
#pt td:last-child{min-width:16rem}
.about{display:block;max-width:34rem;overflow:hidden;text-overflow:ellipsis;font-weight:400;font-size:.85rem;color:var(--dim);display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:1}
.open .about{-webkit-line-clamp:4}
.ver{font-weight:400}
#ut td,#ut th{padding:.35rem .7rem}
#ut a,.sev{white-space:nowrap}
footer{max-width:84rem;margin:0 auto;padding:.8rem 1.25rem 2rem;color:var(--dim);font-size:.85rem;overflow-wrap:anywhere}
tr.r td{padding:0 .7rem .4rem}
tr.r summary{color:var(--dim);font-size:.88rem}
.aside>tr:first-child>*{opacity:.85}
.why{margin:.2rem 0 .4rem;max-width:70rem}
.why>div{display:grid;grid-template-columns:9rem 1fr;gap:0 .8rem;padding:.25rem 0}
.why dt{color:var(--dim);grid-row:span 99}
.why dd{margin:0;grid-column:2;overflow-wrap:anywhere}
.why>div:first-child dd{font-weight:600}
.why ul{margin:.1rem 0;padding-left:1.1rem;color:var(--dim);font-size:.9rem}
.text{max-width:70rem;overflow-wrap:anywhere}
tr.r .text{border-left:3px solid var(--line);padding-left:.8rem;margin:.3rem 0 .6rem}
#vulnerabilities details,#aside details,#unevaluated details{content-visibility:auto;contain-intrinsic-size:auto 2rem}
.names{color:var(--dim);font-size:.9rem;padding-left:1.1rem;overflow-wrap:anywhere}
#tools,#ptools{background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:.7rem .9rem;margin-bottom:.8rem}
#tools[hidden],#ptools[hidden],nav[hidden]{display:none}
.line{display:flex;flex-wrap:wrap;gap:.5rem .9rem;align-items:center;margin-bottom:.5rem}
.line label,#ptools label{font-size:.88rem;color:var(--dim);display:inline-flex;gap:.4rem;align-items:center}
.grow{flex:1 1 18rem}
.grow input{flex:1}
fieldset{border:0;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.4rem}
.line .chip{border-radius:6px;padding:.1rem .5rem}
.line .chip[class*=s-c]{color:light-dark(#8f0430,#ffb3c8)}.line .chip.s-high{color:light-dark(#8a2c0d,#ffc0a0)}.line .chip.s-medium{color:light-dark(#6b4500,#f7d985)}.line .chip.s-low{color:light-dark(#0a5438,#93e3c1)}.line .chip.s-negligible{color:light-dark(#434c59,#c3cad4)}.line .chip.s-unknown{color:light-dark(#1b4a94,#aaccff)}
.chip:has(input:not(:checked)){background:none}
input[type=checkbox]{accent-color:var(--accent);padding:0}
select{max-width:14rem}
#count,#pcount{color:var(--dim);margin:0 0 .2rem;font-size:.92rem}
#pager,#ppager{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;margin-top:.7rem}
.changes{list-style:none;padding:0}
.changes li{padding:.25rem 0}
.js .static,.early main{display:none}
.js #ft tr.r{display:none}
.js #ft .open tr.r{display:table-row}
.js #ft tr.r summary{display:none}
.js #ft .open>tr:first-child{background:light-dark(#eef3f9,#212a36)}
.js #ft tbody>tr:first-child{cursor:pointer}
.tog{border:0;background:none;padding:0 .35rem 0 0;min-height:1.5rem;color:var(--dim)}
.tog::before{content:"▸"}
.open .tog::before{content:"▾"}
@media (max-width:48rem){
.why>div{display:block}
.why dt{font-size:.85rem;margin-top:.3rem}
#ut,#ut tbody,#ut tr,#ut tbody th{display:block}
#ut tr{padding:.4rem .1rem}
#ut td,#ut tbody th{padding:.05rem .7rem}
#ut td{display:block}
#ut td:last-child{display:none}
#pt td:last-child{min-width:0}
#ut thead,#ft thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
#ft thead button{pointer-events:none}
#ft,#ft tbody,#ft tr,#ft td,#ft tbody th{display:block}
#ft td.st-open{display:none}
.about{-webkit-line-clamp:2}
#ft tbody{border-top:1px solid var(--line);padding:.5rem .8rem}
#ft tr{border:0}
#ft td,#ft tbody th{padding:.1rem 0;text-align:left}
#ut td[data-h]::before,.fx::before,.rk::before,.ep::before{content:attr(data-h) ": ";color:var(--dim);font-size:.88rem}
.fx::before{content:"Fixed in: "}.rk::before{content:"Risk: "}.ep::before{content:"EPSS: "}
#ft .fx,#ft .rk,#ft .ep{display:inline-block;margin-right:1rem}
.js #ft .open tr.r{display:block}
.grow{flex-basis:100%}
}
@media print{
#tools,#ptools,#pager,#ppager,#count,.tog{display:none}
.about{-webkit-line-clamp:3}
.cards{grid-template-columns:repeat(2,1fr)}
th,td{padding:.3rem .4rem}
}
`;
