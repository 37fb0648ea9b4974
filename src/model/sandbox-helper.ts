/**
 * File name of the sandbox library's own program for a machine, as it lies beside the launch path: on Linux the one that blocks
 * unix sockets, on Windows the one that makes the sandbox. There is none for macOS; it is not always there for another processor.
 */
export function sandboxHelper({ platform, arch }: { readonly platform: string; readonly arch: string }): string {
  return platform === 'win32' ? `srt-win-${arch}.exe` : `apply-seccomp-${arch}`;
}
