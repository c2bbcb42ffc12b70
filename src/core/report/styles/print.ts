/** On paper: light colours, one column, no controls, no card or figure cut in two. */
export const PRINT = `
@media print{
body{font-size:10.5pt;background:#fff}
nav.toc,.legend,.skip,.numbers,.tip{display:none!important}
.shell{display:block;max-width:none;padding:0}
section{padding-top:1.6rem}
.card,.plot,.notice,.fact,tr,.profile{break-inside:avoid}
h2,h3{break-after:avoid}
.scroll{overflow:visible}
table{font-size:8.5pt}
.heat{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.cards{grid-template-columns:1fr 1fr}
a{color:inherit}
}
`;
