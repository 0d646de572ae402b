// Where the files of the page are served from.
export const folder = new URL('.', import.meta.url).pathname;
