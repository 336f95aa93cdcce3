// Mistakes in `proof-of-life`, on Node, where a page says what they do there. An export `frontEndOnly` is the mistake
// `front-end-only`.

/** No handlers at all. On Node the namespace `/` is always there. */
export function frontEndOnly(_io) {}
