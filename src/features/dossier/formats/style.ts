/** How a dossier looks: a laboratory notebook. Colours are the tokens of the product, at least 5.5:1 on their ground. */
export const STYLE = `
:root { color-scheme: light dark; --page:#fff; --panel:#f6f7f9; --text:#1b1f24; --muted:#57606a; --accent:#0f6e6e; --line:#d5dae0 }
@media (prefers-color-scheme: dark) { :root { --page:#12161b; --panel:#1a2027; --text:#e6e9ed; --muted:#a3adb8; --accent:#5cc2be; --line:#39424d } }
* { box-sizing: border-box }
html { scroll-padding-top: 1rem }
body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.55 system-ui, sans-serif; font-variant-numeric: tabular-nums }
header, main { max-width: 60rem; margin: 0 auto; padding: 0 1.25rem }
.brand { margin: 1.25rem 0 0; color: var(--accent); font-weight: 600; letter-spacing: .04em }
.skip { position: absolute; left: -100rem } .skip:focus { left: 1rem; top: .5rem; background: var(--page); padding: .5rem }
h1 { font-size: 1.9rem; line-height: 1.2; margin: .75rem 0 .25rem; overflow-wrap: anywhere }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 2.75rem 0 .5rem }
h3 { font-size: 1.05rem; margin: 1.75rem 0 .5rem }
p, ul, dl { margin: .5rem 0 1rem; max-width: 46rem }
.subtitle { color: var(--muted); margin-bottom: 1.25rem }
a { color: var(--accent); text-underline-offset: .15em } a:focus-visible, summary:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; list-style: none; padding: 0; max-width: none; font-size: .9rem }
nav a { display: inline-block; padding: .2rem 0 }
.box { background: var(--panel); border-left: 4px solid var(--accent); border-radius: 0 .4rem .4rem 0; padding: 1rem 1.5rem; margin: 1.25rem 0 }
.box h2 { margin: 0 0 .5rem }
.figures { display: grid; grid-template-columns: repeat(3, 1fr); gap: 1rem; list-style: none; padding: 0; max-width: none }
.figures a { display: block; height: 100%; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .4rem; color: var(--text); text-decoration: none }
.figures a:hover { border-color: var(--accent) } .figures b { display: block; font-size: 1.75rem; line-height: 1.2; font-weight: 600 }
table { width: 100%; border-collapse: collapse; margin: .75rem 0 1.5rem; font-size: .92rem }
caption { text-align: left; color: var(--muted); padding-bottom: .4rem }
th, td { text-align: left; vertical-align: top; padding: .55rem .75rem .55rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; hyphens: auto }
thead th { font-weight: 600; color: var(--muted); border-bottom-width: 2px; overflow-wrap: normal; hyphens: manual }
tbody th { font-weight: 500; min-width: 8rem } td { min-width: 5.5rem }
dl > div { margin: 0 0 .6rem } dt { font-weight: 600 } dd { margin: 0; overflow-wrap: anywhere }
code { font: .875em/1.4 ui-monospace, monospace; overflow-wrap: anywhere }
details { border-top: 1px solid var(--line); padding: .25rem 0 } summary { cursor: pointer; padding: .4rem 0; font-weight: 500 }
.places { font-size: .9rem; color: var(--text) } .places li { margin: .2rem 0; overflow-wrap: anywhere }
:target { background: var(--panel); box-shadow: 0 0 0 .3rem var(--panel) }
@media (max-width: 44rem) {
  .figures { grid-template-columns: 1fr; gap: .5rem } .figures b { display: inline; font-size: 1.1rem }
  thead { position: absolute; left: -100rem }
  table, tbody, tr, th, td, caption { display: block; width: 100% }
  tbody tr { border: 1px solid var(--line); border-radius: .4rem; margin: 0 0 .75rem; padding: .5rem .75rem }
  tbody th, td { border: 0; padding: .2rem 0; min-width: 0 } tbody th { font-weight: 600 }
  td::before { content: attr(data-column) ": "; color: var(--muted) }
}
@media print {
  :root { --page:#fff; --panel:#f6f7f9; --text:#000; --muted:#444; --accent:#0f6e6e; --line:#bbb }
  body { font-size: 9.5pt } main, header { max-width: none; padding: 0 } nav, .skip { display: none }
  h2, h3, caption { break-after: avoid } tr, .box, .figures { break-inside: avoid } a { text-decoration: none }
  details::details-content { content-visibility: visible; display: block }
}
`;
