/** The page behind a refusal: read without signing in, without JavaScript, on a phone. */
import { escapeHtml } from '../../domain/html-text.ts';
import { purlOf } from '../../domain/purl.ts';
import { type Refusal, refusalSentence, refusalTitle } from '../../domain/refusal.ts';

/** The page as HTML; `others` are what other channels say of the same release, `before` what stands above them all. */
export function refusalPage(refusal: Refusal, others: readonly Refusal[] = [], before = ''): string {
  const lead = before === '' ? '' : `<p>${escapeHtml(before.trim())}</p>\n`;
  return page(`${refusalTitle(refusal.state)}: ${nameOf(refusal)}`, lead + [refusal, ...others].map(section).join(''));
}

/** A page that only says something, and `more` below it. */
export function messagePage(message: string, more: readonly string[] = []): string {
  return page(message, more.map((line) => `<p>${escapeHtml(line)}</p>\n`).join(''));
}

function section(refusal: Refusal): string {
  const since = row(refusal.state === 'in-window' ? 'Opens' : 'Since', refusal.at);
  return `<h2>Channel ${escapeHtml(refusal.channel)}</h2>
<p>${escapeHtml(refusalSentence(refusal))}</p>
<dl>
${row('Package', nameOf(refusal))}${row('State', refusalTitle(refusal.state))}${since}${row('Number', refusal.id)}${row('Works now', refusal.alternative)}
</dl>
<h3>What you can do next</h3>
<pre>${escapeHtml(nextStep(refusal))}</pre>
`;
}

function page(title: string, content: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 42rem; margin: 2rem auto; padding: 0 1rem }
dt { font-weight: 600 } dd { margin: 0 0 .5rem }
pre { padding: .75rem; overflow-x: auto; border: 1px solid }
</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${content}</main>
</body>
</html>
`;
}

/** The same for a terminal. */
export function refusalText(refusal: Refusal): string {
  return `${refusalSentence(refusal)}\n\nNext: ${nextStep(refusal)}\n`;
}

function nextStep(refusal: Refusal): string {
  const { ecosystem, name, version, id, channel } = refusal;
  switch (refusal.state) {
    case 'not-requested':
      return `pratique request new ${ecosystem} ${name} --channel ${channel}`;
    case 'needs-answer':
    case 'rejected':
    case 'overturned':
      if (id === undefined) return `pratique request list --channel ${channel}`;
      return refusal.state === 'needs-answer' ? `pratique request answer ${id} "..."` : `pratique request show ${id}`;
    case 'in-review':
    case 'in-window':
    case 'quarantined':
    case 'denied':
      return `pratique why ${purlOf({ ecosystem, name, ...(version === undefined ? {} : { version }) })} --channel ${channel}`;
    case 'cooling-down':
    case 'unknown':
      return 'Try again later.';
    case 'rolled-back':
      return `Ask the operator of channel ${channel} to roll forward to a number of: pratique snapshot list --channel ${channel}`;
    case 'closed':
      return `Ask the operator of channel ${channel}.`;
  }
}

function nameOf({ name, version }: Refusal): string {
  return version === undefined ? name : `${name} ${version}`;
}

function row(term: string, value: string | undefined): string {
  return value === undefined ? '' : `<dt>${escapeHtml(term)}</dt><dd>${escapeHtml(value)}</dd>\n`;
}
