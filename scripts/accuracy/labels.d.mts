export interface Label {
  readonly server: string;
  readonly kind: 'server' | 'wrapper' | 'not a server';
  readonly toolsIn: 'code' | 'binary' | 'remote' | 'none';
  readonly args: readonly string[];
  readonly tools: readonly string[] | null;
  readonly toolsOtherwise: readonly string[];
  readonly toolsNote: string;
  readonly own: Readonly<Record<string, readonly [string, string]>>;
  readonly through: readonly { readonly dependency: string; readonly classes: readonly string[]; readonly why: string }[];
  readonly corrected: readonly string[];
}
export const classes: readonly string[];
export function readLabels(): readonly Label[];
export function parseLabel(label: unknown, file: string): Label;
