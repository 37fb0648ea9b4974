/** Told what is being done now, in a few words; the text may hold remote text. */
export type Progress = (step: string) => void;
