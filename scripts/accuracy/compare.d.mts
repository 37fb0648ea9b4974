/** Types of what the tests use; the shapes are described in compare.mjs. */
export interface ComparedClass {
  readonly class: string;
  readonly is: 'hit' | 'missed' | 'blind' | 'extra' | 'right' | 'unlabelled';
  readonly onCard: boolean;
}
export interface Compared {
  readonly server: string;
  readonly classes: readonly ComparedClass[];
  readonly carried: readonly { readonly class: string; readonly dependency: string; readonly seen: boolean; readonly named: boolean }[];
  readonly tools: {
    readonly readable: boolean;
    readonly hits: number;
    readonly missed: readonly string[];
    readonly extra: readonly string[];
    readonly saidIncomplete: boolean;
  } | null;
  readonly alarms: readonly unknown[];
}
export interface Row {
  readonly class: string;
  readonly yes: number;
  readonly no: number;
  readonly unlabelled: number;
  readonly hit: number;
  readonly missed: number;
  readonly blind: number;
  readonly extra: number;
  readonly onCard: number;
  readonly recall: number | null;
  readonly precision: number | null;
}
export function compareServer(label: unknown, info: unknown): Compared;
export function tallyClasses(compared: readonly Compared[]): readonly Row[];
export function totalOf(rows: readonly Row[]): Row;
export function tallyTools(compared: readonly Compared[]): Record<string, unknown>;
export function tallyCarried(compared: readonly Compared[]): Record<string, number | null>;
export function tallyAlarms(compared: readonly Compared[]): Record<string, unknown>;
