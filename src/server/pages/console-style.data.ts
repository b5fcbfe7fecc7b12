/* Origin: our own. */

/** The style of the pages of the server, besides that of all our pages. */
export const CONSOLE_STYLE = `
.top{flex-wrap:wrap;gap:.5rem 1rem;padding:.75rem 0}
.top .brand{margin:0}
.top .brand a{color:inherit;text-decoration:none;font-weight:600}
.state{margin:0;flex:1 1 0;min-width:14rem;color:var(--dim);font-size:.85rem;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.find{display:flex;gap:.5rem;flex:0 1 26rem}
.find input{flex:1;min-width:0}
::placeholder{color:var(--dim);opacity:1}
.find input,.find button,.filter select,.filter input,.filter button{min-height:2rem}
.toc a{display:inline-block;min-height:1.5rem;padding:.1rem .1rem}
.toc a[aria-current=page]{color:var(--text);font-weight:650;border-bottom:3px solid var(--accent)}
main{padding-top:.5rem}
main>h1{max-width:62rem;margin-bottom:1rem}
main>:not(h1,section)+section{margin-top:1.5rem}
main>.facts{margin:1rem 0}
.card .facts{margin:0}
.cards{margin:0 0 1rem;grid-template-columns:repeat(auto-fit,minmax(11.5rem,1fr))}
.time{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center}
.time label{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center}
.time input,.time button{min-height:2rem}
main>.lead{margin:0 0 .5rem}
.lead+.cards{margin-top:1rem}
.notice{border-left:4px solid var(--warn);background:var(--panel);padding:.5rem .8rem;margin:.5rem 0;border-radius:0 6px 6px 0}
.good{border-left-color:var(--good)}
.v{display:inline-block;font-weight:650;white-space:nowrap}
.v-fail.v{color:var(--bad)}.v-pass.v{color:var(--good)}.v-unknown.v{color:var(--warn)}
.card ul{list-style:none;padding:0}
.card ul ul{padding-left:1rem}
.tools{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center}
footer p{margin:0 0 .5rem}
.tools button,dialog button,dialog input{min-height:2rem}
dialog{background:var(--panel);color:var(--text);border:1px solid var(--line);border-radius:8px;max-width:40rem;padding:1rem}
dialog ul{list-style:none;padding:0}
dialog li{padding:.25rem 0}
kbd{font:inherit;border:1px solid var(--line);border-radius:4px;padding:0 .4rem}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(18rem,100%),1fr));gap:1rem;margin:.5rem 0 1rem}
.pair .facts{grid-template-columns:1fr}
.pair .decide fieldset{grid-template-rows:1fr}
.decide{display:grid;gap:.5rem;max-width:48rem;margin:.5rem 0 1.5rem}
.decide p{margin:0}
.decide .facts{grid-template-columns:1fr}
.decide fieldset{display:grid;gap:.5rem;padding:0;margin:0 0 1rem}
.decide legend{font-weight:600;padding:0 0 .25rem}
.decide label{display:grid;gap:.15rem;font-size:.85rem;color:var(--dim)}
.decide input,.decide select,.decide textarea{font:inherit;font-size:1rem;color:var(--text);background:var(--panel);border:1px solid var(--line);border-radius:6px;padding:.3rem .5rem;min-height:2rem;width:100%;max-width:none}
.decide input[type=checkbox]{width:1.5rem;min-height:1.5rem}
.decide button{min-height:2rem}
.big a{color:inherit}
.filter{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:end;margin:0 0 1rem}
.filter label{display:grid;font-size:.85rem;color:var(--dim);min-width:0}
.filter input,.filter select{width:100%;max-width:none}
.filter label:has([type=date]){min-width:10rem}
.pager{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;margin:.8rem 0 0}
.pager a,td a,th a,.card a,li a{display:inline-block;min-height:1.5rem}
p a{display:inline}
#history li a{vertical-align:top}
td,tbody th{overflow-wrap:anywhere}
td.num{overflow-wrap:normal}
#lt td:last-child{min-width:14rem}
@media (min-width:40rem){tbody th{min-width:9rem}}
.row-note{display:block;max-width:50rem;font-weight:400;font-size:.85rem;color:var(--dim)}
.plain{list-style:none;padding:0;margin:0}
.events{list-style:none;padding:0}
.events>li{border-top:1px solid var(--line);padding:.6rem 0}
.events .gap{border-left:4px solid var(--warn);padding-left:.8rem}
.events time{color:var(--dim);font-variant-numeric:tabular-nums}
.events li>time:first-child{margin-right:.6rem}
.events .flag{margin-right:.4rem}
.steps{margin:.5rem 0}
.steps .plot{display:grid;grid-template-columns:auto 1fr;gap:0 .5rem}
.steps .values{display:flex;flex-direction:column;justify-content:space-between;text-align:right;color:var(--dim);font-size:.85rem;font-variant-numeric:tabular-nums;line-height:1;margin:-.35rem 0}
.steps .ends{grid-column:2}
.steps svg{width:100%;height:8rem;display:block}
.steps path{fill:none;stroke:var(--accent);stroke-width:2;vector-effect:non-scaling-stroke}
.steps p{color:var(--dim);font-size:.85rem;font-variant-numeric:tabular-nums;margin:0}
.steps .ends{display:flex;justify-content:space-between}
.steps .axis{stroke:var(--line);stroke-width:1}
.steps .none{fill:var(--bg)}
.steps .hatch{stroke:var(--dim);stroke-width:1;opacity:.5}
.steps .expected{stroke-dasharray:6 4}
.steps figcaption{color:var(--dim);font-size:.85rem}
.ladder{width:12rem;max-width:100%;margin-top:.2rem}
.ladder svg{width:100%;height:1rem;display:block}
.ladder rect{fill:var(--strip-a)}.ladder rect.hit{fill:var(--bad)}
.status{white-space:nowrap}
.version{font-variant-numeric:tabular-nums}
.boundary{display:block;border-top:2px dashed var(--good);color:var(--good);font-weight:400;font-size:.85rem;margin-bottom:.25rem}
.way{padding-left:1.25rem}
.way li{padding:.25rem 0}
footer{max-width:84rem;margin:2rem auto 0;padding:.8rem 1.25rem 2rem;color:var(--dim);font-size:.85rem;overflow-wrap:anywhere}
td time{white-space:nowrap}
@media (max-width:40rem){
.find,.state{flex:1 1 100%}
.toc{position:static}
.toc ul{flex-wrap:wrap;white-space:normal}
h1{font-size:1.35rem}
.filter label{flex:1 1 8rem}
td,th{padding:.4rem .5rem}
}
@media (max-width:40rem){
.narrow thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.narrow table,.narrow tbody,.narrow tr,.narrow td,.narrow tbody th{display:block}
.narrow tr{padding:.4rem 0}
.narrow td,.narrow tbody th{padding:.1rem .6rem;text-align:left}
.narrow td[data-h]::before{content:attr(data-h) ": ";color:var(--dim);font-size:.85rem}
#lt thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
#lt,#lt tbody,#lt tr,#lt td,#lt tbody th{display:block;text-align:left}
#lt tr{padding:.4rem 0}
#lt td,#lt tbody th{padding:.1rem .6rem}
#lt td:last-child{min-width:0}
#lt tbody th::before{content:"Layer "}
.narrow td:empty,.narrow td:has(.zero){display:none}
}
@media (forced-colors:active){.toc a[aria-current=page]{border-bottom-color:Highlight}.ladder rect{fill:CanvasText}.ladder rect.hit{fill:Mark}}
@media print{
.find,.state,.pager,.filter,nav.toc,.time,.tools,copy-as,.answer-form,.decide button,#statements form{display:none}
main a[href]{text-decoration:none}
}
`;
