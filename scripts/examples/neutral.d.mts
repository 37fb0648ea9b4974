export function neutral(printed: string, from: { readonly home: string; readonly as: string; readonly registry: string }): string;
export function sameLengthName(model: string, folders: readonly string[]): string;
