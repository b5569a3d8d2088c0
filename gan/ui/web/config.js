// What Python gives the page when it starts.

/**
 * `limits`: the numbers and names of gan/ui/limits.py. `trays`: the examples of gan/ui/trays.py. `texts`: the page's texts, by language and key. `first`: the picture to
 * show before the server can draw, or null. `versions`: of the programs that serve the page, by name. `embedded`:
 * whether the page is in the <gradio-app> of another site.
 */
export const config = { limits: {}, trays: {}, texts: {}, first: null, versions: {}, embedded: false };

export const configure = (value) => Object.assign(config, value);
