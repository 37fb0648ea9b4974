/** `namespace/server`, as the official MCP registry writes names: letters have a case, and two that differ in it are two names. */
export const registryName = /^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/;
