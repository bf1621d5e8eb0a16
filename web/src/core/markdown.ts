/** A piece of a line. */
export type Span =
  | { readonly kind: 'text' | 'strong' | 'em' | 'code'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string };

export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly spans: readonly Span[] }
  | { readonly kind: 'paragraph'; readonly lines: readonly (readonly Span[])[] }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Span[])[] }
  | { readonly kind: 'code'; readonly text: string };

const INLINE = /`([^`]+)`|\*\*([^*]+)\*\*|__([^_]+)__|\*([^*\s][^*]*)\*|\[([^\]]*)\]\((https?:\/\/[^\s)]+)\)|<(https?:\/\/[^\s>]+)>|(https?:\/\/[^\s<>()]+[^\s<>().,;:!?])/g;

/** The pieces of a line: code, bold, emphasis, and links that lead to web pages; everything else is text. */
export function spans(line: string): Span[] {
  const found: Span[] = [];
  let last = 0;
  for (const match of line.matchAll(INLINE)) {
    if (match.index > last) found.push({ kind: 'text', text: line.slice(last, match.index) });
    const [whole, code, bold, bolder, emphasis, label, href, angled, bare] = match;
    if (code !== undefined) found.push({ kind: 'code', text: code });
    else if (bold !== undefined || bolder !== undefined) found.push({ kind: 'strong', text: (bold ?? bolder)! });
    else if (emphasis !== undefined) found.push({ kind: 'em', text: emphasis });
    else found.push({ kind: 'link', text: label || (href ?? angled ?? bare)!, href: (href ?? angled ?? bare)! });
    last = match.index + whole.length;
  }
  if (last < line.length) found.push({ kind: 'text', text: line.slice(last) });
  return found;
}

/** The blocks of a Markdown text: headings, lists, code and paragraphs. What else Markdown has stays as it was typed. */
export function blocks(text: string): Block[] {
  const found: Block[] = [];
  let code: string[] | undefined;
  let open: 'list' | 'paragraph' | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*```/.test(line)) {
      if (code) found.push({ kind: 'code', text: code.join('\n') });
      code = code ? undefined : [];
      open = undefined;
      continue;
    }
    if (code) {
      code.push(line);
      continue;
    }
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    const item = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)$/.exec(line);
    const last = found.at(-1);
    if (heading) found.push({ kind: 'heading', level: heading[1]!.length, spans: spans(heading[2]!) });
    else if (item && open === 'list' && last?.kind === 'list' && last.ordered === (item[1] !== undefined)) found[found.length - 1] = { ...last, items: [...last.items, spans(item[2]!)] };
    else if (item) found.push({ kind: 'list', ordered: item[1] !== undefined, items: [spans(item[2]!)] });
    else if (line.trim() !== '' && open === 'paragraph' && last?.kind === 'paragraph') found[found.length - 1] = { ...last, lines: [...last.lines, spans(line)] };
    else if (line.trim() !== '') found.push({ kind: 'paragraph', lines: [spans(line)] });
    open = heading || line.trim() === '' ? undefined : item ? 'list' : 'paragraph';
  }
  if (code) found.push({ kind: 'code', text: code.join('\n') });
  return found;
}
