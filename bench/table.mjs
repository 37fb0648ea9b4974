const widths = [45, 17, 9, 6];

/** Rows as one aligned table, at most 80 columns wide. */
export function table(rows) {
  const lines = [line(['what', 'measured', 'budget', '']), line(widths.map((width) => '─'.repeat(width)))];
  for (const row of rows) {
    const measured = row.note === undefined ? `${number(row.value)} ${row.unit}` : `${number(row.value)} ${row.unit} (${row.note})`;
    const budget = row.budget === undefined ? '' : `${row.atLeast ? '≥' : '≤'} ${row.budget}${row.unit === '' ? '' : ` ${row.unit}`}`;
    lines.push(line([row.what, measured, budget, verdict(row)]));
  }
  return `${lines.join('\n')}\n`;
}

/** Whether a row keeps its budget; null = it has none. */
export function isMet({ value, budget, atLeast = false }) {
  if (budget === undefined) return null;
  return atLeast ? value >= budget : value <= budget;
}

function verdict(row) {
  const met = isMet(row);
  return met === null ? '' : met ? 'met' : 'MISSED';
}

function line([what, measured, budget, met]) {
  return `${what.padEnd(widths[0])} ${measured.padStart(widths[1])} ${budget.padStart(widths[2])} ${met}`.trimEnd();
}

function number(value) {
  return Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);
}
