/** Who sent a frame. */
export type Side = 'client' | 'server';
