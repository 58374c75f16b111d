/** Markdown as the site and its tests read it: HTML, headings with the anchors that GitHub gives them, and all links. */
import GithubSlugger from 'github-slugger';
import MarkdownIt, { type Token } from 'markdown-it';

export interface Heading {
  /** 1 to 6. */
  readonly level: number;
  readonly text: string;
  /** Its anchor, without `#`. */
  readonly id: string;
}

export interface MarkdownPage {
  readonly html: string;
  readonly headings: readonly Heading[];
  /** Targets of links and pictures as they are written. */
  readonly links: readonly string[];
}

/** What a link of a page becomes; null where the site has nothing to lead to, and its text alone is left. */
export type LinkTarget = (written: string) => string | null;

/** @param targetOf how links are rewritten; as they are by default */
export function renderMarkdown(markdown: string, targetOf: LinkTarget = (written) => written): MarkdownPage {
  const parser = new MarkdownIt({ linkify: true });
  // Else every name of a file that ends like a country (`README.md`) would be an address.
  parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
  const slugger = new GithubSlugger();
  const headings: Heading[] = [];
  const links: string[] = [];
  const tokens = parser.parse(markdown.replaceAll(/<!--[\s\S]*?-->\n?/g, ''), {});
  for (const [at, token] of tokens.entries()) {
    if (token.type === 'heading_open') {
      const text = textOf(tokens[at + 1]?.children ?? []);
      const id = slugger.slug(text);
      token.attrSet('id', id);
      headings.push({ level: Number(token.tag.slice(1)), text, id });
    }
    // The page allows no style in attributes.
    if (token.attrGet('style') === 'text-align:right') token.attrSet('class', 'right');
    token.attrs = token.attrs?.filter(([name]) => name !== 'style') ?? null;
    for (const child of token.children ?? []) {
      const written = child.attrGet('href') ?? child.attrGet('src');
      if (typeof written !== 'string') continue;
      links.push(written);
      const target = targetOf(written);
      child.attrSet(child.type === 'image' ? 'src' : 'href', target ?? '');
    }
    if (token.children !== null) token.children = withoutDeadLinks(token.children);
  }
  const { rules } = parser.renderer;
  // What is wider than the page scrolls by itself, also with the keyboard.
  rules.table_open = () => '<div class="wide" role="group" aria-label="Table" tabindex="0"><table>\n';
  rules.table_close = () => '</table></div>\n';
  const html = parser.renderer.render(tokens, parser.options, {}).replaceAll('<pre>', '<pre tabindex="0">');
  return { html, headings, links };
}

function textOf(tokens: readonly Token[]): string {
  return tokens.map(({ type, content }) => (['text', 'code_inline'].includes(type) ? content : '')).join('');
}

/** Links do not nest, so that the next end belongs to the last beginning. */
function withoutDeadLinks(tokens: readonly Token[]): Token[] {
  let isDead = false;
  return tokens.filter((token) => {
    if (token.type === 'link_open') {
      isDead = token.attrGet('href') === '';
      return !isDead;
    }
    return token.type !== 'link_close' || !isDead;
  });
}
