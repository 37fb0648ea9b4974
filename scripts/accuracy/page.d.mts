import type { Label } from './labels.mjs';

export function accuracyPage(labels: readonly Label[], printed: string): string;
