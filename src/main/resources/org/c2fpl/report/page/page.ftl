<#escape words as visible(words)?html>
<#macro table of>
<div class="scroll" tabindex="0"><table>
<thead><tr><#list of.header as cell><th scope="col">${cell}</th></#list></tr></thead>
<tbody>
<#list of.rows as row>
<#-- Names may be written from right to left; a cell keeps that to itself. -->
<tr><#list row as cell><td><bdi>${cell}</bdi></td></#list></tr>
</#list>
</tbody></table></div>
</#macro>
<#macro content of>
<#list of as block>
<#if block.note??>
<p>${block.note}</p>
<#elseif block.notice??>
<p class="notice" role="note">${block.notice}</p>
<#elseif block.address??>
<p><a href="<#noescape>${block.address?html}</#noescape>">${block.words}</a></p>
<#elseif block.table??>
<@table block.table/>
<#else>
<figure class="chart" id="chart-${block.chart}" data-chart="${block.chart}"><figcaption>${block.caption}</figcaption>
<details><summary>The numbers</summary>
<@table block.numbers/>
</details></figure>
</#if>
</#list>
</#macro>
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; script-src <#noescape>${hashes}</#noescape>">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
<#noescape>${style}</#noescape></style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header><h1>${title}</h1>
<nav aria-label="Sections"><#list sections as section><a href="#${section.id}">${section.heading}</a><#if section_has_next> </#if></#list></nav></header>
<main id="main">
<@content lead/>
<#list sections as section>
<section id="${section.id}">
<h2>${section.heading}</h2>
<@content section.blocks/>
</section>
</#list>
</main>
<#if scripts?has_content>
<script type="application/json" id="report-data"><#noescape>${json}</#noescape></script>
</#if>
<#list scripts as script>
<script><#noescape>${script}</#noescape></script>
</#list>
</body>
</html>
</#escape>
