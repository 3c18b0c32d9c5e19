// From serverless.yml: a note as HTML, with an environment that comes from the provider's section.
import { slug } from './slug.mjs';

const escape = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

const inline = (text) =>
  escape(text)
    .replace(/\*\*(.+?)\*\*/g, '<strong>$1</strong>')
    .replace(/\*(.+?)\*/g, '<em>$1</em>')
    .replace(/`(.+?)`/g, '<code>$1</code>');

const render = (markdown) =>
  markdown
    .split(/\n{2,}/)
    .map((block) => {
      const heading = /^(#{1,6}) (.+)$/.exec(block);
      if (heading) return `<h${heading[1].length} id="${slug(heading[2])}">${inline(heading[2])}</h${heading[1].length}>`;
      return `<p>${inline(block)}</p>`;
    })
    .join('\n');

export const handler = async (event) => {
  const title = event.pathParameters?.title ?? 'Sowing';
  const raw = event.isBase64Encoded ? Buffer.from(event.body, 'base64').toString() : event.body;
  const note = raw ?? event.markdown ?? `# ${title}\n\nIn *January*, under **glass**: \`peas\`.`;
  const html = `<title>${escape(process.env.HEADING)}</title>\n${render(note)}\n`;
  return { statusCode: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: html };
};
