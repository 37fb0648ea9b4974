/** How a report marks up text. Colour never carries meaning: without it the same words are there. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly green: (text: string) => string;
  /** Columns that a line may take. */
  readonly columns: number;
}

/** A style for a terminal that is `columns` wide (between 60 and 100 are used), with or without ANSI colour. */
export function styleFor(colour: boolean, columns: number): Style {
  const ansi = (code: number) => (text: string) => (colour && text !== '' ? `\u001b[${code}m${text}\u001b[0m` : text);
  return {
    bold: ansi(1),
    dim: ansi(2),
    red: ansi(31),
    yellow: ansi(33),
    green: ansi(32),
    columns: Math.min(Math.max(columns, 60), 100),
  };
}
