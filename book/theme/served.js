// Only in the book that `cargo run` serves: it can play on demand, and reloads the page when the book is made anew.
window.workbook_served = true;
(() => {
  const events = new EventSource("/api/reload");
  events.addEventListener("reload", () => location.reload());
})();
