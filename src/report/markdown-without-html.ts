/** Markdown in which nothing from data becomes HTML: a caption `<img onerror=…>` stays a caption in every viewer. */

/** For text that holds no HTML of its own; `<` before anything but a tag stays as it is. */
export function withoutHtml(markdown: string): string {
  return markdown.replaceAll(/<(?=[A-Za-z/!?])/g, '\\<');
}
