// Tables in plain text, which are Markdown too.

/** Prints the rows. The first is the head. */
export function print(rows) {
  const texts = rows.map((row) => row.map(String));
  const widths = texts[0].map((_, column) => Math.max(...texts.map((row) => row[column].length)));
  // The first columns say what it is, the others are numbers.
  const isNumber = (column) => texts.slice(1).every((row) => /^[\d,.–-]*( %)?$/.test(row[column]));
  const pad = (text, column) => (isNumber(column) ? text.padStart(widths[column]) : text.padEnd(widths[column]));
  const line = (row) => `| ${row.map(pad).join(" | ")} |`;
  const rule = widths.map((width, column) => (isNumber(column) ? `${"-".repeat(width - 1)}:` : "-".repeat(width)));
  console.log([line(texts[0]), `| ${rule.join(" | ")} |`, ...texts.slice(1).map(line)].join("\n"));
}

/** The one in the middle. */
export function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

/** With few digits: 774,882 or 12.3. */
export function short(number) {
  const digits = number >= 100 ? 0 : number >= 10 ? 1 : 2;
  return number.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
