// The stage on a page.
